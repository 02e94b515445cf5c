/**
 * Calls to the server. Addresses and shapes come from the tables in `@/api/types`; a refusal is thrown as a
 * `Problem`. Every write carries an idempotency key, so repeating it is harmless.
 */
import type { Reads, Writes } from '@/api/types'
import { lang } from './i18n'
import { Problem } from './problem'
import { idempotencyKey } from './random'

type Query = Record<string, string | number | boolean | null | undefined>

export interface CallOptions {
  /** Fills `{name}` in the address. */
  path?: Record<string, string | number>
  query?: Query
  /** A resident's receipt; staff are known by their cookie. */
  receipt?: string
  /** The token of a link that was sent to a resident. */
  link?: string
  signal?: AbortSignal
}

export interface WriteOptions extends CallOptions {
  /** Keep the same key to repeat the same write; a new one is made when it is left out. */
  key?: string
  contentType?: string
  /** Told the answer's headers, where they say more than its body. */
  heard?: (headers: Headers) => void
}

/** Stands between a page and the server where what is read is kept on the device. */
export type Keeper = (address: string, options: CallOptions, read: () => Promise<unknown>) => Promise<unknown>
let keeper: Keeper = (_address, _options, read) => read()
export const keepReadsBy = (next: Keeper): void => void (keeper = next)

export async function get<A extends keyof Reads>(address: A, options: CallOptions = {}): Promise<Reads[A]> {
  return (await keeper(address, options, async () => (await request('GET', address, options)).json())) as Reads[A]
}

export async function send<A extends keyof Writes>(operation: A, body: Writes[A][0], options: WriteOptions = {}): Promise<Writes[A][1]> {
  const [method, address] = operation.split(' ') as [string, string]
  const response = await request(method, address, options, body)
  const text = await response.text()
  return (text ? JSON.parse(text) : undefined) as Writes[A][1]
}

/** A write that is answered with a file. */
export async function sendForFile(address: string, body: Blob, options: WriteOptions = {}): Promise<Blob> {
  return (await request('POST', address, options, body)).blob()
}

/** The address with its parts and its query filled in, for links (exports, images) as well as for calls. */
export function addressOf(address: string, { path = {}, query = {} }: CallOptions = {}): string {
  const filled = address.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(path[name])))
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== '') search.set(name, String(value))
  }
  const tail = search.toString()
  return tail ? `${filled}?${tail}` : filled
}

export function headersFor(options: CallOptions): Record<string, string> {
  const headers: Record<string, string> = { 'Accept-Language': lang.value }
  if (options.receipt) headers.Authorization = `Receipt ${options.receipt}`
  if (options.link) headers.Authorization = `Link ${options.link}`
  return headers
}

/** Every call ends here. */
export async function request(method: string, address: string, options: WriteOptions, body?: unknown): Promise<Response> {
  const headers = headersFor(options)
  if (method !== 'GET') headers['Idempotency-Key'] = options.key ?? idempotencyKey()
  const isRaw = typeof body === 'string' || body instanceof Blob
  if (body !== undefined) {
    headers['Content-Type'] = options.contentType ?? (body instanceof Blob ? body.type : isRaw ? 'text/plain; charset=utf-8' : 'application/json')
  }
  let response: Response
  try {
    response = await fetch(addressOf(address, options), {
      method,
      headers,
      body: body === undefined ? undefined : isRaw ? (body as BodyInit) : JSON.stringify(body),
      credentials: 'same-origin',
      signal: options.signal,
    })
  } catch (thrown) {
    if (options.signal?.aborted) throw thrown
    throw Problem.offline()
  }
  // A network that wants a log-in of its own answers everything with its page.
  if (response.ok && /text\/html/.test(response.headers.get('content-type') ?? '')) throw Problem.offline()
  if (!response.ok) throw await Problem.of(response)
  options.heard?.(response.headers)
  return response
}
