/** Changing a place. Unlike elsewhere, null is not the same as left out: it takes an end, or a successor, back. */
import type { Writes } from '@/api/types'
import { send } from '../core/calls'

type Body = Writes['PUT /api/regions/{code}'][0]
type Alteration = Omit<Body, 'valid_until' | 'successor'> & { valid_until?: string | null; successor?: string | null }

export const alterPlace = (code: string, body: Alteration, key?: string) =>
  send('PUT /api/regions/{code}', body as Body, { path: { code }, key })
