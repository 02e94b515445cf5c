/** Where it is: by the phone's position, a pin, a list or a code on the spot. What could not be told exactly is called a guess. */
import { computed, reactive, ref, watch } from 'vue'
import type { NearbyCase, Region } from '@/api/types'
import { get } from '@/shared/api'
import { nameOf, t } from '@/shared/i18n'
import { placeWords } from '@/shared/places'
import { asProblem } from '@/shared/problem'
import type { Draft } from './draft'

export function usePlaceStep(draft: Draft) {
  const trouble = ref<string | null>(null)
  const isLocating = ref(false)
  const nearby = ref<NearbyCase[]>([])
  /** Browsers give positions to pages with TLS only. */
  const canLocate = window.isSecureContext && 'geolocation' in navigator
  const pin = computed(() => (draft.place?.lon != null && draft.place.lat != null ? { lon: draft.place.lon, lat: draft.place.lat } : null))

  /** The middle of a village or grid chosen from a list: near enough to look around, too coarse to be sent as the place. */
  const middle = ref<{ lon: number; lat: number } | null>(null)

  watch([pin, middle, () => draft.matter?.code], () => void lookAround(), { immediate: true })

  async function locate(): Promise<void> {
    isLocating.value = true
    trouble.value = null
    try {
      const { coords } = await new Promise<GeolocationPosition>((done, fail) =>
        navigator.geolocation.getCurrentPosition(done, fail, { enableHighAccuracy: true, timeout: 15_000, maximumAge: 60_000 }),
      )
      await at('gps', coords.longitude, coords.latitude)
    } catch (thrown) {
      const code = (thrown as GeolocationPositionError).code
      trouble.value = t(code === 1 ? 'report.gps_refused' : 'report.gps_failed')
    } finally {
      isLocating.value = false
    }
  }

  async function at(source: 'gps' | 'pin', lon: number, lat: number): Promise<void> {
    trouble.value = null
    draft.qr = null
    middle.value = null
    try {
      const place = await get('/api/locate', { query: { lon, lat, coord: 'wgs84' } })
      const deepest = place.micro_grid ?? place.grid ?? place.village ?? place.township ?? place.county
      draft.place = { source, lon, lat, region: deepest?.code ?? null, words: placeWords(place), is_guess: place.is_guess }
    } catch (thrown) {
      const problem = asProblem(thrown)
      trouble.value = problem.status === 404 ? t('report.outside') : problem.detail
    }
  }

  function chosen(region: Region | null): void {
    trouble.value = null
    draft.qr = null
    draft.place = region
      ? { source: 'chosen', region: region.code, words: nameOf(region.names), lon: null, lat: null, is_guess: false }
      : null
    const isSmall = region && ['village', 'grid', 'micro_grid'].includes(region.level)
    middle.value = isSmall && region.lon != null && region.lat != null ? { lon: region.lon, lat: region.lat } : null
    if (region) void describe(region.code)
  }

  /** From a list that knows codes only. */
  async function choose(code: string): Promise<void> {
    try {
      chosen(await get('/api/regions/{code}', { path: { code } }))
    } catch (thrown) {
      trouble.value = asProblem(thrown).detail
    }
  }

  async function describe(code: string): Promise<void> {
    const found = await get('/api/regions/{code}', { path: { code } }).catch(() => null)
    if (!found || draft.place?.region !== code) return
    const path = [...found.path.filter((one) => one.code !== code), found]
    draft.place.words = placeWords(Object.assign({ source: 'chosen' as const, is_guess: false }, ...path.map((one) => ({ [one.level]: one }))))
  }

  /** Shown only with a point and a matter; without them there is nothing to compare. */
  async function lookAround(): Promise<void> {
    const point = pin.value ?? middle.value
    const matter = draft.matter?.code
    if (!point || !matter) {
      nearby.value = []
      return
    }
    const found = await get('/api/nearby', { query: { ...point, matter } }).catch(() => ({ rows: [] }))
    nearby.value = found.rows.slice(0, 5)
    if (draft.joins && !nearby.value.some((one) => one.number === draft.joins)) draft.joins = null
  }

  function join(number: string): void {
    draft.joins = draft.joins === number ? null : number
  }

  return reactive({ trouble, isLocating, nearby, canLocate, pin, locate, at, chosen, choose, join })
}

export type PlaceStepState = ReturnType<typeof usePlaceStep>
