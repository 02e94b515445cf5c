import type { Place, RegionRef } from '@/api/types'
import { lang, nameOf } from './i18n'

const LEVELS = ['county', 'township', 'village', 'grid', 'micro_grid'] as const

/** The path of a place from county down, largest first in Chinese and smallest first in English. */
export function placeWords(place: Place | null | undefined): string {
  if (!place) return ''
  return pathWords(LEVELS.flatMap((level) => place[level] ?? []))
}

export function pathWords(path: RegionRef[]): string {
  const names = path.map((one) => nameOf(one.names))
  return lang.value === 'en' ? names.reverse().join(', ') : names.join(' ')
}
