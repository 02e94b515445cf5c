/** The ledger: its filters live in the address, so that every figure is a link into it. */
import { computed, reactive, ref, shallowRef, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import type { MatterClass, OpenListing, PublicCase, PublicMap, RegionRef } from '@/api/types'
import { get } from '@/shared/api'
import { asProblem } from '@/shared/problem'
import { loadSetup } from '@/shared/setup'

export const FILTERS = ['place', 'class', 'matter', 'state', 'reason', 'late', 'from', 'to'] as const
export type Filters = Partial<Record<(typeof FILTERS)[number], string>>

export function useLedger() {
  const route = useRoute()
  const router = useRouter()
  const rows = shallowRef<PublicCase[]>([])
  const page = shallowRef<OpenListing | null>(null)
  const map = shallowRef<PublicMap | null>(null)
  const place = shallowRef<RegionRef | null>(null)
  const classes = shallowRef<MatterClass[]>([])
  const trouble = ref<string | null>(null)
  const isLoading = ref(true)
  let turn = 0

  const filters = computed<Filters>(() => {
    const found: Filters = {}
    for (const name of FILTERS) {
      const value = route.query[name]
      if (typeof value === 'string' && value) found[name] = value
    }
    return found
  })
  const look = computed(() => (route.query.look === 'map' ? 'map' : 'list'))
  const isNarrowed = computed(() => Object.keys(filters.value).length > 0)

  /** Changes filters in the address; an empty one goes. */
  function set(changes: Filters & { look?: string }): void {
    const query: Record<string, unknown> = { ...route.query, ...changes }
    for (const name of Object.keys(query)) if (!query[name]) delete query[name]
    void router.replace({ query: query as Record<string, string> })
  }
  const clear = () => void router.replace({ query: look.value === 'map' ? { look: 'map' } : {} })

  async function read(): Promise<void> {
    const mine = ++turn
    isLoading.value = true
    trouble.value = null
    try {
      const setup = await loadSetup()
      const code = filters.value.place ?? setup.region.code
      const [found, drawn, region] = await Promise.all([
        get('/api/open/cases', { query: filters.value }),
        look.value === 'map' ? get('/api/open/map', { query: filters.value }) : null,
        code === place.value?.code ? place.value : get('/api/regions/{code}', { path: { code } }),
      ])
      if (mine !== turn) return
      page.value = found
      rows.value = found.rows
      map.value = drawn
      place.value = region
    } catch (thrown) {
      if (mine === turn) trouble.value = asProblem(thrown).detail
    } finally {
      if (mine === turn) isLoading.value = false
    }
  }

  async function more(): Promise<void> {
    if (!page.value?.next || isLoading.value) return
    const mine = ++turn
    isLoading.value = true
    try {
      const found = await get('/api/open/cases', { query: { ...filters.value, cursor: page.value.next } })
      if (mine !== turn) return
      page.value = found
      rows.value = [...rows.value, ...found.rows]
    } catch (thrown) {
      if (mine === turn) trouble.value = asProblem(thrown).detail
    } finally {
      if (mine === turn) isLoading.value = false
    }
  }

  watch(() => route.name === 'ledger' && JSON.stringify([filters.value, look.value]), (now) => now && void read(), { immediate: true })
  void get('/api/matters').then((found) => (classes.value = found.classes), () => undefined)

  return reactive({ rows, page, map, place, classes, trouble, isLoading, filters, look, isNarrowed, set, clear, read, more })
}
