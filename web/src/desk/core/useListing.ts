/** A list read page by page behind a cursor, with the count that belongs to it. */
import { computed, ref, shallowRef, watch } from 'vue'
import type { Listing, Reads } from '@/api/types'
import { asProblem, type Problem } from '@/shared/problem'
import { get, type Query } from './calls'
import { renewals } from './session'

const PAGE = 50
const MOST = 100

/** The addresses that answer with a list. */
export type Listed = { [A in keyof Reads]: Reads[A] extends Listing<unknown> ? A : never }[keyof Reads]
type Row<A extends Listed> = Reads[A] extends Listing<infer T> ? T : never

export function useListing<A extends Listed>(address: A, query: () => Query, path?: Record<string, string>) {
  const rows = shallowRef<Row<A>[]>([])
  const next = ref<string | null>(null)
  const count = ref(0)
  const isCapped = ref(false)
  const isLoading = ref(true)
  const isFirst = computed(() => isLoading.value && rows.value.length === 0)
  const problem = shallowRef<Problem | null>(null)
  let turn = 0

  async function read(extra: Query, keep: Row<A>[], atLeast = 0): Promise<void> {
    const mine = ++turn
    isLoading.value = true
    try {
      const page = (await get(address, { path, query: { ...query(), ...extra } })) as Listing<Row<A>>
      // A slow answer to an older question must not overwrite a newer one.
      if (mine !== turn) return
      const whole = [...keep, ...page.rows]
      if (whole.length < atLeast && page.next) return await read({ cursor: page.next, limit: MOST }, whole, atLeast)
      rows.value = whole
      next.value = page.next
      count.value = page.count
      isCapped.value = page.count_capped
      problem.value = null
    } catch (thrown) {
      if (mine === turn) problem.value = asProblem(thrown)
    } finally {
      if (mine === turn) isLoading.value = false
    }
  }

  const reload = () => read({ limit: PAGE }, [])
  /** Reads again as much as is shown, so that a live hint does not fold the list back to its first page. */
  const refresh = () => read({ limit: Math.min(MOST, Math.max(PAGE, rows.value.length)) }, [], rows.value.length)
  const more = () => (next.value ? read({ cursor: next.value, limit: PAGE }, rows.value) : Promise.resolve())

  watch(
    () => JSON.stringify(query()),
    () => {
      rows.value = []
      void reload()
    },
    { immediate: true },
  )

  watch(renewals, () => problem.value?.status === 401 && void reload())

  return { rows, next, count, isCapped, isLoading, isFirst, problem, reload, refresh, more }
}
