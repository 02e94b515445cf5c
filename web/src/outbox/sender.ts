/**
 * Sends what waits, one after the other. Runs in a page and in the worker alike, so it knows neither. Everything it learns is
 * written down before it goes on: killed at any moment, the next run takes up where this one was.
 */
import { RESIDENT, filled, photosIn, type Item, type StoredPhoto } from './item'
import { alone } from './lock'
import { after, begun, due, followed, judge, resumed, type Reply, type Verdict } from './rules'
import { allItems, photosOf, saveItems, savePhoto, settleItem } from './store'

export type RunEnd = 'done' | 'offline' | 'log_in' | 'later' | 'busy'

export interface RunOptions {
  /** Told whenever something has changed. */
  changed?: () => void
  /** Told what the server answered to an item that has arrived. */
  arrived?: (key: string, answer: unknown) => void
  /** How long to wait for another tab that is sending. */
  wait?: number
}

const WAIT_MS = 10_000
const WORDS_MS = 45_000
const PHOTO_MS = 120_000
/** The person at the keyboard may have changed; asked again after this long. */
const KNOWN_MS = 20_000

export async function sendWaiting(options: RunOptions = {}): Promise<RunEnd> {
  return (await alone(() => run(options), options.wait ?? WAIT_MS)) ?? 'busy'
}

async function run({ changed = () => undefined, arrived = () => undefined }: RunOptions): Promise<RunEnd> {
  const left = (await allItems()).filter((item) => item.state === 'sending').map(resumed)
  if (left.length) await saveItems(left)
  const tried = new Set<string>()
  let person: string | null = null
  let asked = -Infinity
  let end: RunEnd = 'done'
  for (;;) {
    const items = await allItems()
    if (items.some((item) => item.state === 'waiting' && item.owner !== RESIDENT) && performance.now() - asked > KNOWN_MS) {
      const who = await whoIsThere()
      if (who === undefined) return 'offline'
      person = who
      asked = performance.now()
      if (who === null) end = 'log_in'
    }
    const next = due(items, person).find((item) => !tried.has(item.key))
    if (!next) return end
    tried.add(next.key)
    const going = begun(next)
    await saveItems([going])
    changed()
    const { verdict, json } = await deliver(going)
    const now = after(going, verdict)
    if (verdict.is === 'delivered') {
      await settleItem(now, followed(await allItems(), now, next.body, verdict.result.version))
      arrived(next.key, json)
    } else {
      await saveItems([now])
    }
    changed()
    if (verdict.is === 'offline') return 'offline'
    if (verdict.is === 'log_in') {
      person = null
      end = 'log_in'
    }
    if (verdict.is === 'later') end = 'later'
    // Who it is now is asked anew; what belongs to them goes.
    if (verdict.is === 'other_person') asked = -Infinity
  }
}

/** The id of whoever is logged in, null for nobody, undefined when that could not be asked. */
async function whoIsThere(): Promise<string | null | undefined> {
  const { reply, json } = await ask('/api/session', { method: 'GET' }, WORDS_MS)
  const personOf = (body: Record<string, unknown>) => (body.person as { id?: unknown } | undefined)?.id
  const verdict = judge(reply, (body) => typeof personOf(body) === 'string')
  if (verdict.is === 'delivered') return String(personOf(json as Record<string, unknown>))
  return verdict.is === 'log_in' ? null : undefined
}

async function deliver(item: Item): Promise<{ verdict: Verdict; json?: unknown }> {
  const shas = new Map<string, string>()
  const kept = new Map((await photosOf(item.key)).map((photo) => [photo.id, photo]))
  const wereSent = [...kept.values()].some((one) => one.sha)
  for (const id of photosIn(item.body)) {
    const photo = kept.get(id)
    const sent = photo && (await upload(photo))
    if (!sent || sent.is !== 'delivered') return { verdict: sent ?? { is: 'look', answer: { status: 0, code: 'photo_missing', detail: '', fields: [] } } }
    shas.set(id, sent.sha)
  }
  const [method, address] = item.operation.split(' ') as [string, string]
  const url = address.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(item.path[name] ?? ''))
  // The session belongs to whoever logged in last, in whichever tab: the server compares.
  const writer = item.owner === RESIDENT ? undefined : { 'Jishi-Person': item.owner }
  const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': item.key, 'Accept-Language': item.lang, ...writer }
  const { reply, json } = await ask(url, { method, headers, body: JSON.stringify(filled(item.body, shas)) }, WORDS_MS)
  const verdict = judge(reply, (body) => isAnswerTo(item, body))
  // The server forgets a photo that no write has named for a day: it goes up once more.
  if (verdict.is === 'look' && wereSent && verdict.answer.fields.some((one) => /photos/.test(one.field))) {
    for (const photo of kept.values()) await savePhoto({ ...photo, sha: null })
    return { verdict: { is: 'later', answer: verdict.answer } }
  }
  return { verdict, json }
}

type Uploaded = Exclude<Verdict, { is: 'delivered' }> | { is: 'delivered'; sha: string }

async function upload(photo: StoredPhoto): Promise<Uploaded> {
  if (photo.sha) return { is: 'delivered', sha: photo.sha }
  const headers = { 'Content-Type': photo.type, 'Idempotency-Key': photo.id }
  const { reply, json } = await ask('/api/photos', { method: 'POST', headers, body: photo.bytes }, PHOTO_MS)
  const verdict = judge(reply, ({ sha }) => typeof sha === 'string' && /^[0-9a-f]{64}$/.test(sha))
  if (verdict.is !== 'delivered') return verdict
  const { sha } = json as { sha: string }
  await savePhoto({ ...photo, sha })
  return { is: 'delivered', sha }
}

/** What an answer must hold to be one of ours, and to this. */
function isAnswerTo(item: Item, body: Record<string, unknown>): boolean {
  switch (item.kind) {
    case 'plea':
      return Array.isArray(body.pleas)
    case 'step':
      return typeof body.version === 'number' && typeof body.number === 'string'
    case 'visit':
      return typeof body.id === 'string' && typeof body.stage === 'string'
    case 'report':
      return typeof body.number === 'string'
    default:
      return typeof body.id === 'string' && typeof body.number === 'string'
  }
}

async function ask(url: string, init: RequestInit, limit: number): Promise<{ reply: Reply; json?: unknown }> {
  const giveUp = new AbortController()
  const timer = setTimeout(() => giveUp.abort(), limit)
  try {
    const response = await fetch(url, { ...init, credentials: 'same-origin', cache: 'no-store', signal: giveUp.signal })
    const text = await response.text()
    const json = parsed(text)
    return { reply: { kind: 'answer', status: response.status, isRedirected: response.redirected, type: response.headers.get('content-type') ?? '', json }, json }
  } catch {
    return { reply: { kind: 'none' } }
  } finally {
    clearTimeout(timer)
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
