/** What was opened for a purpose stands on the screen until the server's moment, at most a minute by the own clock, then it is gone. */
import { onScopeDispose, readonly, ref, shallowRef } from 'vue'

const LONGEST = 60_000

export function useOpened<T>() {
  const value = shallowRef<T | null>(null)
  const left = ref(0)
  let timer: ReturnType<typeof setInterval> | undefined

  function hide(): void {
    clearInterval(timer)
    value.value = null
    left.value = 0
  }
  function show(what: T, until: string): void {
    hide()
    value.value = what
    // A clock that runs behind must not keep it longer.
    const end = Math.min(Date.parse(until), Date.now() + LONGEST)
    const tick = () => {
      left.value = Math.ceil((end - Date.now()) / 1000)
      if (left.value <= 0) hide()
    }
    timer = setInterval(tick, 500)
    tick()
  }
  onScopeDispose(hide)
  return { value, left: readonly(left), show, hide }
}
