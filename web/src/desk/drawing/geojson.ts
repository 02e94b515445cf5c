/** One area out of a GeoJSON file: for who draws elsewhere, or cannot draw by hand. */
import type { Geometry } from './draft'

/** The first area of a geometry, a feature or a collection; null when there is none. */
export function areaIn(text: string): Geometry | null {
  try {
    return areaOf(JSON.parse(text))
  } catch {
    return null
  }
}

function areaOf(value: unknown): Geometry | null {
  if (typeof value !== 'object' || value === null) return null
  const { type, geometry, features, coordinates } = value as { type?: string; geometry?: unknown; features?: unknown[]; coordinates?: unknown }
  if (type === 'FeatureCollection' && Array.isArray(features)) return features.map(areaOf).find((area) => area !== null) ?? null
  if (type === 'Feature') return areaOf(geometry)
  return (type === 'Polygon' || type === 'MultiPolygon') && Array.isArray(coordinates) ? (value as Geometry) : null
}
