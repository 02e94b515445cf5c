/**
 * Words that go into the page's address once the typist pauses. Whoever opens something at once is not held back by words
 * that were still to go there: changing the address would cancel the way to it.
 */
import { onBeforeUnmount } from 'vue'
import { onBeforeRouteLeave } from 'vue-router'

/** Milliseconds without a key. */
const PAUSE = 300

export function useTyped(take: (words: string) => void): (words: string) => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  const stop = () => clearTimeout(timer)
  onBeforeUnmount(stop)
  onBeforeRouteLeave(stop)
  return (words) => {
    stop()
    timer = setTimeout(() => take(words.trim()), PAUSE)
  }
}
