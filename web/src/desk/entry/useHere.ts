/** The position of the device: asked once, on a tap, and never followed. */
import { ref } from 'vue'
import type { PlaceSource } from '@/api/types'
import { t } from '@/shared/i18n'

export interface Point {
  lon: number
  lat: number
}
/** Takes a point; answers with what is wrong with it, or with nothing. */
export type Pick = (point: Point, source: PlaceSource) => Promise<string>

export function useHere(pick: () => Pick) {
  const isLocating = ref(false)
  const trouble = ref('')

  async function take(point: Point, source: PlaceSource): Promise<void> {
    trouble.value = await pick()(point, source)
  }

  function locate(): void {
    trouble.value = ''
    if (!navigator.geolocation) {
      trouble.value = t('pick.locateFailed')
      return
    }
    isLocating.value = true
    navigator.geolocation.getCurrentPosition(
      async ({ coords }) => {
        await take({ lon: coords.longitude, lat: coords.latitude }, 'gps')
        isLocating.value = false
      },
      () => {
        isLocating.value = false
        trouble.value = t('pick.locateFailed')
      },
      { enableHighAccuracy: true, timeout: 15_000, maximumAge: 60_000 },
    )
  }

  return { isLocating, trouble, take, locate }
}
