/** Boundaries as GeoJSON, asked once per place and page load. */
import type { Boundaries } from '@/api/types'
import { get } from './api'

export type BoundaryQuery = { parent: string } | { code: string }

const known = new Map<string, Promise<Boundaries>>()

export function loadBoundaries(query: BoundaryQuery): Promise<Boundaries> {
  const key = JSON.stringify(query)
  let answer = known.get(key)
  if (!answer) {
    answer = get('/api/boundaries', { query })
    answer.catch(() => known.delete(key))
    known.set(key, answer)
  }
  return answer
}

/** They were redrawn: what was asked for before says nothing any more. */
export const forgetBoundaries = (): void => known.clear()

/** For other programs: names as plain properties, and in the form that can be brought in again. */
export const flat = ({ features }: Boundaries) => ({
  type: 'FeatureCollection' as const,
  features: features.map(({ type, geometry, properties: { code, kind, names, synthetic, source } }) => ({ type, geometry, properties: { code, kind, name: names.zh, name_en: names.en, synthetic, source } })),
})

/** West, south, east, north of everything drawn; null when there is nothing. */
export function extentOf(boundaries: Boundaries): [number, number, number, number] | null {
  let extent: [number, number, number, number] | null = null
  const take = ([lon, lat]: GeoJSON.Position) => {
    extent = extent
      ? [Math.min(extent[0], lon!), Math.min(extent[1], lat!), Math.max(extent[2], lon!), Math.max(extent[3], lat!)]
      : [lon!, lat!, lon!, lat!]
  }
  for (const { geometry } of boundaries.features) {
    const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates
    for (const polygon of polygons) polygon[0]?.forEach(take)
  }
  return extent
}
