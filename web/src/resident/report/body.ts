/** From a draft to what is sent: only what was said, and contact details only where the resident chose to give them. */
import type { PlaceNew, ReportNew } from '@/api/types'
import type { Draft } from './draft'

/** `home` is given when the contact ends with what was shown: nobody is asked where they are for an answer, so it stands with the city. */
export function reportBody(draft: Draft, locale: string, home?: string): ReportNew {
  const body: ReportNew = {
    receipt: draft.receipt,
    text: draft.text.trim(),
    identity: draft.identity,
    place: placeBody(draft, home),
    locale,
  }
  if (draft.matter) body.matter = draft.matter.code
  if (home) body.accepts_answer = true
  const contact = contactBody(draft)
  if (contact) body.contact = contact
  if (contact?.phone && draft.wants_messages) body.wants_messages = true
  if (draft.registered && draft.matter?.asks_registered_place) body.registered_region = draft.registered
  if (draft.photos.length) body.photos = draft.photos.map((one) => one.sha)
  if (draft.joins) body.joins = draft.joins
  if (draft.qr) body.qr = draft.qr
  if (draft.about && !draft.joins) body.about = draft.about
  return body
}

function placeBody({ place, place_text }: Draft, home?: string): PlaceNew {
  const body: PlaceNew = { source: place?.source ?? 'chosen' }
  if (place?.lon != null && place.lat != null) Object.assign(body, { lon: place.lon, lat: place.lat })
  const region = place ? place.region : home
  if (region) body.region = region
  if (place_text.trim()) body.text = place_text.trim()
  return body
}

function contactBody(draft: Draft): ReportNew['contact'] {
  if (draft.identity === 'anonymous') return undefined
  const name = draft.name.trim()
  const phone = draft.phone.trim()
  return name || phone ? { ...(name && { name }), ...(phone && { phone }) } : undefined
}
