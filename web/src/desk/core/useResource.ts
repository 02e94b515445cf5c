/** One thing read from the server, read again on demand, with its loading and failure. */
import { ref, shallowRef, watch } from 'vue'
import type { Reads } from '@/api/types'
import type { CallOptions } from '@/shared/api'
import { asProblem, type Problem } from '@/shared/problem'
import { get } from './calls'
import { renewals } from './session'

/** `options` may return null while what is asked for is not known yet: nothing is read then. */
export function useResource<A extends keyof Reads>(address: A, options: () => CallOptions | null = () => ({})) {
  const value = shallowRef<Reads[A] | null>(null)
  const isLoading = ref(false)
  const problem = shallowRef<Problem | null>(null)
  let turn = 0

  async function read(): Promise<void> {
    const asked = options()
    const mine = ++turn
    if (!asked) {
      value.value = null
      return
    }
    isLoading.value = true
    try {
      const answer = await get(address, asked)
      if (mine !== turn) return
      value.value = answer
      problem.value = null
    } catch (thrown) {
      if (mine === turn) problem.value = asProblem(thrown)
    } finally {
      if (mine === turn) isLoading.value = false
    }
  }

  watch(
    () => JSON.stringify(options()),
    (now, before) => {
      // Another thing must not be shown under this one's name while it is on its way.
      if (before !== undefined && now !== before) value.value = null
      void read()
    },
    { immediate: true },
  )

  watch(renewals, () => problem.value?.status === 401 && void read())

  return { value, isLoading, problem, read }
}
