/** The tours as the server tells them, and the way along one. */
import { computed, nextTick, ref, shallowRef } from 'vue'
import { useRouter } from 'vue-router'
import type { Tour } from '@/api/types'
import { get, send } from '@/shared/api'
import { asProblem, type Problem } from '@/shared/problem'
import { isDesk, isHere, withinDesk } from './paths'
import { isChoosing, touring } from './state'
import './words'

const tours = shallowRef<Tour[] | null>(null)
const failure = shallowRef<Problem | null>(null)

async function load(): Promise<void> {
  if (tours.value) return
  failure.value = null
  try {
    tours.value = (await get('/api/demo/tours')).rows
  } catch (thrown) {
    failure.value = asProblem(thrown)
  }
}

export function useTours() {
  const router = useRouter()
  const isBusy = ref(false)
  const tour = computed(() => tours.value?.find((one) => one.code === touring.value?.code) ?? null)
  const index = computed(() => Math.min(touring.value?.step ?? 0, (tour.value?.steps.length ?? 1) - 1))
  const step = computed(() => tour.value?.steps[index.value] ?? null)
  const isLast = computed(() => tour.value !== null && index.value === tour.value.steps.length - 1)
  void load()

  /** A page of the other half is another client, and so is another persona: both begin with a page load. */
  async function begin(next: Tour): Promise<void> {
    if (isBusy.value) return
    isBusy.value = true
    failure.value = null
    try {
      if (next.login) await send('POST /api/demo/session', { login: next.login })
      isChoosing.value = false
      touring.value = { code: next.code, step: 0, isFolded: false }
      location.assign(next.steps[0]!.path)
    } catch (thrown) {
      failure.value = asProblem(thrown)
    } finally {
      isBusy.value = false
    }
  }

  async function open(): Promise<void> {
    const path = step.value?.path
    if (!path || isHere(path, location)) return
    if (isDesk(path) !== isDesk(location.pathname)) return location.assign(path)
    await router.push(isDesk(path) ? withinDesk(path) : path)
    // The page takes the focus when it is there; whoever is led by the hand keeps the hand.
    await nextTick()
    await nextTick()
  }

  async function go(by: number): Promise<void> {
    if (!touring.value || !tour.value) return
    const wanted = index.value + by
    touring.value.step = Math.max(0, Math.min(wanted, tour.value.steps.length - 1))
    await open()
  }

  return { tours, failure, load, tour, index, step, isLast, isBusy, begin, open, go }
}
