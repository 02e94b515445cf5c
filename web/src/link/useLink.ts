/** What the link opens, and the steps taken by it. What was typed stays where a step was refused or lost on the way. */
import { reactive, ref, shallowRef } from 'vue'
import type { LinkView } from '@/api/types'
import { asProblem, type Problem } from '@/shared/problem'
import { WriteKeys } from '@/shared/writes'
import { byLink, tokenOf, type Step } from './calls'

export function useLink() {
  const token = tokenOf(location.hash)
  const keys = new WriteKeys()
  const view = shallowRef<LinkView | null>(null)
  const problem = shallowRef<Problem | null>(null)
  /** What was refused of the step at hand. */
  const refusal = shallowRef<Problem | null>(null)
  const isLoading = ref(false)
  const isBusy = ref(false)
  /** What was done last, to be said. */
  const done = ref<Step | null>(null)

  async function read(): Promise<void> {
    isLoading.value = true
    problem.value = null
    try {
      view.value = await byLink(token)
    } catch (thrown) {
      problem.value = asProblem(thrown)
      if (problem.value.status === 401) view.value = null
    } finally {
      isLoading.value = false
    }
  }

  async function take(step: Step, body?: object): Promise<boolean> {
    if (isBusy.value) return false
    isBusy.value = true
    refusal.value = null
    done.value = null
    try {
      view.value = await byLink(token, step, body, keys.for(step, body))
      keys.done(step)
      done.value = step
      return true
    } catch (thrown) {
      refusal.value = asProblem(thrown)
      keys.failed(step, refusal.value)
      // Taken back or expired meanwhile: nothing more can be done here.
      if (refusal.value.status === 401) {
        problem.value = refusal.value
        view.value = null
      } else if (refusal.value.code === 'share_moved') await read()
      return false
    } finally {
      isBusy.value = false
    }
  }

  return reactive({ view, problem, refusal, isLoading, isBusy, done, read, take })
}

export type Link = ReturnType<typeof useLink>
