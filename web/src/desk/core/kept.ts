/**
 * Reading without a network (离线查看), for those who walk about: what was read lately is shown again, with the time it was read.
 * Nobody else's device keeps cases.
 */
import { ref } from 'vue'
import type { Matter, MatterList, Me } from '@/api/types'
import { addressOf, keepReadsBy, type CallOptions } from '@/shared/api'
import { Problem } from '@/shared/problem'
import { forgetReads, keepRead, nameOfRead, recallRead } from '@/outbox/reads'
import { isFieldPost } from './fieldPosts'

/** When what the page shows was read, if it comes from this device. */
export const shownFrom = ref<string | null>(null)

/** Everybody's: kept apart from who reads it. */
const OPEN = new Set(['/api/setup', '/api/session', '/api/matters', '/api/matters/{code}', '/api/regions', '/api/regions/{code}', '/api/boundaries'])
const OWN = new Set([
  '/api/today', '/api/cases', '/api/cases/{id}', '/api/cases/{id}/pleas', '/api/cases/{id}/shares', '/api/cases/{id}/supervisions', '/api/units',
  '/api/phrases/offered', '/api/patrols', '/api/register', '/api/briefs/place',
  '/api/links/mine', '/api/visits',
])
/** A line that does not answer is no line, where something is kept. */
const PATIENCE_MS = 8_000

let reader: string | null = null
let isField = false

/** Whose pages these are from now on; nobody's, another's and those of a post that no longer walks about forget everything that was read. */
export function readAs(me: Me | null): Promise<void> {
  const next = me?.person.id ?? null
  const isAnother = reader !== null && reader !== next
  reader = next
  isField = me !== null && me.posts.some(isFieldPost)
  return isAnother || !isField ? forgetReads() : Promise.resolve()
}

export function startKeeping(): void {
  keepReadsBy(async (address, options, read) => {
    if (!OPEN.has(address) && !OWN.has(address)) return read()
    const name = nameOfRead(addressOf(address, options))
    const kept = await keptFor(address, name, options)
    try {
      const value = await (kept ? patient(read()) : read())
      if (keeps(address, value)) void keepRead({ address: name, person: OPEN.has(address) ? null : reader, at: new Date().toISOString(), value })
      return value
    } catch (thrown) {
      if (!kept || !isCut(thrown)) throw thrown
      if (address !== '/api/setup' && address !== '/api/session') say(kept.at)
      return kept.value
    }
  })
}

/** The network speaks again, or another page is opened. */
export const forgetShown = (): void => void (shownFrom.value = null)

function say(at: string): void {
  if (!shownFrom.value || at < shownFrom.value) shownFrom.value = at
}

const keeps = (address: string, value: unknown): boolean => (address === '/api/session' ? (value as Me).posts.some(isFieldPost) : isField || address === '/api/setup')

function isCut(thrown: unknown): boolean {
  return thrown instanceof Problem && (thrown.isOffline || [502, 503, 504].includes(thrown.status))
}

async function patient<T>(work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, fail) => (timer = setTimeout(() => fail(Problem.offline()), PATIENCE_MS)))
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

async function keptFor(address: string, name: string, options: CallOptions): Promise<{ at: string; value: unknown } | null> {
  const found = await recallRead(name, reader)
  if (found || !address.startsWith('/api/matters')) return found
  // The whole catalogue answers what is asked of it piece by piece.
  const whole = await recallRead('/api/matters', reader)
  if (!whole) return null
  const { rows } = whole.value as MatterList
  const code = options.path?.code
  if (code) {
    const one = rows.find((row) => row.code === code)
    return one ? { at: whole.at, value: one } : null
  }
  return { at: whole.at, value: { ...(whole.value as object), rows: named(rows, String(options.query?.q ?? '')) } }
}

const MOST = 30
function named(rows: Matter[], words: string): Matter[] {
  const wanted = words.trim().toLowerCase()
  return rows.filter((row) => [row.names.zh, row.names.en ?? '', ...row.words].some((text) => text.toLowerCase().includes(wanted))).slice(0, MOST)
}

/** What the words may mean, by the residents' words of the kept catalogue: the longest that were said come first. */
export async function proposeKept(text: string): Promise<{ matter: Matter; why: string[] }[]> {
  const whole = await recallRead('/api/matters', reader)
  const said = text.toLowerCase()
  const found = ((whole?.value as MatterList | undefined)?.rows ?? []).flatMap((matter) => {
    const why = matter.words.filter((word) => word && said.includes(word.toLowerCase()))
    return why.length && matter.kind !== 'signpost' ? [{ matter, why }] : []
  })
  const weight = ({ why }: { why: string[] }) => why.reduce((sum, word) => sum + word.length, 0)
  return found.sort((a, b) => weight(b) - weight(a)).slice(0, 3)
}
