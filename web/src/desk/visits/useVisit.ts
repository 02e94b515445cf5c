/**
 * Writing a visit down (走访). Through the outbox, so that it works without a network and is written once. The draft lives as long as
 * the page of the desk does, and is never stored: it is about a person.
 */
import { computed, reactive, ref, shallowRef } from 'vue'
import type { RegionRef, Visit, VisitNew } from '@/api/types'
import { nameOf, t } from '@/shared/i18n'
import type { Item } from '@/outbox/item'
import { send } from '../core/calls'
import { me } from '../core/session'
import { useConflict } from '../core/useConflict'
import { Waiting, post } from '../outbox/post'

const today = (): string => {
  const now = new Date()
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, '0')).join('-')
}
/** As far back as the server takes it. */
export const DAYS_BACK = 31

/** The places of my posts in which I may be at somebody's door. */
export const visitPlaces = computed<RegionRef[]>(() => {
  const places = (me.value?.posts ?? []).map((one) => one.region).filter((place) => place.code.length >= 9)
  return [...new Map(places.map((place) => [place.code, place])).values()]
})

const empty = () => ({ region: visitPlaces.value[0]?.code ?? '', day: today(), whom: '', said: '', need: '', matter: '' })
const draft = reactive(empty())
let owner: string | undefined

export function useVisit() {
  if (owner !== me.value?.person.id) {
    owner = me.value?.person.id
    Object.assign(draft, empty())
  }
  const made = shallowRef<Visit | null>(null)
  const kept = shallowRef<Item | null>(null)
  const wasTried = ref(false)
  const form = useConflict(() => Promise.resolve())
  const mistakes = computed<Record<string, string>>(() => {
    if (!wasTried.value) return {}
    return Object.fromEntries((['whom', 'said'] as const).filter((field) => !draft[field].trim()).map((field) => [field, t('ui.required')]))
  })
  const isDirty = computed(() => Boolean(draft.whom.trim() || draft.said.trim() || draft.need.trim()))

  async function record(makes_case: boolean): Promise<boolean> {
    wasTried.value = true
    if (Object.keys(mistakes.value).length) return false
    const need = draft.need.trim()
    const body: VisitNew = {
      region: draft.region, visited_on: draft.day || undefined, whom: draft.whom.trim(), said: draft.said.trim(), need: need || undefined,
      matter: (need && draft.matter) || undefined, makes_case: makes_case && need !== '',
    }
    const place = visitPlaces.value.find((one) => one.code === draft.region)
    // What is listed of it says nothing of whom: the list stays after the words have gone.
    const about = { words: [t('shell.visits'), draft.day].join(' '), place: nameOf(place?.names) }
    const answer = await form.submit(body, (key) => post('POST /api/visits', body, { key, kind: 'visit', about }))
    if (!answer || answer === true) return false
    if (answer instanceof Waiting) kept.value = answer.item
    else made.value = answer
    wasTried.value = false
    Object.assign(draft, { ...empty(), region: draft.region })
    return true
  }

  function again(): void {
    made.value = null
    kept.value = null
  }
  return { ...form, draft, made, kept, mistakes, isDirty, record, again }
}

/** One's own visit as it shall be. */
export function change(visit: Visit, now: { whom: string; said: string; need: string; day: string }, key: string): Promise<Visit> {
  const body = { version: visit.version, visited_on: now.day || undefined, whom: now.whom.trim(), said: now.said.trim(), need: now.need.trim() || undefined, matter: visit.matter?.code }
  return send('PUT /api/visits/{id}', body, { path: { id: visit.id }, key })
}
