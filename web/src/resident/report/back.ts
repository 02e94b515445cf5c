/** A report that was not accepted becomes a draft again, so that it can be mended and sent as another. */
import type { ReportNew } from '@/api/types'
import type { Item } from '@/outbox/item'
import { photosIn } from '@/outbox/item'
import { keepDraft, newDraft, recallDraft } from './draft'

/** False when another draft lies there already, which is not written over. */
export function takeBack(item: Item): boolean {
  const body = item.body as ReportNew
  if (recallDraft()) return false
  const { place } = body
  keepDraft({
    ...newDraft(),
    text: body.text,
    identity: body.identity,
    about: body.about ?? null,
    name: body.contact?.name ?? '',
    phone: body.contact?.phone ?? '',
    place: place.region || place.lon != null ? { source: place.source, words: place.text ?? '', region: place.region ?? null, lon: place.lon ?? null, lat: place.lat ?? null, is_guess: false } : null,
    place_text: place.text ?? '',
    // Photos that never went up stay with the item and go with it.
    photos: (body.photos ?? []).filter((one) => !photosIn(one).length).map((sha) => ({ sha, thumb: '' })),
  })
  return true
}
