/** Words for what the server sends as codes, in the reader's language; an unknown code is shown as it is, never hidden. */
import type { ItemRef, Place, RegionRef } from '@/api/types'
import { hasText, lang, nameOf, t } from '@/shared/i18n'

export function term(group: string, code?: string | null): string {
  if (!code) return ''
  // Some codes hold dots, which a text key reads as levels; texts write them with underscores.
  const key = `terms.${group}.${code.replace(/[.-]/g, '_')}`
  return hasText(key) ? t(key) : code
}

export const kindWords = (region: RegionRef): string => t(`kind.${region.kind}`)

export const pathOf = (regions?: RegionRef[]): string => (regions ?? []).map((region) => nameOf(region.names)).join(' › ')

/** The whole path for a page, its last steps for a row. */
export function placePath(place?: Place | null, last = 9): string {
  if (!place) return ''
  const steps = [place.county, place.township, place.village, place.grid, place.micro_grid].filter((step): step is RegionRef => step !== undefined && step !== null)
  return pathOf(steps.slice(-last)) || nameOf(place.city?.names)
}

/** A thing of the register as people name it. */
export const itemWords = (item: ItemRef): string => [nameOf(item.kind_names), item.number, item.name].filter(Boolean).join(' ')

/** The closest place that is known. */
export const nearestPlace = (place?: Place | null): RegionRef | undefined =>
  place?.micro_grid ?? place?.grid ?? place?.village ?? place?.township ?? place?.county ?? place?.city ?? undefined

export const joinWords = (parts: (string | undefined | null)[]): string => parts.filter(Boolean).join(t('ui.sep'))

/** A label with a remark in brackets; the brackets are those of the language. */
export const noted = (label: string, note: string): string => t('ui.noted', { label, note })
export const optional = (label: string): string => noted(label, t('ui.optional'))

export const number = (n: number): string => new Intl.NumberFormat(lang.value === 'en' ? 'en' : 'zh-CN').format(n)
