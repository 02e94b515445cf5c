import { describe, expect, it } from 'vitest'
import type { Drawing } from '@/api/types'
import { added, bodyOf, changedOf, draftOf, inherited, joined, reshaped, split, stepBetween, type Geometry } from './draft'
import { snapped } from './snap'

const square = (west: number, east: number): GeoJSON.Polygon => ({ type: 'Polygon', coordinates: [[[west, 0], [east, 0], [east, 4], [west, 4], [west, 0]]] })
const place = (code: string, zh: string, geometry: Geometry) => ({ code, level: 'grid', kind: 'grid', names: { zh }, has_children: false, geometry, synthetic: false, source: '' })
const drawing = { seen: 'abc', places: [place('1', '一', square(0, 4)), place('2', '二', square(4, 8))] } as unknown as Drawing
const ring = (draft: ReturnType<typeof draftOf>, id: string) => (draft.find((area) => area.id === id)!.geometry as GeoJSON.Polygon).coordinates[0]!

describe('a border that two areas share', () => {
  const draft = draftOf(drawing)
  it('moves for both when a corner is moved', () => {
    const now = reshaped(draft, '1', { type: 'Polygon', coordinates: [[[0, 0], [3, 1], [4, 4], [0, 4], [0, 0]]] })
    expect(ring(now, '2')).toContainEqual([3, 1])
    expect(ring(now, '2')).not.toContainEqual([4, 0])
    expect(ring(now, '2')[0]).toEqual(ring(now, '2').at(-1))
    expect(changedOf(now).map((area) => area.id)).toEqual(['1', '2'])
  })
  it('gets a new corner for both, and loses it for both', () => {
    const more = reshaped(draft, '1', { type: 'Polygon', coordinates: [[[0, 0], [4, 0], [5, 2], [4, 4], [0, 4], [0, 0]]] })
    expect(ring(more, '2')).toContainEqual([5, 2])
    expect(ring(more, '2')).toHaveLength(6)
    const less = reshaped(more, '1', square(0, 4))
    expect(ring(less, '2')).not.toContainEqual([5, 2])
  })
  it('stays where the neighbour has no part in the change', () => {
    const now = reshaped(draft, '1', { type: 'Polygon', coordinates: [[[-1, 0], [4, 0], [4, 4], [0, 4], [-1, 0]]] })
    expect(changedOf(now).map((area) => area.id)).toEqual(['1'])
  })
  it('is no single step when much changed at once', () => {
    expect(stepBetween(square(0, 4).coordinates[0]!, square(10, 14).coordinates[0]!)).toBeNull()
  })
})

describe('what is sent', () => {
  it('a split ends the place and says who takes over, one of them as heir', () => {
    const draft = inherited(split(draftOf(drawing), '1', [square(0, 2), square(2, 4)], (index) => `new-${index}`), 'new-1')
    const body = bodyOf(draft, 'abc', 'by hand')
    expect(body.areas).toHaveLength(2)
    expect(body.areas.map((area) => [area.code, area.from, area.is_heir])).toEqual([[undefined, ['1'], false], [undefined, ['1'], true]])
  })
  it('what was split and joined again takes over from all that was there', () => {
    const halves = split(draftOf(drawing), '1', [square(0, 2), square(2, 4)], (index) => `new-${index}`)
    const body = bodyOf(joined(halves, ['new-1', '2'], square(2, 8), 'one'), 'abc', '')
    expect(body.areas.map((area) => area.from)).toEqual([['1'], ['1', '2']])
  })
  it('what was not touched is not sent, and a new area takes over from nothing', () => {
    const draft = added(draftOf(drawing), { id: 'new', names: { zh: '新' }, kind: 'grid', geometry: square(8, 9) })
    expect(bodyOf(draft, 'abc', '').areas).toEqual([{ names: { zh: '新' }, kind: 'grid', geometry: square(8, 9), from: [], is_heir: false }])
  })
})

describe('a drawn point', () => {
  const project = ([x, y]: GeoJSON.Position) => ({ x: x! * 100, y: y! * 100 })
  it('goes to a corner before an edge, and nowhere when both are far', () => {
    const draft = draftOf(drawing)
    expect(snapped(draft, [4.05, 0.05], project, null)).toEqual([4, 0])
    expect(snapped(draft, [2, 0.05], project, null)).toEqual([2, 0])
    expect(snapped(draft, [2, 2], project, null)).toBeUndefined()
    expect(snapped(draft, [8.05, 2], project, '2')).toBeUndefined()
  })
})
