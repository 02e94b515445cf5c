/**
 * A report that was written without a signal: kept on this phone, sent later by itself. The receipt is made here, so it is known at
 * once; it begins to hold when the report has arrived.
 */
import { shallowRef } from 'vue'
import type { ReportNew } from '@/api/types'
import { t, addTexts } from '@/shared/i18n'
import { keptReceipts, rememberReceipt } from '@/shared/receipts'
import { forget, keep } from '@/shared/storage'
import { toast } from '@/shared/toast'
import { RESIDENT, type Item } from '@/outbox/item'
import { PhoneFull, addAndSend, items, onChange, photosFor, startOutbox } from '@/outbox/queue'

/** Short: whoever has no signal wants to be told so. */
const PATIENCE_MS = 6_000

const words = addTexts({ zh: () => import('../texts/zh.outbox'), en: () => import('../texts/en.outbox') })
export { PhoneFull }

export const pending = shallowRef<Item[]>([])
let isStarted = false

export async function startReports(): Promise<void> {
  if (!isStarted) {
    isStarted = true
    onChange(take)
  }
  await words
  await startOutbox()
}

/** Receipts on this phone learn the numbers of what has arrived meanwhile, also while the page was closed. */
function take(): void {
  const own = items.value.filter((item) => item.owner === RESIDENT)
  pending.value = own.filter((item) => item.state !== 'delivered')
  for (const item of own) {
    const { receipt, remember } = item.about
    const number = item.result?.number
    const kept = keptReceipts.value.find((one) => one.receipt === receipt)
    if (item.state !== 'delivered' || !number || !remember || !kept || kept.number === number) continue
    rememberReceipt({ ...kept, number })
    toast(t('waiting.arrived', { words: item.about.words }), 'done')
  }
  if (pending.value.length) keep('outbox', '1')
  else forget('outbox')
}

/** Keeps the report and tries once more; the number where it arrived, null where it waits. Throws when there is no room for it. */
export async function keepReport(body: ReportNew, key: string, remember: boolean): Promise<string | null> {
  await startReports()
  const about = { words: body.text.slice(0, 40), place: body.place.text ?? undefined, receipt: body.receipt, remember }
  const kept = { key, kind: 'report' as const, operation: 'POST /api/reports', body, owner: RESIDENT, owner_name: '', about }
  const { item } = await addAndSend(kept, await photosFor(body), PATIENCE_MS)
  return item.result?.number ?? null
}
