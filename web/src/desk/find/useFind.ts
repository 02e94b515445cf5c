/** Finding shares its draft with entry on behalf: whoever changes from the one to the other loses nothing. */
import { nextTick, watch } from 'vue'
import { fieldPlaces } from '../core/posts'
import { useEntry } from '../entry/useEntry'

export function useFind() {
  const entry = useEntry()
  const { draft } = entry
  draft.channel = 'grid'
  draft.identity = 'anonymous'
  if (!draft.place.region) draft.place.region = fieldPlaces.value[0]?.code ?? ''

  /** Sends it up, or enters it as done. */
  async function finish(settles: boolean): Promise<void> {
    draft.settles = settles
    await entry.enter()
  }

  function forOthers(): void {
    draft.channel = 'visit'
  }

  watch(entry.mistakes, async (now) => {
    if (!Object.keys(now).length) return
    await nextTick()
    document.querySelector<HTMLElement>('.is-error textarea, .is-error input, .is-error select')?.focus()
  })

  return { ...entry, finish, forOthers }
}
