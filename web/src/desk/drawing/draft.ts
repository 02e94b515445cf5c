/**
 * The areas of a place while they are drawn: plain data and steps from one state to the next, so that every step can
 * be taken back. What a step means is decided by the server; here it only takes shape.
 */
import type { Drawing, Names, RedrawBody, RegionKind } from '@/api/types'

export type Geometry = GeoJSON.Polygon | GeoJSON.MultiPolygon
export interface Area {
  /** The code of a place that is there, or a name of our own for a new one. */
  id: string
  isNew: boolean
  names: Names
  kind: RegionKind
  geometry: Geometry | null
  /** Places that end and that it takes over from. */
  from: string[]
  isHeir: boolean
  hasChildren: boolean
  isChanged: boolean
}
export type Draft = readonly Area[]

export function draftOf(drawing: Drawing): Draft {
  return drawing.places.map((place) => ({
    id: place.code,
    isNew: false,
    names: place.names,
    kind: place.kind,
    geometry: place.geometry,
    from: [],
    isHeir: false,
    hasChildren: place.has_children,
    isChanged: false,
  }))
}

/** One ring without holes or islands: what can be drawn on by hand. */
export const isSimple = (geometry: Geometry | null): geometry is GeoJSON.Polygon => geometry?.type === 'Polygon' && geometry.coordinates.length === 1

export const named = (draft: Draft, id: string, names: Names): Draft => draft.map((area) => (area.id === id ? { ...area, names } : area))

export const inherited = (draft: Draft, id: string): Draft => {
  const from = draft.find((area) => area.id === id)?.from ?? []
  const shares = (area: Area) => area.from.some((code) => from.includes(code))
  return draft.map((area) => (shares(area) ? { ...area, isHeir: area.id === id } : area))
}

/** Another area for one of them; neighbours whose edge it shared go with it. */
export function reshaped(draft: Draft, id: string, geometry: Geometry): Draft {
  const before = draft.find((area) => area.id === id)?.geometry ?? null
  const follow = isSimple(before) && isSimple(geometry) ? stepBetween(before.coordinates[0]!, geometry.coordinates[0]!) : null
  return draft.map((area) => {
    if (area.id === id) return { ...area, geometry, isChanged: true }
    const carried = follow && area.geometry ? carriedAlong(area.geometry, follow) : null
    return carried ? { ...area, geometry: carried, isChanged: true } : area
  })
}

export function added(draft: Draft, area: Pick<Area, 'id' | 'names' | 'kind' | 'geometry'>): Draft {
  return [...draft, { ...area, isNew: true, from: [], isHeir: false, hasChildren: false, isChanged: true }]
}

/** One area becomes several; a place that was there ends, and they take over from it. */
export function split(draft: Draft, id: string, parts: Geometry[], idOf: (index: number) => string): Draft {
  return draft.flatMap((area) => {
    if (area.id !== id) return [area]
    const from = area.isNew ? area.from : [area.id]
    return parts.map((geometry, index) => ({
      ...area,
      id: idOf(index),
      isNew: true,
      names: { zh: `${area.names.zh}（${index + 1}）`, ...(area.names.en ? { en: `${area.names.en} (${index + 1})` } : {}) },
      geometry,
      from,
      isHeir: from.length > 0 && index === 0,
      isChanged: true,
    }))
  })
}

/** Several areas become one, in the place of the first. */
export function joined(draft: Draft, ids: string[], geometry: Geometry, id: string): Draft {
  const parts = draft.filter((area) => ids.includes(area.id))
  const first = parts[0]
  if (!first) return draft
  const from = [...new Set(parts.flatMap((area) => (area.isNew ? area.from : [area.id])))]
  const one: Area = { ...first, id, isNew: true, geometry, from, isHeir: from.length > 0, isChanged: true }
  return draft.flatMap((area) => (area === first ? [one] : ids.includes(area.id) ? [] : [area]))
}

