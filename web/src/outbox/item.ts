/**
 * What waits to be sent (待发送): one write, exactly as it will be made, with the key that makes repeating it harmless. No clock
 * decides anything about it: its place in the queue is a number that only grows.
 */

/** Raised when an item is written differently; older ones are read, newer ones are kept for the program that understands them. */
export const SHAPE = 1

/** Written without a log-in, by whoever holds the phone. */
export const RESIDENT = 'resident'

export type ItemKind = 'entry' | 'settled' | 'step' | 'plea' | 'report' | 'visit'
/** 待发送, 正在发送, 已送达, 需要你看一下. */
export type ItemState = 'waiting' | 'sending' | 'delivered' | 'look'

export interface FieldAnswer {
  field: string
  message: string
}

/** What came back the last time, when it was not what was hoped for. */
export interface LastAnswer {
  status: number
  code: string
  detail: string
  fields: FieldAnswer[]
}

/** What a list shows of it without opening it. */
export interface About {
  /** The first words of what was written. */
  words: string
  place?: string
  /** The case it is a step of. */
  case?: string
  number?: string
  /** The receipt that begins to hold once this has arrived. */
  receipt?: string
  /** The receipt stays on this phone. */
  remember?: boolean
  /** The step, for those of a case. */
  action?: string
}

export interface Item {
  shape: number
  /** The idempotency key, made once, when it was written. */
  key: string
  seq: number
  owner: string
  owner_name: string
  kind: ItemKind
  /** `POST /api/cases/{id}/{action}` */
  operation: string
  path: Record<string, string>
  /** As it is sent, but that photos which are still here stand as `local:…`. */
  body: unknown
  lang: string
  state: ItemState
  /** Attempts that were begun. */
  tries: number
  /** Times in a row that the server could not. */
  failures: number
  answer: LastAnswer | null
  /** What it has become on the server. */
  result: { id?: string; number?: string } | null
  about: About
  /** Shown, and never compared. */
  written_at: string
}

export interface StoredPhoto {
  id: string
  item: string
  type: string
  bytes: ArrayBuffer
  /** Known once it has gone up. */
  sha: string | null
}

/** What a list shows of what staff wrote. */
export const firstWords = (text: string): string => text.trim().slice(0, 60)

/** What was answered, as one sentence. */
export const saidBy = (answer: LastAnswer | null): string =>
  answer ? [...new Set([answer.detail, ...answer.fields.map((one) => one.message)].filter(Boolean))].join(' ') : ''

const LOCAL = 'local:'

/** The photos a body still names by where they lie on this device. */
export function photosIn(body: unknown): string[] {
  if (typeof body === 'string') return body.startsWith(LOCAL) ? [body.slice(LOCAL.length)] : []
  return body && typeof body === 'object' ? Object.values(body).flatMap(photosIn) : []
}

/** The body as the server reads it. */
export function filled(body: unknown, shas: ReadonlyMap<string, string>): unknown {
  if (typeof body === 'string') return body.startsWith(LOCAL) ? (shas.get(body.slice(LOCAL.length)) ?? body) : body
  if (Array.isArray(body)) return body.map((one) => filled(one, shas))
  if (!body || typeof body !== 'object') return body
  return Object.fromEntries(Object.entries(body).map(([name, value]) => [name, filled(value, shas)]))
}

/** An item of another age of the program as this one reads it; null when it is none, or of one to come. */
export function readItem(kept: unknown): Item | null {
  const one = kept as Partial<Item> | null
  if (!one || typeof one !== 'object' || typeof one.key !== 'string' || typeof one.operation !== 'string') return null
  if (typeof one.shape !== 'number' || one.shape > SHAPE || one.shape < 1) return null
  return {
    path: {}, lang: 'zh', tries: 0, failures: 0, answer: null, result: null, owner_name: '', written_at: '', seq: 0, kind: 'step', state: 'waiting', body: null,
    ...one,
    about: { words: '', ...one.about },
  } as Item
}
