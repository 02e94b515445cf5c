/** Sending a form: busy, field errors, and an idempotency key that stays the same while what is sent stays the same. */
import { computed, ref, shallowRef } from 'vue'
import { asProblem, type Problem } from '@/shared/problem'
import { idempotencyKey } from '@/shared/random'

export function useSubmit() {
  const isBusy = ref(false)
  const problem = shallowRef<Problem | null>(null)
  let key = ''
  let sent = ''

  /** Undefined when it failed; `problem` then says why. An answer of nothing counts as true. */
  async function submit<T>(body: unknown, act: (key: string) => Promise<T>): Promise<T | true | undefined> {
    if (isBusy.value) return undefined
    const text = JSON.stringify(body ?? null)
    if (!key || text !== sent) {
      key = idempotencyKey()
      sent = text
    }
    isBusy.value = true
    problem.value = null
    try {
      const answer = await act(key)
      key = ''
      return answer ?? true
    } catch (thrown) {
      problem.value = asProblem(thrown)
      // Refused: the next try is a new one. Lost on the way: the same key finds out whether it arrived.
      if (problem.value.status >= 400 && problem.value.status < 500) key = ''
      return undefined
    } finally {
      isBusy.value = false
    }
  }

  const errorOf = (field: string): string => problem.value?.forField(field) ?? ''
  /** The sentence above the form: only when no field carries one. */
  const formError = computed(() => (problem.value && problem.value.fields.length === 0 ? problem.value.detail : ''))
  const forget = () => (problem.value = null)

  return { isBusy, problem, formError, errorOf, submit, forget }
}
