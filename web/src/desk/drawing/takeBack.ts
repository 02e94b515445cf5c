/** What was redrawn, in a line; what taking it back would do, in lines under headings. Words only, no calls. */
import type { PastRedrawing, RegionRef, TakenBack } from '@/api/types'
import { nameOf, t } from '@/shared/i18n'
import { joinWords, number, term } from '../core/labels'

const COUNTED = ['begun', 'ended', 'changed', 'cases', 'items', 'posts', 'units', 'signs'] as const

/** What a redrawing did: only what it did at all. */
export function did(past: PastRedrawing): string {
  const parts = COUNTED.filter((what) => past.counts[what] > 0).map((what) => t(`drawing.past.count.${what}`, { n: number(past.counts[what]) }))
  return joinWords(parts)
}

export interface Told {
  title: string
  lines: string[]
}

/** Places named one by one; the rest of a long list is counted. */
const NAMED = 20
function names(places: RegionRef[]): string {
  const named = joinWords(places.slice(0, NAMED).map((place) => nameOf(place.names)))
  return places.length > NAMED ? t('drawing.past.ofMany', { names: named, n: number(places.length) }) : named
}

/** What goes back, and what does not; an empty list where nothing does. */
export function told(answer: TakenBack): Told[] {
  const cases = answer.cases.map((one) => t('drawing.casesLine', { from: nameOf(one.from.names), to: nameOf(one.to.names), n: number(one.by_point + one.without_point) }))
  if (answer.began_there > 0) cases.push(t('drawing.past.beganThere', { n: number(answer.began_there) }))
  const stays = answer.stays.map((one) => {
    const named = joinWords(one.names.map(nameOf))
    return t(`drawing.past.stays.${one.kind}`, { n: number(one.count), names: one.count > one.names.length ? t('drawing.past.andMore', { names: named }) : named })
  })
  const all: Told[] = [
    { title: t('drawing.past.restored'), lines: answer.restored.length ? [names(answer.restored)] : [] },
    { title: t('drawing.ended'), lines: answer.ended.length ? [names(answer.ended)] : [] },
    { title: t('drawing.past.borders'), lines: answer.changed.length ? [names(answer.changed)] : [] },
    { title: t('drawing.cases'), lines: cases },
    { title: t('drawing.posts'), lines: answer.posts.map((one) => t('drawing.postLine', { name: one.person.name, role: term('role', one.role), to: names(one.to) })) },
    { title: t('drawing.units'), lines: answer.units.map((one) => t('drawing.moveLine', { name: nameOf(one.names), to: nameOf(one.to.names) })) },
    { title: t('drawing.past.items'), lines: answer.items > 0 ? [t('drawing.past.count.items', { n: number(answer.items) })] : [] },
    { title: t('drawing.spots'), lines: answer.spots.map((one) => t('drawing.moveLine', { name: nameOf(one.label), to: nameOf(one.to.names) })) },
    { title: t('drawing.past.staying'), lines: stays },
  ]
  return all.filter((one) => one.lines.length > 0)
}
