/** Finding shares its draft with entry on behalf: whoever changes from the one to the other loses nothing. */
import { computed, nextTick, watch } from 'vue'
import type { CaseDetail } from '@/api/types'
import { fieldPlaces } from '../core/posts'
import { me } from '../core/session'
import { useEntry } from '../entry/useEntry'
import { factsOf } from '../phrases/slots'

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

  const facts = computed(() => {
    const own = fieldPlaces.value.find((place) => place.code === draft.place.region)
    const place = entry.located.value ?? (own ? { grid: own } : undefined)
    const unit = me.value?.posts.find((post) => post.unit)?.unit
    return factsOf({ place: place && { ...place, text: draft.place.text || undefined }, matter: entry.matter.value ?? undefined }, unit, new Date())
  })
  function settleWith(text: string, phrase: string): void {
    Object.assign(draft, { settleText: text, settlePhrase: phrase })
  }

  function changed(found: CaseDetail): void {
    if (entry.slip.value) entry.slip.value = { ...entry.slip.value, found }
  }

  function forOthers(): void {
    draft.channel = 'visit'
  }

  watch(entry.mistakes, async (now) => {
    if (!Object.keys(now).length) return
    await nextTick()
    document.querySelector<HTMLElement>('.is-error textarea, .is-error input, .is-error select')?.focus()
  })

  return { ...entry, finish, forOthers, facts, settleWith, changed }
}
