/** Things as dots on a map: one that has grown old or needs something stands out, by its edge and not by colour alone. */
import type { GeoJSONSource, Map as LibreMap } from 'maplibre-gl'
import type { ItemRow } from '@/api/types'
import type { MapPoint } from '@/shared/map'

const LAYER = 'items'
/** Pixels around a finger. */
const NEAR = 10

const token = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim()

export function putItems(map: LibreMap, rows: ItemRow[]): void {
  const features = rows.flatMap(({ id, place, number, name, is_stale, seen }) =>
    place.lon == null || place.lat == null
      ? []
      : [{ type: 'Feature' as const, geometry: { type: 'Point' as const, coordinates: [place.lon, place.lat] }, properties: { id, label: number ?? name, needs: is_stale || seen?.is_well === false } }],
  )
  const data = { type: 'FeatureCollection' as const, features }
  const source = map.getSource<GeoJSONSource>(LAYER)
  if (source) return void source.setData(data)
  map.addSource(LAYER, { type: 'geojson', data })
  map.addLayer({
    id: LAYER, type: 'circle', source: LAYER,
    paint: {
      'circle-radius': ['case', ['get', 'needs'], 7, 5],
      'circle-color': ['case', ['get', 'needs'], token('--surface'), token('--action')],
      'circle-stroke-color': ['case', ['get', 'needs'], token('--late'), token('--surface')],
      'circle-stroke-width': ['case', ['get', 'needs'], 3, 1.5],
    },
  })
  map.addLayer({
    id: `${LAYER}-names`, type: 'symbol', source: LAYER, minzoom: 15,
    layout: { 'text-field': ['get', 'label'], 'text-size': 11, 'text-font': ['sans-serif'], 'text-offset': [0, 1.1], 'text-anchor': 'top' },
    paint: { 'text-color': token('--ink'), 'text-halo-color': token('--ground'), 'text-halo-width': 1.5 },
  })
}

/** The thing under a finger, if there is one. */
export function tapped(map: LibreMap, point: MapPoint): string | undefined {
  if (!map.getLayer(LAYER)) return undefined
  const { x, y } = map.project([point.lon, point.lat])
  const hit = map.queryRenderedFeatures([[x - NEAR, y - NEAR], [x + NEAR, y + NEAR]], { layers: [LAYER] })[0]
  return hit && String(hit.properties.id)
}
