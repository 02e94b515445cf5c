/**
 * The one place that knows the drawing tools. They hold only what is being drawn: the area under the hand, or a line.
 * Everything else lies beneath as a picture, and gives the corners and edges that drawing snaps to.
 */
import type { GeoJSONSource, Map as LibreMap } from 'maplibre-gl'
import type { Finding } from '@/api/types'
import type { Draft } from './draft'
import { isSimple, type Geometry } from './draft'
import { snapped } from './snap'

export interface CanvasEvents {
  /** The area under the hand has another shape. */
  reshaped(geometry: GeoJSON.Polygon): void
  /** A new area was drawn. */
  drawn(geometry: GeoJSON.Polygon): void
  /** A line was drawn. */
  lined(line: GeoJSON.Position[]): void
  /** An area was tapped while nothing was being drawn. */
  chosen(id: string): void
}
export interface Canvas {
  /** Takes an area under the hand; none lays it down. */
  hold(id: string | null, geometry: Geometry | null): void
  drawArea(): void
  drawLine(): void
  mark(outline: GeoJSON.Feature | null, findings: Finding[]): void
  fly(lon: number, lat: number): void
  close(): void
}

const PRECISION = 7

export async function openCanvas(map: LibreMap, draft: () => Draft, events: CanvasEvents): Promise<Canvas> {
  const [tools, { TerraDrawMapLibreGLAdapter }] = await Promise.all([import('terra-draw'), import('terra-draw-maplibre-gl-adapter')])
  const colour = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim() as `#${string}`
  let heldId: string | null = null
  const toCustom = ({ lng, lat }: { lng: number; lat: number }) => {
    const project = (position: GeoJSON.Position) => map.project([position[0]!, position[1]!])
    return snapped(draft(), [lng, lat], project, heldId)
  }
  const snapping = { toCustom }
  const line = { lineStringColor: colour('--late'), lineStringWidth: 3, snappingPointColor: colour('--late') }
  const area = { fillColor: colour('--action'), fillOpacity: 0.15, outlineColor: colour('--action'), outlineWidth: 3 }
  const draw = new tools.TerraDraw({
    adapter: new TerraDrawMapLibreGLAdapter({ map, coordinatePrecision: PRECISION }),
    modes: [
      new tools.TerraDrawPolygonMode({ snapping, styles: area }),
      new tools.TerraDrawLineStringMode({ snapping, styles: line }),
      new tools.TerraDrawSelectMode({
        allowManualDeselection: false,
        flags: { polygon: { feature: { draggable: false, coordinates: { draggable: true, midpoints: true, deletable: true, snappable: snapping } } } },
        styles: { selectedPolygonColor: colour('--action'), selectedPolygonFillOpacity: 0.2, selectedPolygonOutlineColor: colour('--action'), selectedPolygonOutlineWidth: 3, selectionPointColor: colour('--action'), midPointColor: colour('--action-soft'), midPointOutlineColor: colour('--action') },
      }),
    ],
  })
  draw.start()
  layers(map, colour)

  draw.on('finish', (id, { mode, action }) => {
    const geometry = draw.getSnapshotFeature(id)?.geometry
    if (!geometry) return
    if (mode === 'polygon' && geometry.type === 'Polygon') take(() => events.drawn(geometry as GeoJSON.Polygon))
    else if (mode === 'linestring' && geometry.type === 'LineString') take(() => events.lined(geometry.coordinates))
    else if (action !== 'draw' && geometry.type === 'Polygon') take(() => events.reshaped(geometry as GeoJSON.Polygon))
  })
  const tapped = (event: { point: { x: number; y: number } }) => {
    if (draw.getMode() !== 'select') return
    const hit = map.queryRenderedFeatures([event.point.x, event.point.y], { layers: ['places'] })[0]
    if (hit && hit.properties.code !== heldId) events.chosen(String(hit.properties.code))
  }
  map.on('click', tapped)
  draw.setMode('select')

  /** The tools must have come to rest before what they drew is taken from them. */
  const take = (act: () => void) => setTimeout(act)
  function lay(): void {
    if (draw.getMode() !== 'select') draw.setMode('select')
    draw.clear()
  }
  return {
    hold(id, geometry) {
      lay()
      heldId = id
      if (!id || !isSimple(geometry)) return
      // An id of its own each time: the tools draw nothing for one that went and came at once.
      const feature = draw.getFeatureId()
      const [told] = draw.addFeatures([{ id: feature, type: 'Feature', geometry: rounded(geometry), properties: { mode: 'polygon' } }])
      if (told?.valid) draw.selectFeature(feature)
    },
    drawArea() {
      lay()
      heldId = null
      draw.setMode('polygon')
    },
    drawLine() {
      lay()
      heldId = null
      draw.setMode('linestring')
    },
    mark(outline, findings) {
      map.getSource<GeoJSONSource>('outline')?.setData({ type: 'FeatureCollection', features: outline ? [outline] : [] })
      const points = findings.map(({ lon, lat }) => ({ type: 'Feature' as const, properties: {}, geometry: { type: 'Point' as const, coordinates: [lon, lat] } }))
      map.getSource<GeoJSONSource>('findings')?.setData({ type: 'FeatureCollection', features: points })
    },
    fly: (lon, lat) => void map.jumpTo({ center: [lon, lat], zoom: Math.max(map.getZoom(), 15) }),
    close() {
      map.off('click', tapped)
      draw.stop()
    },
  }
}

/** The tools take nothing finer than they draw: a centimetre. */
const rounded = (polygon: GeoJSON.Polygon): GeoJSON.Polygon => ({ ...polygon, coordinates: polygon.coordinates.map((ring) => ring.map((position) => position.map(toCentimetre))) })
const toCentimetre = (degrees: number): number => Math.round(degrees * 10 ** PRECISION) / 10 ** PRECISION

function layers(map: LibreMap, colour: (name: string) => string): void {
  const nothing = { type: 'FeatureCollection' as const, features: [] }
  map.addSource('outline', { type: 'geojson', data: nothing })
  map.addSource('findings', { type: 'geojson', data: nothing })
  map.addLayer({ id: 'outline', type: 'line', source: 'outline', paint: { 'line-color': colour('--ink'), 'line-width': 2, 'line-dasharray': [3, 2] } })
  map.addLayer({ id: 'findings', type: 'circle', source: 'findings', paint: { 'circle-radius': 9, 'circle-color': colour('--late'), 'circle-opacity': 0.35, 'circle-stroke-color': colour('--late'), 'circle-stroke-width': 2 } })
}
