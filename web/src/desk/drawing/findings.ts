/** What does not fit between areas, in words: on the drawing page, and when a file brings borders in. */
import type { Finding } from '@/api/types'
import { nameOf, t } from '@/shared/i18n'
import { number } from '../core/labels'

function size({ square_metres }: Finding): string {
  const isSmall = square_metres < 10_000
  return t(`drawing.size.${isSmall ? 'm2' : 'ha'}`, { n: number(isSmall ? Math.round(square_metres) : Math.round(square_metres / 1000) / 10) })
}

export const findingWords = (one: Finding) =>
  t(`drawing.finding.${one.kind}`, { one: nameOf(one.places[0]?.names), other: nameOf(one.places[1]?.names), size: size(one) })
