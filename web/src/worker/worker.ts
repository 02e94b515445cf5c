/**
 * The service worker: keeps the shell of the pages, so that they open without a network, and sends what waits when the system
 * wakes it. It never keeps an answer of the API.
 */
import { sendWaiting } from '@/outbox/sender'
import { toHex } from '@/shared/bytes'

/** What the build knows: see `scripts/worker.ts`. */
interface Shell {
  /** The page, and the hash of its bytes. */
  page: string
  sha: string
  version: string
  /** Needed before the page opens without a network. */
  files: string[]
  /** Large, for those who ask. */
  later: string[]
}
declare const __SHELLS__: { desk: Shell; home: Shell }

interface Waits extends Event {
  waitUntil(work: Promise<unknown>): void
}
interface Fetches extends Waits {
  request: Request
  respondWith(answer: Promise<Response>): void
}
interface Scope {
  registration: ServiceWorkerRegistration
  location: Location
  clients: { claim(): Promise<void>; matchAll(options: object): Promise<{ url: string }[]> }
  skipWaiting(): Promise<void>
  addEventListener(name: 'install' | 'activate', listener: (event: Waits) => void): void
  addEventListener(name: 'fetch', listener: (event: Fetches) => void): void
  addEventListener(name: 'message', listener: (event: Waits & { data: unknown }) => void): void
  addEventListener(name: 'sync', listener: (event: Waits & { tag: string }) => void): void
}
const worker = self as unknown as Scope

const name = new URL(worker.registration.scope).pathname.startsWith('/desk') ? 'desk' : 'home'
const shell = __SHELLS__[name]
const PREFIX = `jishi-${name}-`
const CACHE = PREFIX + shell.version
/** Addresses below `/` that are no page of the residents. */
const ELSEWHERE = /^\/(api|desk|link|screen|fonts|assets|healthz|metrics)(\/|$)|\.\w+$/
const TYPES: Record<string, RegExp> = { js: /javascript/, css: /css/, mjs: /javascript/ }

worker.addEventListener('install', (event) => event.waitUntil(install()))

worker.addEventListener('activate', (event) => event.waitUntil(Promise.all([worker.clients.claim(), clearOld()])))

worker.addEventListener('message', (event) => {
  if (event.data === 'take-over') void worker.skipWaiting()
  // Not waited for: a new version would have to wait for it as well.
  if (event.data === 'fetch-later') void keep(shell.later).catch(() => undefined)
})

worker.addEventListener('sync', (event) => {
  if (event.tag === 'jishi-outbox') event.waitUntil(sendFromHere())
})

worker.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== worker.location.origin || url.pathname.startsWith('/api/')) return
  if (request.mode === 'navigate') {
    if (name === 'desk' || !ELSEWHERE.test(url.pathname)) event.respondWith(page(request))
  } else if (url.pathname.startsWith('/assets/')) {
    event.respondWith(asset(request))
  }
})

async function install(): Promise<void> {
  await keep([...shell.files, shell.page])
}

/** What was kept by an earlier version is taken from there; names of files change with their content. */
async function keep(files: string[]): Promise<void> {
  const cache = await caches.open(CACHE)
  // A few at a time: a slow line is shared with whoever is reading.
  const left = [...files]
  const take = async (): Promise<void> => {
    for (let file = left.shift(); file; file = left.shift()) {
      if (await cache.match(file)) continue
      const known = file === shell.page ? undefined : await caches.match(file)
      await cache.put(file, known ?? (await fetched(file)))
    }
  }
  await Promise.all([take(), take(), take(), take()])
}

/** A network that wants a log-in answers everything with its own page: only what is ours is kept. */
async function fetched(file: string): Promise<Response> {
  const response = await fetch(file, { cache: file === shell.page ? 'no-store' : 'default', credentials: 'same-origin' })
  const isRight = response.ok && !response.redirected && (file === shell.page ? (await shaOf(response.clone())) === shell.sha : isTyped(file, response))
  if (!isRight) throw new Error(`${file} is not what was built`)
  return response
}

function isTyped(file: string, response: Response): boolean {
  const type = response.headers.get('content-type') ?? ''
  return TYPES[file.split('.').pop() ?? '']?.test(type) ?? !/html/.test(type)
}

async function shaOf(response: Response): Promise<string> {
  return toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', await response.arrayBuffer())))
}

async function page(request: Request): Promise<Response> {
  void clearOld()
  const kept = await (await caches.open(CACHE)).match(shell.page)
  return kept ?? fetch(request)
}

async function asset(request: Request): Promise<Response> {
  const kept = await caches.match(request)
  if (kept) return kept
  const response = await fetch(request)
  const file = new URL(request.url).pathname
  if (response.ok && !response.redirected && isTyped(file, response)) {
    const cache = await caches.open(CACHE)
    // A full phone still gets its page.
    await cache.put(request, response.clone()).catch(() => undefined)
  }
  return response
}

/** Pages that were opened before an update still need the old files: they go when at most one page is left. */
async function clearOld(): Promise<void> {
  const all = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true })
  if (all.length > 1) return
  const old = (await caches.keys()).filter((key) => key.startsWith(PREFIX) && key !== CACHE)
  await Promise.all(old.map((key) => caches.delete(key)))
}

async function sendFromHere(): Promise<void> {
  const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('jishi-outbox')
  const end = await sendWaiting({ changed: () => channel?.postMessage('changed') })
  channel?.close()
  // Thrown, so that the system wakes us again.
  if (end === 'offline' || end === 'later') throw new Error(end)
}
