/**
 * The one place that knows the drawing library. It is imported when the first map opens. Labels come from the
 * fonts of the device (the style names no glyph server), so Chinese names show without any request.
 */
import type { GeoJSONSource, Map as LibreMap, Marker, StyleSpecification } from 'maplibre-gl'
import type { Boundaries, Names, Setup } from '@/api/types'
import { extentOf } from './boundaries'
import { t } from './i18n'

export interface MapPoint { lon: number; lat: number }
/** A point that stands for something and may be tapped: a thing, or a number of things. */
export interface MapSpot extends MapPoint { id: string; isLate?: boolean; /** Drawn on it: larger circles for larger numbers. */ count?: number }
export interface MapSession {
  /** The map itself, for who draws on it. */
  readonly map: LibreMap
  /** Everything comes into view, unless the reader is drawing and must not be moved. */
  show(boundaries: Boundaries | null, nameOf: (names: Names) => string, view?: 'whole' | 'kept'): void
  setPin(point: MapPoint | null): void
  select(code: string | null): void
  setSpots(spots: MapSpot[]): void
  close(): void
}
interface MapEvents { tapped(point: MapPoint): void; chosen(code: string): void; spotted?(id: string): void }

export function canDrawMap(): boolean {
  try {
    const canvas = document.createElement('canvas')
    return Boolean(canvas.getContext('webgl2'))
  } catch {
    return false
  }
}

export async function openMap(box: HTMLElement, setup: Setup['map'], events: MapEvents): Promise<MapSession> {
  const [library, worker] = await Promise.all([
    import('maplibre-gl'),
    import('maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'),
    import('maplibre-gl/dist/maplibre-gl.css'),
  ])
  // Without this the library draws nothing in a production build.
  library.setWorkerUrl(worker.default)
  const map = new library.Map({
    container: box,
    style: styleFor(setup),
    center: setup.center,
    zoom: setup.zoom,
    attributionControl: setup.attribution ? { customAttribution: escapeText(setup.attribution) } : false,
    dragRotate: false,
    pitchWithRotate: false,
    locale: { 'Map.Title': t('map.show'), 'NavigationControl.ZoomIn': t('map.zoom_in'), 'NavigationControl.ZoomOut': t('map.zoom_out') },
  })
  map.addControl(new library.NavigationControl({ showCompass: false }), 'top-right')
  map.touchZoomRotate.disableRotation()
  await new Promise<void>((done) => map.once('load', () => done()))
  map.on('click', (event) => {
    const spot = map.queryRenderedFeatures(around(event.point), { layers: ['spots'] })[0]
    if (spot && events.spotted) return events.spotted(String(spot.properties.id))
    events.tapped({ lon: event.lngLat.lng, lat: event.lngLat.lat })
    const hit = map.queryRenderedFeatures(event.point, { layers: ['places'] })[0]
    if (hit) events.chosen(String(hit.properties.code))
  })
  return sessionOn(map, () => new library.Marker({ color: token('--late') }))
}

function sessionOn(map: LibreMap, newMarker: () => Marker): MapSession {
  let marker: Marker | null = null
  return {
    map,
    show(boundaries, nameOf, view = 'whole') {
      const features = (boundaries?.features ?? []).map((one) => ({
        ...one,
        properties: { code: one.properties.code, label: nameOf(one.properties.names) },
      }))
      map.getSource<GeoJSONSource>('places')?.setData({ type: 'FeatureCollection', features })
      const extent = view === 'whole' && boundaries && extentOf(boundaries)
      const point = marker?.getLngLat()
      const isPinOutside = point && extent && (point.lng < extent[0] || point.lat < extent[1] || point.lng > extent[2] || point.lat > extent[3])
      if (extent && !isPinOutside) map.fitBounds(extent, { padding: 24, animate: false })
    },
    setPin(point) {
      marker?.remove()
      marker = null
      if (!point) return
      marker = newMarker().setLngLat([point.lon, point.lat]).addTo(map)
      marker.getElement().setAttribute('aria-label', t('map.pin'))
      if (!map.getBounds().contains([point.lon, point.lat])) map.jumpTo({ center: [point.lon, point.lat], zoom: Math.max(map.getZoom(), 14) })
    },
    select(code) {
      map.setFilter('selected', ['==', ['get', 'code'], code ?? ''])
    },
    setSpots(spots) {
      const most = Math.max(1, ...spots.map((one) => one.count ?? 0))
      const features = spots.map(({ id, lon, lat, count, isLate = false }) => ({
        type: 'Feature' as const,
        geometry: { type: 'Point' as const, coordinates: [lon, lat] },
        properties: { id, isLate, label: count === undefined ? '' : String(count), size: count === undefined ? 9 : 12 + 14 * Math.sqrt(count / most) },
      }))
      map.getSource<GeoJSONSource>('spots')?.setData({ type: 'FeatureCollection', features })
    },
    close() {
      map.remove()
    },
  }
}

function styleFor(setup: Setup['map']): StyleSpecification {
  const style: StyleSpecification = {
    version: 8,
    sources: {
      places: { type: 'geojson', data: { type: 'FeatureCollection', features: [] } },
      spots: { type: 'geojson', data: { type: 'FeatureCollection', features: [] } },
    },
    layers: [
      { id: 'ground', type: 'background', paint: { 'background-color': token('--sunken') } },
      { id: 'places', type: 'fill', source: 'places', paint: { 'fill-color': token('--action'), 'fill-opacity': 0.08 } },
      { id: 'selected', type: 'fill', source: 'places', filter: ['==', ['get', 'code'], ''], paint: { 'fill-color': token('--action'), 'fill-opacity': 0.25 } },
      { id: 'borders', type: 'line', source: 'places', paint: { 'line-color': token('--action'), 'line-width': 1.2 } },
      {
        id: 'names', type: 'symbol', source: 'places',
        layout: {
          'text-field': ['get', 'label'], 'text-size': 13, 'text-font': ['sans-serif'], 'text-padding': 1,
          'text-variable-anchor': ['center', 'top', 'bottom', 'left', 'right'], 'text-justify': 'auto',
        },
        paint: { 'text-color': token('--ink'), 'text-halo-color': token('--ground'), 'text-halo-width': 1.5 },
      },
      {
        id: 'spots', type: 'circle', source: 'spots',
        paint: {
          'circle-radius': ['get', 'size'], 'circle-stroke-width': 2, 'circle-stroke-color': token('--surface'),
          'circle-color': ['case', ['get', 'isLate'], token('--late'), token('--action')],
        },
      },
      {
        id: 'counts', type: 'symbol', source: 'spots',
        layout: { 'text-field': ['get', 'label'], 'text-size': 13, 'text-font': ['sans-serif'], 'text-allow-overlap': true },
        paint: { 'text-color': token('--on-action') },
      },
    ],
  }
  if (setup.tiles) {
    style.sources.tiles = { type: 'raster', tiles: [setup.tiles], tileSize: 256 }
    style.layers.splice(1, 0, { id: 'tiles', type: 'raster', source: 'tiles' })
  }
  return style
}

/** A thumb is wider than a point. */
function around({ x, y }: { x: number; y: number }): [[number, number], [number, number]] {
  const reach = 12
  return [[x - reach, y - reach], [x + reach, y + reach]]
}

function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim()
}

/** The library writes the attribution as HTML; the setting is text. */
function escapeText(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`)
}
