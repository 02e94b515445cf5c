/** How many rows stand behind each tab of a list, so that what is late is seen before it is opened. */
import { ref, watch } from 'vue'
import type { Listing } from '@/api/types'
import { get, type Query } from './calls'
import { number } from './labels'
import { useLive } from './live'
import type { Listed } from './useListing'

export function useCounts<Tab extends string>(list: Listed, queries: () => Record<Tab, Query>, topics: string[]) {
  const counts = ref<Partial<Record<Tab, string>>>({})
  let turn = 0

  async function read(): Promise<void> {
    const mine = ++turn
    const asked = Object.entries(queries()) as [Tab, Query][]
    // A tab without its number is still a tab: what fails is left out.
    const told = await Promise.all(asked.map(async ([tab, query]) => [tab, (await get(list, { query: { ...query, limit: 1 } }).catch(() => null)) as Listing<unknown> | null] as const))
    if (mine !== turn) return
    counts.value = Object.fromEntries(told.flatMap(([tab, page]) => (page ? [[tab, `${number(page.count)}${page.count_capped ? '+' : ''}`]] : []))) as Partial<Record<Tab, string>>
  }

  watch(() => JSON.stringify(queries()), () => void read(), { immediate: true })
  useLive(topics, () => void read())
  return counts
}
