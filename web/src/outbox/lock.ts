/** One sender among all tabs and the worker: the browser's own locks, or a lease in the database where it has none. */
import { database } from './store'

const NAME = 'jishi-outbox'
const LEASE_MS = 30_000
const LOOK_MS = 500

interface Lease {
  holder: string
  until: number
}

/** Runs `work` alone. Undefined when nobody let go within `wait` milliseconds. */
export async function alone<T>(work: () => Promise<T>, wait: number): Promise<T | undefined> {
  const locks = typeof navigator === 'undefined' ? undefined : navigator.locks
  if (!locks) return leased(work, wait)
  const giveUp = new AbortController()
  const timer = setTimeout(() => giveUp.abort(), wait)
  try {
    return await locks.request(NAME, { signal: giveUp.signal }, () => {
      clearTimeout(timer)
      return work()
    })
  } catch (thrown) {
    if (giveUp.signal.aborted) return undefined
    throw thrown
  } finally {
    clearTimeout(timer)
  }
}

/**
 * A lease that is renewed while the work goes on. It is the one place that asks a clock: set forward, two may send at once, and
 * the key makes that harmless; set back, a lease that lies too far ahead does not hold.
 */
async function leased<T>(work: () => Promise<T>, wait: number): Promise<T | undefined> {
  const holder = Math.random().toString(36).slice(2)
  for (let waited = 0; !(await take(holder)); waited += LOOK_MS) {
    if (waited >= wait) return undefined
    await new Promise((done) => setTimeout(done, LOOK_MS))
  }
  const renewing = setInterval(() => void take(holder).catch(() => undefined), LEASE_MS / 3)
  try {
    return await work()
  } finally {
    clearInterval(renewing)
    const tx = (await database()).transaction('meta', 'readwrite')
    if (((await tx.store.get('lease')) as Lease | undefined)?.holder === holder) await tx.store.delete('lease')
    await tx.done
  }
}

async function take(holder: string): Promise<boolean> {
  const tx = (await database()).transaction('meta', 'readwrite')
  const held = (await tx.store.get('lease')) as Lease | undefined
  const left = held ? held.until - Date.now() : 0
  const isFree = !held || held.holder === holder || left <= 0 || left > LEASE_MS
  if (isFree) await tx.store.put({ holder, until: Date.now() + LEASE_MS }, 'lease')
  await tx.done
  return isFree
}
