/** From a draft to what is sent: only what was said, and contact details only where the resident chose to give them. */
import type { PlaceNew, ReportNew } from '@/api/types'
import type { Draft } from './draft'

export function reportBody(draft: Draft, locale: string, acceptsAnswer = false): ReportNew {
  const body: ReportNew = {
    receipt: draft.receipt,
    text: draft.text.trim(),
    identity: draft.identity,
    place: placeBody(draft),
    locale,
  }
  if (draft.matter) body.matter = draft.matter.code
  if (acceptsAnswer) body.accepts_answer = true
  const contact = contactBody(draft)
  if (contact) body.contact = contact
  if (draft.registered && draft.matter?.asks_registered_place) body.registered_region = draft.registered
  if (draft.photos.length) body.photos = draft.photos.map((one) => one.sha)
  if (draft.joins) body.joins = draft.joins
  if (draft.qr) body.qr = draft.qr
  return body
}

function placeBody({ place, place_text }: Draft): PlaceNew {
  const body: PlaceNew = { source: place?.source ?? 'chosen' }
  if (place?.lon != null && place.lat != null) Object.assign(body, { lon: place.lon, lat: place.lat })
  if (place?.region) body.region = place.region
  if (place_text.trim()) body.text = place_text.trim()
  return body
}

function contactBody(draft: Draft): ReportNew['contact'] {
  if (draft.identity === 'anonymous') return undefined
  const name = draft.name.trim()
  const phone = draft.phone.trim()
  return name || phone ? { ...(name && { name }), ...(phone && { phone }) } : undefined
}
