/** Where a drawn point is drawn to: a corner of what is there, or else its edge, within a few pixels. */
import type { Draft, Geometry } from './draft'

const CORNER = 14
const EDGE = 10

type Pixel = { x: number; y: number }

export function ringsOf(geometry: Geometry): GeoJSON.Position[][] {
  return geometry.type === 'Polygon' ? geometry.coordinates : geometry.coordinates.flat()
}

/** `project` gives the pixel of a position. What is edited itself is left out with `except`. */
export function snapped(draft: Draft, at: GeoJSON.Position, project: (position: GeoJSON.Position) => Pixel, except: string | null): GeoJSON.Position | undefined {
  const pixel = project(at)
  let corner: { far: number; position: GeoJSON.Position } | null = null
  let edge: { far: number; position: GeoJSON.Position } | null = null
  for (const area of draft) {
    if (area.id === except || !area.geometry) continue
    for (const ring of ringsOf(area.geometry)) {
      ring.forEach((position, index) => {
        const here = project(position)
        const far = Math.hypot(here.x - pixel.x, here.y - pixel.y)
        if (far < CORNER && (!corner || far < corner.far)) corner = { far, position }
        const next = ring[index + 1]
        if (!next) return
        const found = onEdge(pixel, here, project(next))
        if (found.far < EDGE && (!edge || found.far < edge.far)) edge = { far: found.far, position: between(position, next, found.share) }
      })
    }
  }
  return ((corner ?? edge) as { position: GeoJSON.Position } | null)?.position
}

function onEdge(at: Pixel, one: Pixel, other: Pixel): { far: number; share: number } {
  const [dx, dy] = [other.x - one.x, other.y - one.y]
  const length = dx * dx + dy * dy
  const share = length === 0 ? 0 : Math.min(1, Math.max(0, ((at.x - one.x) * dx + (at.y - one.y) * dy) / length))
  return { far: Math.hypot(at.x - one.x - share * dx, at.y - one.y - share * dy), share }
}

const between = (one: GeoJSON.Position, other: GeoJSON.Position, share: number): GeoJSON.Position => [one[0]! + (other[0]! - one[0]!) * share, one[1]! + (other[1]! - one[1]!) * share]
