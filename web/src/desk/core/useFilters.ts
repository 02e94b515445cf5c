/** Filters that live in the page's address, so that a list can be bookmarked, shared and gone back to. */
import { computed, reactive } from 'vue'
import { useRoute, useRouter } from 'vue-router'

export function useFilters<K extends string>(keys: readonly K[]) {
  const route = useRoute()
  const router = useRouter()

  const at = (key: K): string => {
    const value = route.query[key]
    return typeof value === 'string' ? value : ''
  }

  function set(changes: Partial<Record<K, string>>): void {
    const query = { ...route.query }
    for (const [key, value] of Object.entries(changes) as [K, string | undefined][]) {
      if (value) query[key] = value
      else delete query[key]
    }
    void router.replace({ query, hash: route.hash })
  }

  const values = reactive(
    Object.fromEntries(
      keys.map((key) => [key, computed({ get: () => at(key), set: (value: string) => set({ [key]: value } as Partial<Record<K, string>>) })]),
    ),
  ) as unknown as Record<K, string>

  /** Only what is set, ready for a request. */
  const query = computed(() => Object.fromEntries(keys.map((key) => [key, at(key)]).filter(([, value]) => value)))
  const clear = (...only: K[]) => set(Object.fromEntries((only.length ? only : keys).map((key) => [key, ''])) as Partial<Record<K, string>>)

  return { values, query, set, clear }
}
