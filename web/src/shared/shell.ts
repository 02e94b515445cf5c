/** The installed page: registers the worker, and says when a newer version is ready. Nothing is reloaded under a hand that types. */
import { ref } from 'vue'

/** A newer version is there and waits to be taken. */
export const isUpdateReady = ref(false)

let registration: ServiceWorkerRegistration | null = null
let isAsked = false
const LOOK_MS = 3_600_000

export async function startShell(scope: '/' | '/desk'): Promise<void> {
  // Over plain http there is none, and while developing it would only be in the way.
  if (!import.meta.env.PROD || !navigator.serviceWorker) return
  let had = Boolean(navigator.serviceWorker.controller)
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    if (isAsked) location.reload()
    // Another tab took the new version; this one goes on with what it has until its reader says so.
    else if (had) isUpdateReady.value = true
    had = true
  })
  registration = await navigator.serviceWorker.register('/worker.js', { scope, updateViaCache: 'none' }).catch(() => null)
  if (!registration) return
  const look = (found: ServiceWorker | null | undefined) => {
    const say = () => found?.state === 'installed' && navigator.serviceWorker.controller && (isUpdateReady.value = true)
    found?.addEventListener('statechange', say)
    say()
  }
  look(registration.waiting)
  registration.addEventListener('updatefound', () => look(registration?.installing))
  setInterval(() => document.hidden || void registration?.update().catch(() => undefined), LOOK_MS)
}

/** The reader wants it now. */
export function takeUpdate(): void {
  isAsked = true
  if (registration?.waiting) registration.waiting.postMessage('take-over')
  else location.reload()
}

/** What is large and useful on the way: the map. */
export async function fetchLater(): Promise<void> {
  const ready = import.meta.env.PROD && navigator.serviceWorker ? await navigator.serviceWorker.getRegistration() : undefined
  ready?.active?.postMessage('fetch-later')
}
