/** The simulator's question, kept in the address so that it can be sent to a colleague, and what comes of it. */
import { computed, ref, shallowRef, watch } from 'vue'
import type { Matter } from '@/api/types'
import { nameOf } from '@/shared/i18n'
import { get, send } from '../core/calls'
import { useFilters } from '../core/useFilters'
import { useResource } from '../core/useResource'
import { type Choice, matterChoice, regionChoice } from '../pick/choices'

export function useSimulator() {
  const { values, set } = useFilters(['region', 'lon', 'lat', 'matter', 'at', 'registered'] as const)
  const asked = computed(() => {
    const { region, lon, lat, matter, at, registered } = values
    return matter && (region || (lon && lat)) ? { region, lon, lat, matter, at, registered } : null
  })
  const { value: found, isLoading, problem, read } = useResource('/api/routing/simulation', () => (asked.value ? { query: asked.value } : null))

  const regionName = shallowRef<Choice | null>(null)
  const registeredName = shallowRef<Choice | null>(null)
  const matter = shallowRef<Matter | null>(null)
  const matterName = computed(() => (matter.value ? matterChoice(matter.value) : null))
  const words = ref('')

  const named = (code: string) => get('/api/regions/{code}', { path: { code } }).then(regionChoice, () => null)
  watch(() => values.region, async (code) => (regionName.value = code ? await named(code) : null), { immediate: true })
  watch(() => values.registered, async (code) => (registeredName.value = code ? await named(code) : null), { immediate: true })
  watch(() => values.matter, async (code) => (matter.value = code ? await get('/api/matters/{code}', { path: { code } }).catch(() => null) : null), { immediate: true })

  const pin = computed(() => (values.lon && values.lat ? { lon: Number(values.lon), lat: Number(values.lat) } : null))
  const point = ({ lon, lat }: { lon: number; lat: number }) => set({ lon: lon.toFixed(6), lat: lat.toFixed(6), region: '' })
  const choosePlace = (code: string) => set({ region: code, lon: '', lat: '' })

  /** A resident's words, as they would be read: the first matter that fits. */
  const proposed = shallowRef<Matter[]>([])
  /** The words in which no matter was found. */
  const unread = ref('')
  async function readWords(): Promise<void> {
    const asking = words.value
    const answer = await send('POST /api/matters/propose', { text: asking, region: values.region || undefined }).catch(() => null)
    proposed.value = answer?.rows.map((one) => one.matter) ?? []
    unread.value = answer && proposed.value.length === 0 ? asking : ''
    if (proposed.value[0]) set({ matter: proposed.value[0].code })
  }
  const placeWords = computed(() => nameOf(found.value?.place.grid?.names ?? found.value?.place.village?.names ?? found.value?.place.township?.names))

  return { values, set, asked, found, isLoading, problem, read, regionName, registeredName, matter, matterName, words, proposed, unread, readWords, pin, point, choosePlace, placeWords }
}
