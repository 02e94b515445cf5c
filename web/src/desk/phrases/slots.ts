/** Slots of a phrase, filled by the case; the server keeps the list of those there are. */
import type { Place } from '@/api/types'
import { lang, nameOf } from '@/shared/i18n'
import { civilDay } from '@/shared/time'

export const SLOTS = ['place', 'matter', 'unit', 'date', 'due'] as const
export type Slot = (typeof SLOTS)[number]
export type Facts = Partial<Record<Slot, string>>

const CHINESE: Record<string, Slot> = { 地点: 'place', 事项: 'matter', 单位: 'unit', 日期: 'date', 期限: 'due' }

/** As a slot is written in the text of a language. */
export const written = (slot: Slot, language: 'zh' | 'en'): string =>
  `{${language === 'zh' ? (Object.entries(CHINESE).find(([, code]) => code === slot)?.[0] ?? slot) : slot}}`

/** What is not known stays as a slot, to be seen and filled by hand. */
export function fill(text: string, facts: Facts): string {
  return text.replace(/\{([^{}]+)\}/g, (slot, name: string) => facts[CHINESE[name] ?? (name as Slot)] || slot)
}

/** True while something is still to be filled in by hand. */
export const hasGaps = (text: string): boolean => /\{[^{}]+\}/.test(text)

interface Known {
  place?: Pick<Place, 'village' | 'grid' | 'township' | 'county' | 'text'>
  matter?: { names: { zh: string; en?: string } }
  lead_unit?: { names: { zh: string; en?: string } }
  due_at?: string
}

/** What a case fills in; without a lead it is the speaker's own unit that speaks. */
export function factsOf(known: Known, ownUnit: { names: { zh: string; en?: string } } | null | undefined, now: Date): Facts {
  const { place } = known
  const near = [place?.village, place?.grid].flatMap((step) => (step ? [nameOf(step.names)] : []))
  const steps = lang.value === 'en' ? near.reverse().join(', ') : near.join('')
  return {
    place: place?.text ? [steps, place.text].join(lang.value === 'en' ? ', ' : '') : steps || nameOf((place?.township ?? place?.county)?.names),
    matter: nameOf(known.matter?.names),
    unit: nameOf(ownUnit?.names ?? known.lead_unit?.names),
    date: dayWords(now),
    due: known.due_at ? dayWords(new Date(known.due_at)) : '',
  }
}

/** "11月27日" as a letter says it, "27 November" in English. */
function dayWords(at: Date): string {
  const [year, month, day] = civilDay(at).split('-').map(Number) as [number, number, number]
  if (lang.value !== 'en') return `${month}月${day}日`
  return new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', timeZone: 'UTC' }).format(Date.UTC(year, month - 1, day))
}
