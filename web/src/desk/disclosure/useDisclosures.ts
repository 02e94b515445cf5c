/** The lists of summaries: what waits, with the words that will be public, approved one by one or a page at once. */
import { computed, reactive, watch } from 'vue'
import { useRouter } from 'vue-router'
import type { SummaryRow } from '@/api/types'
import { t } from '@/shared/i18n'
import { toast } from '@/shared/toast'
import { ask } from '../core/ask'
import { send } from '../core/calls'
import { useKeys } from '../core/keys'
import { useLive } from '../core/live'
import { useFilters } from '../core/useFilters'
import { useListing } from '../core/useListing'
import { useMark } from '../core/useMark'
import { useSubmit } from '../core/useSubmit'

export const LISTS = ['waiting', 'approved', 'withdrawn'] as const
export type SummaryList = (typeof LISTS)[number]

export function useDisclosures() {
  const router = useRouter()
  const filters = useFilters(['list', 'region'] as const)
  const shown = computed<SummaryList>(() => LISTS.find((one) => one === filters.values.list) ?? 'waiting')
  const list = useListing('/api/disclosures', () => filters.query.value)
  const rows = computed(() => list.rows.value.map((row) => ({ ...row, id: row.case })))
  const { marked, step, markedRow } = useMark({ rows, more: list.more })
  const { isBusy, formError, submit } = useSubmit()
  /** What will be public, by case; begins with the draft or the proposal. */
  const words = reactive<Record<string, string>>({})
  const refusals = reactive<Record<string, string>>({})

  watch(list.rows, (found) => {
    for (const row of found) words[row.case] ??= (row.summary ?? row.proposal).zh
  })
  useLive(['cases'], () => void list.refresh())

  /** English goes with it only where the Chinese was left as it was: otherwise it would say something else. */
  function approval(row: SummaryRow) {
    const begun = row.summary ?? row.proposal
    const zh = words[row.case] ?? begun.zh
    return { case: row.case, version: row.version, zh, en: zh.trim() === begun.zh ? begun.en : undefined }
  }

  async function approve(chosen: SummaryRow[]): Promise<void> {
    const body = { rows: chosen.map(approval) }
    const done = await submit(body, (key) => send('POST /api/disclosures/approve', body, { key }))
    if (!done || done === true) return
    for (const one of done.rows) {
      if (one.refusal) refusals[one.case] = one.refusal
      else delete refusals[one.case]
    }
    const refused = done.rows.length - done.approved
    if (refused) toast(t('disclosure.refusedSome', { n: refused }), 'late')
    else toast(t('disclosure.approvedSome', { n: done.approved }), 'done')
    await list.refresh()
  }

  async function approveAll(): Promise<void> {
    const all = list.rows.value.slice(0, 100)
    if (await ask(t('disclosure.approveAllSure', { n: all.length }))) await approve(all)
  }

  useKeys([
    { key: 'j', label: 'down', run: () => step(1) },
    { key: 'k', label: 'up', run: () => step(-1) },
    { key: 'a', label: 'approve', run: () => shown.value === 'waiting' && markedRow() && void approve([markedRow()!]) },
    { key: 'Enter', label: 'open', run: () => markedRow() && void router.push({ name: 'case', params: { id: markedRow()!.id } }) },
  ])

  return { ...filters, shown, list, rows, marked, words, refusals, isBusy, formError, approve, approveAll }
}
