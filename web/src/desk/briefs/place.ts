/** What a place's page shows of the register: what there is, and what nobody has recorded yet. */
import type { PageSection, RegionRef } from '@/api/types'

const WITHIN = ['village', 'grid', 'micro_grid']

/** Places of posts that have a page of their own kind: a village or community, or what lies in one; each once. */
export function ownPlaces(posts: { region: RegionRef }[]): RegionRef[] {
  const places = posts.map((post) => post.region).filter((place) => WITHIN.includes(place.level))
  return [...new Map(places.map((place) => [place.code, place])).values()]
}

export const recorded = (section: PageSection) => section.kinds.filter((kind) => kind.count > 0)
/** Nothing of which something is known (`kind?field=value`) is no gap: it may well be so. */
export const missing = (section: PageSection) => section.kinds.filter((kind) => kind.count === 0 && !kind.code.includes('?'))

/** The list of the register that a figure counts. */
export const itemsOf = (opens: Record<string, string>, isStale = false) => ({ name: 'register', query: { ...opens, ...(isStale ? { stale: 'true' } : {}) } })
