/** Figures of a place in a year. */
import { reactive, ref, shallowRef, watch } from 'vue'
import type { PublicFigures } from '@/api/types'
import { get } from '@/shared/api'
import { asProblem } from '@/shared/problem'

export function useFigures(code: () => string, year: () => string | undefined) {
  const shown = shallowRef<PublicFigures | null>(null)
  const trouble = ref<string | null>(null)
  /** Nobody ever had a place of this code. */
  const isUnknown = ref(false)
  let turn = 0

  async function read(): Promise<void> {
    const mine = ++turn
    trouble.value = null
    isUnknown.value = false
    try {
      const found = await get('/api/open/figures', { query: { place: code(), year: year() } })
      if (mine === turn) shown.value = found
    } catch (thrown) {
      if (mine !== turn) return
      const problem = asProblem(thrown)
      shown.value = null
      isUnknown.value = problem.status === 404 || problem.forField('place') !== undefined
      trouble.value = isUnknown.value ? null : problem.detail
    }
  }

  watch([code, year], () => void read(), { immediate: true })
  return reactive({ shown, trouble, isUnknown, read })
}
