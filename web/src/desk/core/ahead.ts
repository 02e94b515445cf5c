/**
 * Reads ahead, for a day without a network: today, my grids and their boundaries, what is open in them, the catalogue, the phrases.
 * One call after the other, at most every few minutes, only while the page is in view and on line.
 */
import type { CaseRow, Reads, RegionRef } from '@/api/types'
import { addressOf, type CallOptions } from '@/shared/api'
import { forgetOld, nameOfRead, recallRead } from '@/outbox/reads'
import { fetchLater } from '@/shared/shell'
import { get } from './calls'
import { fieldPlaces, isInTheField } from './posts'
import { can, me } from './session'

const FIRST_MS = 4_000
const EVERY_MS = 5 * 60_000
const MOST_CASES = 60
const PAGE = 50
const DAYS = 7
/** The catalogue and the ground change seldom, and a phone pays for what it loads. */
const FRESH_MS = 12 * 3_600_000

let timer: ReturnType<typeof setTimeout> | undefined
let isReading = false
let isStarted = false

export function startAhead(): void {
  stopAhead()
  isStarted = true
  timer = setTimeout(() => void again(), FIRST_MS)
}

export function stopAhead(): void {
  isStarted = false
  clearTimeout(timer)
}

async function again(): Promise<void> {
  if (isInTheField.value && navigator.onLine && !document.hidden && !isReading) {
    isReading = true
    await readAhead().catch(() => undefined)
    isReading = false
  }
  clearTimeout(timer)
  // Whoever logged out meanwhile has nothing to read.
  if (isStarted) timer = setTimeout(() => void again(), EVERY_MS)
}

async function readAhead(): Promise<void> {
  await forgetOld(DAYS)
  await get('/api/session')
  await seldom('/api/setup')
  await seldom('/api/matters')
  const { views } = await get('/api/today')
  const rows = views.flatMap((view) => view.rows)
  for (const place of fieldPlaces.value) rows.push(...(await readPlace(place)))
  if (can('visit.write')) {
    await get('/api/links/mine').catch(() => null)
    await get('/api/visits', { query: { list: 'mine', limit: PAGE } }).catch(() => null)
  }
  if (can('case.settle')) await get('/api/phrases/offered', { query: { step: 'settle' } }).catch(() => null)
  const cases = [...new Map(rows.map((row) => [row.id, row])).values()].slice(0, MOST_CASES)
  for (const row of cases) if (isStarted) await readCase(row)
  await fetchLater()
}

/** As the page of a grid asks for it. */
async function readPlace(place: RegionRef): Promise<CaseRow[]> {
  await seldom('/api/boundaries', { query: { code: place.code } })
  // Down the tree to it, as the chooser of places walks.
  const detail = await get('/api/regions/{code}', { path: { code: place.code } })
  for (const step of detail.path) await seldom('/api/regions', { query: { parent: step.code } })
  const offices = ['village', 'township'].flatMap((level) => detail.path.find((step) => step.level === level) ?? [])
  for (const office of offices) await seldom('/api/units', { query: { region: office.code, duty: 'government', limit: 5 } })
  const open = await get('/api/cases', { query: { view: 'open', region: place.code, limit: PAGE } })
  const ended = await get('/api/cases', { query: { view: 'ended', region: place.code, limit: 5 } })
  return [...open.rows, ...ended.rows]
}

/** What is kept and fresh is not asked for again. */
async function seldom<A extends keyof Reads>(address: A, options: CallOptions = {}): Promise<void> {
  const kept = await recallRead(nameOfRead(addressOf(address, options)), me.value?.person.id ?? null)
  const age = kept ? Date.now() - Date.parse(kept.at) : Infinity
  if (age < 0 || age > FRESH_MS) await get(address, options).catch(() => null)
}

async function readCase(row: CaseRow): Promise<void> {
  const path = { id: row.id }
  const kept = await recallRead(nameOfRead(addressOf('/api/cases/{id}', { path })), me.value?.person.id ?? null)
  if ((kept?.value as CaseRow | undefined)?.version === row.version) return
  const found = await get('/api/cases/{id}', { path }).catch(() => null)
  if (found?.allowed_actions.includes('result')) await get('/api/cases/{id}/pleas', { path }).catch(() => null)
}
