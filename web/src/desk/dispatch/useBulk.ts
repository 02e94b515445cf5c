/** Several cases of the queue in one go: which are chosen, what is proposed for each, and sending them as proposed. */
import { computed, ref, shallowRef, watch, type Ref } from 'vue'
import type { CaseRow, ShortProposal, UnitRef } from '@/api/types'
import { nameOf, t } from '@/shared/i18n'
import { toast } from '@/shared/toast'
import { send } from '../core/calls'
import { me } from '../core/session'
import { useResource } from '../core/useResource'
import { useSubmit } from '../core/useSubmit'

/** As many as the server takes at once. */
const MOST = 100

export interface Group { lead: UnitRef | null; whyNone: string; rows: CaseRow[] }

/** What was chosen when the desk was left for one of its cases, and by whom: it is chosen still when they come back. */
let left = { person: '', chosen: new Set<string>() }

export function useBulk(rows: Ref<CaseRow[]>, done: (ids: string[]) => void) {
  const shownIds = computed(() => rows.value.slice(0, MOST).map((row) => row.id))
  const { value } = useResource('/api/cases/proposals', () => (shownIds.value.length ? { query: { ids: shownIds.value.join(',') } } : null))
  /** The last answer stays while the next is on its way, so that a live list does not blink. */
  const proposed = shallowRef(new Map<string, ShortProposal>())
  watch(value, (now) => now && (proposed.value = new Map(now.rows.map((one) => [one.id, one]))))

  const person = me.value?.person.id ?? ''
  const chosen = ref(left.person === person ? left.chosen : new Set<string>())
  left = { person: '', chosen: new Set() }
  const leave = (isForACase: boolean) => void (left = isForACase ? { person, chosen: chosen.value } : { person: '', chosen: new Set() })
  const isOpen = ref(false)
  const refused = ref<{ id: string; number: string; why: string }[]>([])
  const { isBusy, formError, submit, forget } = useSubmit()

  const chosenRows = computed(() => rows.value.filter((row) => chosen.value.has(row.id)))
  const areAllChosen = computed(() => shownIds.value.length > 0 && shownIds.value.every((id) => chosen.value.has(id)))
  const groups = computed(() => grouped(chosenRows.value, proposed.value))
  const ready = computed(() => groups.value.filter((group) => group.lead).flatMap((group) => group.rows))

  // What has left the queue is not chosen any more.
  watch(rows, (now) => {
    const there = new Set(now.map((row) => row.id))
    if ([...chosen.value].some((id) => !there.has(id))) chosen.value = new Set([...chosen.value].filter((id) => there.has(id)))
  })

  function toggle(id: string): void {
    const next = new Set(chosen.value)
    if (!next.delete(id)) next.add(id)
    chosen.value = next
  }
  const toggleAll = () => (chosen.value = areAllChosen.value ? new Set() : new Set(shownIds.value))
  const clear = () => (chosen.value = new Set())

  function begin(): void {
    if (chosenRows.value.length === 0) return
    refused.value = []
    forget()
    isOpen.value = true
  }

  async function confirm(): Promise<void> {
    const cases = ready.value.map(({ id, version }) => ({ id, version }))
    if (cases.length === 0) return
    const numbers = new Map(ready.value.map((row) => [row.id, row.number]))
    const answer = await submit(cases, (key) => send('POST /api/cases/dispatch', { cases }, { key }))
    if (answer === undefined || answer === true) return
    const gone = answer.rows.filter((one) => !one.problem).map((one) => one.id)
    refused.value = answer.rows.flatMap((one) => (one.problem ? [{ id: one.id, number: numbers.get(one.id) ?? '', why: one.problem.detail }] : []))
    if (gone.length) toast(t('dispatch.dispatchedMany', { n: gone.length }), 'done')
    if (refused.value.length === 0) isOpen.value = false
    done(gone)
  }

  return { proposed, chosen, leave, toggle, toggleAll, areAllChosen, clear, isOpen, begin, groups, ready, refused, isBusy, formError, confirm }
}

/** By the unit they would go to, the largest group first; those nobody is proposed for come last. */
export function grouped(rows: CaseRow[], proposed: Map<string, ShortProposal>): Group[] {
  const groups = new Map<string, Group>()
  for (const row of rows) {
    const one = proposed.get(row.id)
    const lead = one?.lead ?? null
    const whyNone = lead ? '' : (one?.why_none ?? 'no_unit')
    const key = lead?.id ?? whyNone
    const group = groups.get(key) ?? { lead, whyNone, rows: [] }
    group.rows.push(row)
    groups.set(key, group)
  }
  const order = (group: Group) => (group.lead ? group.rows.length : -1)
  return [...groups.values()].sort((a, b) => order(b) - order(a))
}

export const leadName = (one?: ShortProposal): string => (one?.lead ? nameOf(one.lead.names) : '')
