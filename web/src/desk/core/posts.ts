/** Posts of those who walk about: what they find is entered on the way, and the places they look after are theirs to see. */
import { computed } from 'vue'
import type { PersonRef, RegionRef, Role } from '@/api/types'
import { me } from './session'

const IN_THE_FIELD: Role[] = ['grid_worker', 'grid_leader', 'group_leader', 'linked_cadre']

/** The places I walk, each once, in the order of my posts. */
export const fieldPlaces = computed<RegionRef[]>(() => {
  const places = (me.value?.posts ?? []).filter((post) => IN_THE_FIELD.includes(post.role)).map((post) => post.region)
  return [...new Map(places.map((place) => [place.code, place])).values()]
})

export const isInTheField = computed(() => fieldPlaces.value.length > 0)

/** Colleagues I stand in for today. */
export const covered = computed<PersonRef[]>(() => (me.value?.posts ?? []).flatMap((post) => (post.deputy_for && post.unit ? [post.deputy_for] : [])))
