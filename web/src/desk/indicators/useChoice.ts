/** What is looked at, kept in the page's address and carried from page to page. */
import { computed } from 'vue'
import { useRoute } from 'vue-router'
import { useFilters } from '../core/useFilters'

const KEYS = ['region', 'unit', 'matter', 'period', 'on'] as const

export function useChoice() {
  const route = useRoute()
  const { values, query } = useFilters(KEYS)
  /** The same page with another choice. */
  const to = (changes: Record<string, string>) => ({ query: { ...route.query, ...changes } })
  /** One indicator of what is chosen. */
  const open = (code: string) => ({ name: 'indicator', params: { code }, query: query.value })
  const all = computed(() => ({ name: 'indicators', query: query.value }))
  return { values, query, to, open, all }
}
