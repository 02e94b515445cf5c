/**
 * The outbox as a page sees it: what lies in it, and when it is sent. Sending begins by itself: when something is added, when the
 * network is back, when the page comes into view, when the system wakes the worker, and in between after pauses that grow.
 */
import { shallowRef } from 'vue'
import { heldBlob } from '@/shared/held'
import { lang } from '@/shared/i18n'
import { idempotencyKey } from '@/shared/random'
import { RESIDENT, SHAPE, photosIn, type Item, type StoredPhoto } from './item'
import { pause } from './rules'
import { sendWaiting, type RunEnd } from './sender'
import { allItems, dropItem, getItem, isFull, putItem, replaceItem, strangerCount } from './store'

/** Everything that lies here, of everybody, in the order in which it was written. */
export const items = shallowRef<Item[]>([])
/** Items that only a newer program can read. */
export const strangers = shallowRef(0)
export const isSending = shallowRef(false)
export const lastEnd = shallowRef<RunEnd | null>(null)

export class PhoneFull extends Error {}

const CHANNEL = 'jishi-outbox'
/** What somebody who waits for it was answered; nothing of what goes later stays in memory. */
const answers = new Map<string, unknown>()
const awaited = new Set<string>()
let channel: BroadcastChannel | null = null
let timer: ReturnType<typeof setTimeout> | undefined
let failures = 0
let running: Promise<RunEnd> | null = null
let isStarted = false
/** Whose items go from here, beside those that belong to nobody. */
let person: string | null = null
const listeners = new Set<() => void>()

/** Call once a page needs to know; safe to call again. */
export async function startOutbox(): Promise<void> {
  if (!isStarted) {
    isStarted = true
    if (typeof BroadcastChannel !== 'undefined') {
      channel = new BroadcastChannel(CHANNEL)
      channel.onmessage = () => void reread()
    }
    addEventListener('online', () => void sendNow())
    document.addEventListener('visibilitychange', () => document.hidden || void sendNow())
  }
  await reread()
  if (hasWaiting()) void sendNow()
}

/** Hears of every change. */
export function onChange(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

async function reread(): Promise<void> {
  // A browser that refuses its database has nothing in it.
  const found = await Promise.all([allItems(), strangerCount()]).catch(() => null)
  if (!found) return
  ;[items.value, strangers.value] = found
  for (const listener of listeners) listener()
}

function changed(): void {
  void reread()
  channel?.postMessage('changed')
}

const hasWaiting = () => items.value.some((item) => (item.state === 'waiting' || item.state === 'sending') && (item.owner === RESIDENT || item.owner === person))

export type NewItem = Pick<Item, 'owner' | 'owner_name' | 'kind' | 'operation' | 'body' | 'about'> & { key?: string; path?: Record<string, string> }

/** Keeps a write. Throws `PhoneFull` when there is no room, and has kept nothing of it then. */
export async function add(item: NewItem, photos: StoredPhoto[]): Promise<Item> {
  const key = item.key ?? idempotencyKey()
  try {
    const whole: Omit<Item, 'seq'> = {
      shape: SHAPE, path: {}, lang: lang.value, state: 'waiting', tries: 0, failures: 0, answer: null, result: null, written_at: new Date().toISOString(),
      ...item,
      // As it goes over the wire: what is undefined is not sent, and not every value survives the database otherwise.
      body: JSON.parse(JSON.stringify(item.body)) as unknown,
      key,
    }
    const kept = await putItem(whole, photos.map((photo) => ({ ...photo, item: key })))
    changed()
    return kept
  } catch (thrown) {
    if (isFull(thrown)) throw new PhoneFull()
    throw thrown
  }
}

/** The photos a body names that are still on this device. */
export async function photosFor(body: unknown): Promise<StoredPhoto[]> {
  const found: StoredPhoto[] = []
  for (const id of photosIn(body)) {
    const blob = heldBlob(id)
    if (blob) found.push({ id, item: '', type: blob.type, bytes: await blob.arrayBuffer(), sha: null })
  }
  return found
}

/** Sends now what may go. Two calls at once are one run. */
export function sendNow(): Promise<RunEnd> {
  clearTimeout(timer)
  running ??= go().finally(() => (running = null))
  return running
}

async function go(): Promise<RunEnd> {
  isSending.value = true
  let end: RunEnd = 'offline'
  try {
    end = await sendWaiting({ changed, arrived: (key, answer) => awaited.has(key) && answers.set(key, answer) })
  } catch (thrown) {
    console.error(thrown)
  } finally {
    isSending.value = false
  }
  lastEnd.value = end
  failures = end === 'done' || end === 'busy' ? 0 : failures + 1
  await reread()
  // Whoever has logged out is not asked for again and again; logging in sends. What is held waits for its writer.
  const isWorthIt = end === 'offline' || end === 'later' || end === 'busy'
  if (isWorthIt && hasWaiting()) timer = setTimeout(() => void sendNow(), pause(Math.max(0, failures - 1), Math.random()))
  return end
}

/** Adds a write and waits a moment for it to arrive. The answer where there was one; null when it waits in the outbox. */
export async function addAndSend(item: NewItem, photos: StoredPhoto[], limit: number): Promise<{ item: Item; answer: unknown }> {
  const key = item.key ?? idempotencyKey()
  awaited.add(key)
  try {
    await add({ ...item, key }, photos)
    // A run that had begun before may have passed it by.
    if (running) await Promise.race([running, moment(limit)])
    if ((await getItem(key))?.state === 'waiting' && navigator.onLine) await Promise.race([sendNow(), moment(limit)])
    const now = (await getItem(key))!
    // Asked only now: on line the worker would be woken at once, and race the page for nothing.
    if (now.state !== 'delivered') void askForWaking()
    return { item: now, answer: answers.get(key) }
  } finally {
    awaited.delete(key)
    answers.delete(key)
  }
}

export async function drop(key: string): Promise<void> {
  await dropItem(key)
  changed()
}

/** The writer's decision on an item: it goes again as this. */
export async function replace(old: string, item: Item): Promise<void> {
  await replaceItem(old, item)
  changed()
  void sendNow()
}

/** Somebody has logged in: another one, or the same one again. */
export function sendAs(next: string | null): void {
  person = next
  failures = 0
  if (hasWaiting()) void sendNow()
}

const moment = (milliseconds: number) => new Promise<'late'>((done) => setTimeout(() => done('late'), milliseconds))

/** Where the browser can, the worker sends after the page is closed; and the browser is asked not to clear what lies here. */
async function askForWaking(): Promise<void> {
  try {
    await navigator.storage?.persist?.()
    const registration = (await navigator.serviceWorker?.getRegistration()) as (ServiceWorkerRegistration & { sync?: { register(tag: string): Promise<void> } }) | undefined
    await registration?.sync?.register(CHANNEL)
  } catch {
    // The page itself sends when it is open.
  }
}
