/**
 * Hints that something changed, as server-sent events over fetch: EventSource cannot carry the receipt in a
 * header, and a receipt never stands in an address. A hint holds no data; the page reads again.
 */
import { headersFor } from '@/shared/api'

const FIRST_PAUSE_MS = 2_000
const LONGEST_PAUSE_MS = 60_000

/** Listens until the returned function is called. */
export function listen(receipt: string, changed: () => void): () => void {
  const stop = new AbortController()
  void keepListening(receipt, changed, stop.signal)
  return () => stop.abort()
}

async function keepListening(receipt: string, changed: () => void, signal: AbortSignal): Promise<void> {
  let pause = FIRST_PAUSE_MS
  let isFirst = true
  while (!signal.aborted) {
    try {
      const response = await fetch('/api/receipt/events', { headers: { ...headersFor({ receipt }), Accept: 'text/event-stream' }, signal })
      // A receipt that is not known will not become known by asking again.
      if (response.status >= 400 && response.status < 500) return
      if (!response.ok || !response.body) throw new Error('no stream')
      // Whatever happened between two streams was missed.
      if (!isFirst) changed()
      isFirst = false
      pause = FIRST_PAUSE_MS
      await readHints(response.body, changed)
    } catch {
      if (signal.aborted) return
    }
    await sleep(pause, signal)
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS)
  }
}

async function readHints(body: ReadableStream<Uint8Array>, changed: () => void): Promise<void> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let rest = ''
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    const lines = (rest + decoder.decode(value, { stream: true })).split(/\r?\n/)
    rest = lines.pop() ?? ''
    if (lines.some((line) => line.startsWith('event: changed') || line === 'event:changed')) changed()
  }
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', () => (clearTimeout(timer), done()), { once: true })
  })
}
