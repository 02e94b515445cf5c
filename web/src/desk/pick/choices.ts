/** The searches behind the pickers. */
import type { ItemRow, Matter, Person, Region, RegionRef, Unit } from '@/api/types'
import { nameOf } from '@/shared/i18n'
import { setup } from '@/shared/setup'
import { get } from '../core/calls'
import { clockWords } from '@/shared/time'
import { itemWords, joinWords, kindWords, pathOf, placePath, term } from '../core/labels'

export interface Choice {
  value: string
  label: string
  hint?: string
}

export const matterChoice = (matter: Matter): Choice => ({
  value: matter.code,
  label: nameOf(matter.names),
  hint: joinWords([nameOf(matter.class.names), matter.clock && clockWords(matter.clock)]),
})
export const regionChoice = (region: Region & { path?: RegionRef[] }): Choice => ({
  value: region.code,
  label: nameOf(region.names),
  hint: pathOf(region.path?.filter((step) => step.code !== region.code)) || kindWords(region),
})
export const unitChoice = (unit: Unit): Choice => ({ value: unit.id, label: nameOf(unit.names), hint: nameOf(unit.region.names) })
export const personChoice = (person: Person): Choice => ({ value: person.id, label: person.name, hint: jobOf(person) })

export async function findMatters(words: string, kind?: Matter['kind']): Promise<Choice[]> {
  const { rows } = await get('/api/matters', { query: { q: words } })
  return rows.filter((matter) => (kind ? matter.kind === kind : matter.kind !== 'signpost')).map(matterChoice)
}

/** Nothing typed: the places right below the home of this instance. */
export async function findRegions(words: string): Promise<Choice[]> {
  if (words) return (await get('/api/regions/search', { query: { q: words } })).rows.map(regionChoice)
  return (await get('/api/regions', { query: { parent: setup.value?.region.code } })).rows.map(regionChoice)
}

/** Of all, or of those that work for a place: its own and those of the places it lies in. */
export async function findUnits(words: string, serves?: string): Promise<Choice[]> {
  return (await get('/api/units', { query: { q: words, serves, limit: 30 } })).rows.map(unitChoice)
}

export const itemChoice = (item: ItemRow): Choice => ({ value: item.id, label: itemWords(item), hint: placePath(item.place, 2) })

/** Nothing typed: what is near the case, the likeliest first. */
export async function findItems(words: string, near?: { lon?: number | null; lat?: number | null; matter?: string }): Promise<Choice[]> {
  if (words) return (await get('/api/register', { query: { q: words, limit: 30 } })).rows.map(itemChoice)
  if (near?.lon == null || near.lat == null) return (await get('/api/register', { query: { limit: 30 } })).rows.map(itemChoice)
  return (await get('/api/register/near', { query: { lon: near.lon, lat: near.lat, matter: near.matter } })).rows.map(itemChoice)
}

export async function findPeople(words: string, unit?: string): Promise<Choice[]> {
  return (await get('/api/people', { query: { q: words, unit, limit: 30 } })).rows.map(personChoice)
}

const jobOf = (person: Person): string => {
  const post = person.posts[0]
  return post ? joinWords([term('role', post.role), nameOf(post.unit?.names ?? post.region.names)]) : person.login
}