/** A new area that takes over from nothing can simply be left out again. */
export const without = (draft: Draft, id: string): Draft => draft.filter((area) => area.id !== id || area.from.length > 0 || !area.isNew)

export const changedOf = (draft: Draft): Area[] => draft.filter((area) => area.isChanged)

/** What is sent; areas stand in it in the order of `changedOf`. */
export function bodyOf(draft: Draft, seen: string, source: string): RedrawBody {
  const areas = changedOf(draft).map((area) =>
    area.isNew
      ? { names: area.names, kind: area.kind, geometry: area.geometry ?? undefined, from: area.from, is_heir: area.isHeir }
      : { code: area.id, geometry: area.geometry ?? undefined, from: [], is_heir: false },
  )
  return { seen, areas, source } as RedrawBody
}

type Ring = GeoJSON.Position[]
type Step =
  | { kind: 'moved'; from: GeoJSON.Position; to: GeoJSON.Position }
  | { kind: 'added'; after: GeoJSON.Position; before: GeoJSON.Position; point: GeoJSON.Position }
  | { kind: 'removed'; point: GeoJSON.Position }

/** The same to a centimetre, which is as fine as the tools draw. */
const isSame = (one?: GeoJSON.Position, other?: GeoJSON.Position) =>
  Boolean(one && other && Math.abs(one[0]! - other[0]!) < 1.1e-7 && Math.abs(one[1]! - other[1]!) < 1.1e-7)
const open = (ring: Ring): Ring => (isSame(ring[0], ring.at(-1)) ? ring.slice(0, -1) : ring)
const closed = (ring: Ring): Ring => [...ring, ring[0]!]

/** What was done to one ring, if it was one thing: a point moved, added or taken away. */
export function stepBetween(before: Ring, after: Ring): Step | null {
  const [old, now] = [open(before), open(after)]
  const gone = old.filter((point) => !now.some((other) => isSame(point, other)))
  const come = now.filter((point) => !old.some((other) => isSame(point, other)))
  if (gone.length === 1 && come.length === 1 && old.length === now.length) return { kind: 'moved', from: gone[0]!, to: come[0]! }
  if (gone.length === 1 && come.length === 0) return { kind: 'removed', point: gone[0]! }
  if (gone.length > 0 || come.length !== 1) return null
  const at = now.findIndex((point) => isSame(point, come[0]))
  return { kind: 'added', after: now.at(at - 1)!, before: now[(at + 1) % now.length]!, point: come[0]! }
}

/** The same step on a neighbour that has the point or the edge too; null when it has not. */
function carriedAlong(geometry: Geometry, step: Step): Geometry | null {
  let isTouched = false
  const ringOf = (ring: Ring): Ring => {
    const points = open(ring)
    const carried = stepped(points, step)
    if (!carried) return ring
    isTouched = true
    return closed(carried)
  }
  const carried: Geometry =
    geometry.type === 'Polygon'
      ? { ...geometry, coordinates: geometry.coordinates.map(ringOf) }
      : { ...geometry, coordinates: geometry.coordinates.map((polygon) => polygon.map(ringOf)) }
  return isTouched ? carried : null
}

function stepped(points: Ring, step: Step): Ring | null {
  if (step.kind === 'moved') return points.some((point) => isSame(point, step.from)) ? points.map((point) => (isSame(point, step.from) ? step.to : point)) : null
  if (step.kind === 'removed') return points.length > 3 && points.some((point) => isSame(point, step.point)) ? points.filter((point) => !isSame(point, step.point)) : null
  const ends = [step.after, step.before]
  const at = points.findIndex((point, index) => {
    const next = points[(index + 1) % points.length]
    return (isSame(point, ends[0]) && isSame(next, ends[1])) || (isSame(point, ends[1]) && isSame(next, ends[0]))
  })
  return at < 0 ? null : [...points.slice(0, at + 1), step.point, ...points.slice(at + 1)]
}
