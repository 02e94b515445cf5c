/** Words about a share, and its steps. */
import type { Share } from '@/api/types'
import { nameOf } from '@/shared/i18n'

/** Steps that need no words: one tap. */
const BARE = ['agree', 'sign', 'accept']

export const isBare = (step: string): boolean => BARE.includes(step)
export const asKey = (step: string): string => step.replace(/-/g, '_')
export const holderOf = (share: Share): string => share.company ?? nameOf(share.unit?.names)
export const isOwed = (share: Share): boolean => ['asked', 'open', 'signed'].includes(share.state)

/** The answers put together as the beginning of the result: each with whose it is. */
export function joined(shares: Share[]): string {
  return shares.filter((share) => share.answer && ['answered', 'accepted'].includes(share.state)).map(block).join('\n')
}

export const block = (share: Share): string => `${holderOf(share)}：${share.answer ?? ''}`

/** Words behind what was typed, on a line of their own; what stands there already is not put in again. */
export function appended(text: string, more: string): string {
  const before = text.trimEnd()
  if (!more || before.includes(more)) return text
  return before ? `${before}\n${more}` : more
}
