/** Posts of those who walk about: what they find is entered on the way, and the places they look after are theirs to see. */
import { computed } from 'vue'
import type { PersonRef, RegionRef } from '@/api/types'
import { isFieldPost } from './fieldPosts'
import { me } from './session'

/** The places I walk, each once, in the order of my posts. */
export const fieldPlaces = computed<RegionRef[]>(() => {
  const places = (me.value?.posts ?? []).filter(isFieldPost).map((post) => post.region)
  return [...new Map(places.map((place) => [place.code, place])).values()]
})

export const isInTheField = computed(() => fieldPlaces.value.length > 0)

/** Colleagues I stand in for today. */
export const covered = computed<PersonRef[]>(() => (me.value?.posts ?? []).flatMap((post) => (post.deputy_for && post.unit ? [post.deputy_for] : [])))
