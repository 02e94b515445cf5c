/** What everyone may read of enforcement; place and look live in the address. */
import { computed, reactive, ref, shallowRef, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import type { DelegatedItems, Listing, PublicDecision } from '@/api/types'
import { get } from '@/shared/api'
import { asProblem } from '@/shared/problem'

export function useEnforcement() {
  const route = useRoute()
  const router = useRouter()
  const items = shallowRef<DelegatedItems | null>(null)
  const page = shallowRef<Listing<PublicDecision> | null>(null)
  const rows = shallowRef<PublicDecision[]>([])
  const trouble = ref<string | null>(null)
  const isLoading = ref(true)
  let turn = 0
  const word = (name: string) => (typeof route.query[name] === 'string' ? (route.query[name] as string) : '')
  const place = computed(() => word('place'))
  const key = computed(() => word('key'))
  const look = computed(() => (key.value || word('look') === 'decisions' ? 'decisions' : 'items'))

  function set(changes: Record<string, string>): void {
    const query: Record<string, unknown> = { ...route.query, ...changes }
    for (const name of Object.keys(query)) if (!query[name]) delete query[name]
    void router.replace({ query: query as Record<string, string> })
  }

  async function read(): Promise<void> {
    const mine = ++turn
    isLoading.value = true
    trouble.value = null
    try {
      const query = place.value ? { place: place.value } : {}
      if (key.value) {
        const one = await get('/api/open/enforcement/decisions/{key}', { path: { key: key.value } })
        if (mine === turn) rows.value = [one]
      } else if (look.value === 'decisions') {
        const found = await get('/api/open/enforcement/decisions', { query })
        if (mine === turn) [page.value, rows.value] = [found, found.rows]
      } else {
        const found = await get('/api/open/enforcement/items', { query })
        if (mine === turn) items.value = found
      }
    } catch (thrown) {
      if (mine === turn) {
        trouble.value = asProblem(thrown).detail
        rows.value = []
      }
    } finally {
      if (mine === turn) isLoading.value = false
    }
  }

  async function more(): Promise<void> {
    if (!page.value?.next || isLoading.value) return
    const mine = ++turn
    isLoading.value = true
    try {
      const found = await get('/api/open/enforcement/decisions', { query: { place: place.value, cursor: page.value.next } })
      if (mine === turn) [page.value, rows.value] = [found, [...rows.value, ...found.rows]]
    } catch (thrown) {
      if (mine === turn) trouble.value = asProblem(thrown).detail
    } finally {
      if (mine === turn) isLoading.value = false
    }
  }

  watch(() => route.name === 'enforcement' && JSON.stringify([place.value, key.value, look.value]), (now) => now && void read(), { immediate: true })
  return reactive({ items, page, rows, trouble, isLoading, place, key, look, set, read, more })
}
