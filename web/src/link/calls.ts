/**
 * Calls by a link. It stands behind `#` in the address of the page, which the browser keeps to itself, and goes along in a
 * header, which no log holds.
 */
import type { LinkView } from '@/api/types'
import { lang } from '@/shared/i18n'
import { Problem } from '@/shared/problem'

export type Step = 'sign' | 'note' | 'answer'

export const tokenOf = (hash: string): string => hash.replace(/^#/, '').trim()

export async function byLink(token: string, step?: Step, body?: object, key?: string): Promise<LinkView> {
  const headers: Record<string, string> = { Authorization: `Link ${token}`, 'Accept-Language': lang.value }
  if (key) headers['Idempotency-Key'] = key
  if (body) headers['Content-Type'] = 'application/json'
  let response: Response
  try {
    response = await fetch(step ? `/api/link/${step}` : '/api/link', { method: step ? 'POST' : 'GET', headers, body: body && JSON.stringify(body), credentials: 'omit' })
  } catch {
    throw Problem.offline()
  }
  if (!response.ok) throw await Problem.of(response)
  return (await response.json()) as LinkView
}
