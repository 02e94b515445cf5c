/** What happens to an item, as rules without a network, a store or a clock. */
import { RESIDENT, type Item, type LastAnswer } from './item'

/** What came back: nothing, or an answer with whatever of it could be read. */
export type Reply = { kind: 'none' } | { kind: 'answer'; status: number; isRedirected: boolean; type: string; json: unknown }

export type Verdict =
  | { is: 'delivered'; result: { id?: string; number?: string; version?: number } }
  /** No network, or somebody else's network answered in the server's place. */
  | { is: 'offline' }
  /** Nobody is logged in any more. */
  | { is: 'log_in' }
  /** Somebody else has logged in since: it waits for its writer. */
  | { is: 'other_person'; answer: LastAnswer }
  /** The server cannot just now. */
  | { is: 'later'; answer: LastAnswer }
  /** It was read and not taken: the writer decides. */
  | { is: 'look'; answer: LastAnswer }

/** As the server says that somebody else is logged in. */
export const OTHER_PERSON = 'other_person'

/** Server errors in a row after which a person should know. */
export const MOST_FAILURES = 8

const BUSY = [408, 425, 429, 500, 502, 503, 504]

export function judge(reply: Reply, isOurs: (json: Record<string, unknown>) => boolean): Verdict {
  if (reply.kind === 'none' || reply.isRedirected) return { is: 'offline' }
  const { status, json } = reply
  const isJson = /\bjson\b/.test(reply.type)
  const body = isJson && json && typeof json === 'object' ? (json as Record<string, unknown>) : null
  if (status >= 200 && status < 300) {
    // A page to log in to somebody's wireless network answers 200 as well. Only what has our shape has arrived.
    return body && isOurs(body) ? { is: 'delivered', result: resultOf(body) } : { is: 'offline' }
  }
  const isProblem = body !== null && typeof body.code === 'string'
  if (!isProblem) return BUSY.includes(status) ? { is: 'later', answer: { status, code: 'unreadable', detail: '', fields: [] } } : { is: 'offline' }
  const answer = { status, code: String(body.code), detail: String(body.detail ?? ''), fields: fieldsOf(body.fields) }
  if (status === 401) return { is: 'log_in' }
  if (answer.code === OTHER_PERSON) return { is: 'other_person', answer }
  return BUSY.includes(status) ? { is: 'later', answer } : { is: 'look', answer }
}

/** The item as its attempt begins. From now on its key may be known to the server. */
export const begun = (item: Item): Item => ({ ...item, state: 'sending', tries: item.tries + 1 })

/** The item after an attempt that ended like this. */
export function after(item: Item, verdict: Verdict): Item {
  switch (verdict.is) {
    case 'delivered': {
      const { id, number } = verdict.result
      // What was said is on the server now; here only its name stays.
      return { ...item, failures: 0, state: 'delivered', answer: null, result: { id, number }, body: null }
    }
    case 'look':
      return { ...item, state: 'look', answer: verdict.answer }
    case 'other_person':
      return { ...item, state: 'waiting', answer: verdict.answer }
    case 'later': {
      const failures = item.failures + 1
      return { ...item, failures, state: failures >= MOST_FAILURES ? 'look' : 'waiting', answer: verdict.answer }
    }
    default:
      return { ...item, state: 'waiting' }
  }
}

/** A page that was closed while it sent leaves items behind that nobody sends. Call only while no one else can be sending. */
export const resumed = (item: Item): Item => (item.state === 'sending' ? { ...item, state: 'waiting' } : item)

/** What may go now, in the order in which it was written. A step of a case waits for the steps of that case before it. */
export function due(items: readonly Item[], person: string | null): Item[] {
  const held = new Set<string>()
  const found: Item[] = []
  for (const item of inOrder(items)) {
    if (item.state === 'delivered') continue
    const isMine = item.owner === RESIDENT || item.owner === person
    const of = item.about.case
    if (isMine && item.state === 'waiting' && !(of && held.has(of))) found.push(item)
    if (of) held.add(of)
  }
  return found
}

/** True when an earlier step of the same case stands in its way. */
export function isHeld(item: Item, items: readonly Item[]): boolean {
  return items.some((one) => one.about.case !== undefined && one.about.case === item.about.case && one.seq < item.seq && one.state === 'look')
}

/**
 * Steps that were written on the same view of a case as the one that has just arrived: the case has moved on by our own hand,
 * so they follow it. What was sent already keeps its words, or its key would not be known again.
 */
export function followed(items: readonly Item[], delivered: Item, before: unknown, version: number | undefined): Item[] {
  const from = versionOf(before)
  const of = delivered.about.case
  if (version === undefined || from === undefined || of === undefined) return []
  return items.flatMap((item) => {
    const isNext = item.about.case === of && item.seq > delivered.seq && item.state === 'waiting' && item.tries === 0
    return isNext && versionOf(item.body) === from ? [{ ...item, body: { ...(item.body as object), version } }] : []
  })
}

/** Written anew by its writer: another write, with a key of its own, at its old place in the queue. */
export function rewritten(item: Item, key: string, change: Partial<Pick<Item, 'operation' | 'path' | 'body' | 'kind'>> & { action?: string }): Item {
  const { action, ...rest } = change
  return { ...item, ...rest, key, about: action ? { ...item.about, action } : item.about, state: 'waiting', tries: 0, failures: 0, answer: null }
}

/** Milliseconds to the next try by itself; `chance` between 0 and 1 keeps a thousand phones from coming at once. */
export function pause(failures: number, chance: number): number {
  const most = 5 * 60_000
  return Math.round(Math.min(most, 5_000 * 2 ** Math.min(failures, 10)) * (0.75 + chance / 2))
}

export const inOrder = (items: readonly Item[]): Item[] => [...items].sort((a, b) => a.seq - b.seq)

export interface Tally {
  waiting: number
  look: number
}
/** What a person still has here. */
export function tally(items: readonly Item[], person: string): Tally {
  const mine = items.filter((item) => item.owner === person)
  return { waiting: mine.filter((item) => item.state === 'waiting' || item.state === 'sending').length, look: mine.filter((item) => item.state === 'look').length }
}

const versionOf = (body: unknown): number | undefined => {
  const version = (body as { version?: unknown } | null)?.version
  return typeof version === 'number' ? version : undefined
}

function resultOf(body: Record<string, unknown>): { id?: string; number?: string; version?: number } {
  return {
    id: typeof body.id === 'string' ? body.id : undefined,
    number: typeof body.number === 'string' ? body.number : undefined,
    version: typeof body.version === 'number' ? body.version : undefined,
  }
}

function fieldsOf(fields: unknown): LastAnswer['fields'] {
  if (!Array.isArray(fields)) return []
  return fields.map((one: { field?: unknown; message?: unknown }) => ({ field: String(one.field ?? ''), message: String(one.message ?? '') }))
}
