/**
 * Live pages. One event stream serves all tabs of a browser: the tab that holds a lock listens and passes the hint on.
 * A hint says only *that* something changed; each page reads again what it shows.
 */
import { onBeforeUnmount, onMounted } from 'vue'

type Listener = { topics: string[]; read: () => void }

const CHANNEL = 'jishi-desk-events'
const listeners = new Set<Listener>()
let channel: BroadcastChannel | null = null
let source: EventSource | null = null
let stop: (() => void) | null = null

function tell(topics: string[]): void {
  for (const listener of listeners) {
    if (topics.includes('*') || listener.topics.some((topic) => topics.includes(topic))) listener.read()
  }
}

function pass(topics: string[]): void {
  tell(topics)
  channel?.postMessage(topics)
}

function topicsOf(data: string): string[] {
  try {
    const parsed = JSON.parse(data) as { topics?: string[] }
    return parsed.topics ?? ['*']
  } catch {
    return ['*']
  }
}

function listen(): () => void {
  let hasOpened = false
  source = new EventSource('/api/events')
  source.addEventListener('changed', (event) => pass(topicsOf((event as MessageEvent<string>).data)))
  // Whatever happened while the stream was broken is unknown, so everything is read again.
  source.addEventListener('open', () => {
    if (hasOpened) pass(['*'])
    hasOpened = true
  })
  return () => {
    source?.close()
    source = null
  }
}

/** Start after log-in; safe to call twice. */
export function startLive(): void {
  if (stop || typeof EventSource === 'undefined') return
  if (typeof BroadcastChannel !== 'undefined') {
    channel = new BroadcastChannel(CHANNEL)
    channel.onmessage = (event: MessageEvent<string[]>) => tell(event.data)
  }
  // Without locks or a channel (old engines, plain http) every tab listens for itself: dearer, never wrong.
  if (!channel || !navigator.locks) {
    stop = listen()
    return
  }
  const giveUp = new AbortController()
  let release: (() => void) | null = null
  navigator.locks
    .request(CHANNEL, { signal: giveUp.signal }, () => {
      const close = listen()
      return new Promise<void>((resolve) => {
        release = () => {
          close()
          resolve()
        }
      })
    })
    .catch(() => undefined); // aborted while waiting for the lock: we logged out
  stop = () => {
    if (release) release()
    else giveUp.abort()
  }
}

export function stopLive(): void {
  stop?.()
  stop = null
  channel?.close()
  channel = null
}

/** Listens anew after a log-in, and lets everything be read again. */
export function restartLive(): void {
  stopLive()
  startLive()
  tell(['*'])
}

/** Reads again when one of the topics changed, gathered over a moment, and when the page comes back into view. */
export function useLive(topics: string[], read: () => void): void {
  let timer: ReturnType<typeof setTimeout> | undefined
  let wasHidden = false
  const soon = () => {
    if (document.hidden) {
      wasHidden = true
      return
    }
    clearTimeout(timer)
    timer = setTimeout(read, 250 + Math.floor(performance.now() % 250))
  }
  const listener: Listener = { topics, read: soon }
  const onVisible = () => {
    if (!document.hidden && wasHidden) {
      wasHidden = false
      soon()
    }
  }
  onMounted(() => {
    listeners.add(listener)
    document.addEventListener('visibilitychange', onVisible)
  })
  onBeforeUnmount(() => {
    clearTimeout(timer)
    listeners.delete(listener)
    document.removeEventListener('visibilitychange', onVisible)
  })
}
