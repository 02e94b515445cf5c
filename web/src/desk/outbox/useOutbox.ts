/** The outbox of whoever is logged in, and what they decide about what did not go. */
import { computed } from 'vue'
import type { CaseDetail } from '@/api/types'
import { idempotencyKey } from '@/shared/random'
import { RESIDENT, firstWords, type Item, type ItemState } from '@/outbox/item'
import { items, replace } from '@/outbox/queue'
import { isHeld, rewritten, tally } from '@/outbox/rules'
import { me } from '../core/session'

const person = computed(() => me.value?.person.id ?? '')
export const mine = computed(() => items.value.filter((item) => item.owner === person.value))
export const unsent = computed(() => mine.value.filter((item) => item.state !== 'delivered'))
export const delivered = computed(() => mine.value.filter((item) => item.state === 'delivered').reverse())
/** What others wrote on this device, by name: it waits for them. */
export const others = computed(() => {
  const names = new Map<string, number>()
  for (const item of items.value) {
    if (item.owner !== person.value && item.owner !== RESIDENT && item.state !== 'delivered') names.set(item.owner_name, (names.get(item.owner_name) ?? 0) + 1)
  }
  return [...names].map(([name, count]) => ({ name, count }))
})
export const counts = computed(() => tally(items.value, person.value))

/** Steps of one case that have not arrived. */
export const stepsOf = (id: string): Item[] => unsent.value.filter((item) => item.about.case === id)

/** As it is told; held is what waits for an earlier step of its case. */
export const stateOf = (item: Item): ItemState | 'held' => (item.state === 'waiting' && isHeld(item, items.value) ? 'held' : item.state)

/** Somebody was faster, or the case is elsewhere by now. */
export const isConflict = (item: Item): boolean => item.about.case !== undefined && [403, 404, 409].includes(item.answer?.status ?? 0)

/** The fields whose words its writer can mend: of a case, of a plea, of a visit. */
const mendable = ['text', 'reason', 'said']
/** The words its writer can mend. */
export const textOf = (item: Item): string => {
  const body = item.body as Record<string, unknown> | null
  const field = mendable.find((one) => typeof body?.[one] === 'string')
  return field ? String(body?.[field]) : ''
}
/** Everything that was written, whatever the step. */
export function wordsOf(item: Item): string {
  const body = item.body as { settle?: { text?: string }; told?: string; whom?: string; need?: string } | null
  return [body?.whom, textOf(item), body?.need, body?.settle?.text, body?.told].filter(Boolean).join('\n') || item.about.words
}

/** The same step once more, on the case as it is now. */
export function sendAgain(item: Item, now: CaseDetail | null): Promise<void> {
  const body = now ? { ...(item.body as object), version: now.version } : item.body
  return replace(item.key, rewritten(item, idempotencyKey(), { body }))
}

/** What was written as a remark: the words and photos reach the case, and nothing else changes. */
export function sendAsRemark(item: Item, now: CaseDetail): Promise<void> {
  const { photos = [] } = (item.body ?? {}) as { photos?: unknown[] }
  const change = rewritten(item, idempotencyKey(), {
    kind: 'step',
    operation: 'POST /api/cases/{id}/{action}',
    path: { id: now.id, action: 'remark' },
    body: { version: now.version, text: wordsOf(item), photos, shown_to_resident: false },
    action: 'remark',
  })
  return replace(item.key, change)
}

/** Mended words, sent as a new write. */
export function sendMended(item: Item, words: string): Promise<void> {
  const body = item.body as Record<string, unknown>
  const field = mendable.find((one) => typeof body[one] === 'string') ?? 'text'
  const mended = rewritten(item, idempotencyKey(), { body: { ...body, [field]: words.trim() } })
  // A visit is listed without a word of what was said.
  return replace(item.key, item.kind === 'visit' ? mended : { ...mended, about: { ...mended.about, words: firstWords(words) } })
}

export const mayMend = (item: Item): boolean => item.answer?.status === 422 && textOf(item) !== ''
