/**
 * What a resident has begun to write, kept on the phone until it is sent, with the receipt and the key it will be
 * sent under: a second tap, a lost answer or a closed page never makes a second report.
 */
import type { Identity, Matter, PlaceSource } from '@/api/types'
import { idempotencyKey } from '@/shared/random'
import { makeReceipt } from '@/shared/receipts'
import { forget, keepJson, recallJson } from '@/shared/storage'
import type { SentPhoto } from '@/shared/usePhotos'

export interface DraftPlace {
  source: PlaceSource
  /** The place as it is shown. */
  words: string
  region: string | null
  lon: number | null
  lat: number | null
  is_guess: boolean
}

export interface Draft {
  step: 1 | 2 | 3
  text: string
  matter: Matter | null
  /** Chosen by the resident: proposals no longer change it. */
  is_matter_own: boolean
  photos: SentPhoto[]
  place: DraftPlace | null
  place_text: string
  qr: string | null
  joins: string | null
  identity: Identity
  name: string
  phone: string
  /** Wishes to be told of steps by short message. */
  wants_messages: boolean
  registered: string | null
  /** The office it is about. */
  about: string | null
  remember: boolean
  receipt: string
  key: string
  kept_at: number
}

const KEY = 'draft'
/** Telephone numbers do not lie on a phone for ever. */
const DAYS_KEPT = 7

export function newDraft(): Draft {
  return {
    step: 1, text: '', matter: null, is_matter_own: false, photos: [], place: null, place_text: '', qr: null, joins: null,
    identity: 'anonymous', name: '', phone: '', wants_messages: false, registered: null, about: null, remember: true,
    receipt: makeReceipt(), key: idempotencyKey(), kept_at: Date.now(),
  }
}

export function recallDraft(now = Date.now()): Draft | null {
  const kept = recallJson<Partial<Draft> | null>(KEY, null)
  if (!kept || typeof kept.receipt !== 'string' || typeof kept.key !== 'string') return null
  if (now - (kept.kept_at ?? 0) > DAYS_KEPT * 24 * 3_600_000) {
    forget(KEY)
    return null
  }
  return { ...newDraft(), ...kept }
}

export function keepDraft(draft: Draft): void {
  if (isEmpty(draft)) forget(KEY)
  else keepJson(KEY, { ...draft, kept_at: Date.now() })
}

export function dropDraft(): void {
  forget(KEY)
}

export function isEmpty(draft: Draft): boolean {
  return !draft.text.trim() && draft.photos.length === 0 && !draft.name && !draft.phone
}
