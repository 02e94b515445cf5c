/** Several cases of the list in one go: which are chosen, their sheets as one file, and reminding their units. */
import { computed, ref, watch, type Ref } from 'vue'
import type { CaseRow } from '@/api/types'
import { t } from '@/shared/i18n'
import { civilDay } from '@/shared/time'
import { toast } from '@/shared/toast'
import { send } from '../core/calls'
import { MOST_SHEETS, printSheets } from '../core/printing'
import { canAny } from '../core/session'
import { useSubmit } from '../core/useSubmit'

export function useSheets(rows: Ref<CaseRow[]>, changed: () => void) {
  const isChoosing = ref(false)
  const chosen = ref(new Set<string>())
  const isOpen = ref(false)
  const text = ref('')
  const by = ref('')
  const refused = ref<{ id: string; number: string; why: string }[]>([])
  const form = useSubmit()
  const paper = useSubmit()

  const chosenRows = computed(() => rows.value.filter((row) => chosen.value.has(row.id)))
  const isFull = computed(() => chosenRows.value.length >= MOST_SHEETS)
  const mayUrge = computed(() => canAny('case.dispatch'))

  // What is not in the list any more is not chosen any more.
  watch(rows, (now) => {
    const there = new Set(now.map((row) => row.id))
    if ([...chosen.value].some((id) => !there.has(id))) chosen.value = new Set([...chosen.value].filter((id) => there.has(id)))
  })

  function toggle(id: string): void {
    const next = new Set(chosen.value)
    if (!next.delete(id) && !isFull.value) next.add(id)
    chosen.value = next
  }
  const chooseShown = () => (chosen.value = new Set(rows.value.slice(0, MOST_SHEETS).map((row) => row.id)))

  function end(): void {
    isChoosing.value = false
    chosen.value = new Set()
    paper.forget()
  }

  const name = () => civilDay(new Date())
  const ids = () => chosenRows.value.map((row) => row.id)
  const printAssignments = () => paper.submit(ids(), (key) => printSheets('assignment', ids(), name(), key))

  function begin(): void {
    refused.value = []
    form.forget()
    isOpen.value = true
  }

  /** Reminds, then prints for those that were reminded of; what could not be stays chosen, with the reason. */
  async function urge(): Promise<void> {
    const cases = chosenRows.value.map(({ id, version }) => ({ id, version }))
    const numbers = new Map(chosenRows.value.map((row) => [row.id, row.number]))
    const body = { cases, text: text.value.trim(), by: by.value || undefined }
    const answer = await form.submit(body, (key) => send('POST /api/cases/urge', body, { key }))
    if (answer === undefined || answer === true) return
    const done = answer.rows.filter((one) => !one.problem).map((one) => one.id)
    refused.value = answer.rows.flatMap((one) => (one.problem ? [{ id: one.id, number: numbers.get(one.id) ?? '', why: one.problem.detail }] : []))
    if (done.length) {
      toast(t('printing.urged', { n: done.length }), 'done')
      chosen.value = new Set([...chosen.value].filter((id) => !done.includes(id)))
      await paper.submit(done, (key) => printSheets('reminder', done, name(), key))
      changed()
    }
    if (refused.value.length === 0) {
      isOpen.value = false
      text.value = ''
    }
  }

  return { isChoosing, chosen, chosenRows, isFull, mayUrge, toggle, chooseShown, end, printAssignments, isOpen, text, by, refused, form, paper, begin, urge }
}
