/** How figures are written: a rate in percent, a time in hours or days, and where the list behind a number is. */
import type { IndicatorPeriod, IndicatorPoint, IndicatorTerm, IndicatorValue } from '@/api/types'
import { lang, t } from '@/shared/i18n'
import { number } from '../core/labels'

export type Sort = 'rate' | 'count' | 'duration'

const locale = () => (lang.value === 'en' ? 'en' : 'zh-CN')

export const percent = (rate: number): string => new Intl.NumberFormat(locale(), { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(rate)

/** Minutes as a person thinks of them: hours below two days, days above. */
export function duration(minutes: number): string {
  const one = (n: number) => new Intl.NumberFormat(locale(), { maximumFractionDigits: 1 }).format(n)
  if (minutes < 60) return t('indicators.minutes', { n: one(minutes) })
  return minutes < 2880 ? t('indicators.hours', { n: one(minutes / 60) }) : t('indicators.days', { n: one(minutes / 1440) })
}

/** From where to where it probably is, a rate or the middle of times; nothing where too few say it. */
export function range(value: IndicatorValue): string {
  if (value.low !== undefined && value.high !== undefined) return `${percent(value.low)} – ${percent(value.high)}`
  return value.low_minutes !== undefined && value.high_minutes !== undefined ? `${duration(value.low_minutes)} – ${duration(value.high_minutes)}` : ''
}

/** One value of a figure in words; nothing of nothing. */
export function written(sort: Sort, value: number | undefined): string {
  if (value === undefined) return t('indicators.none')
  if (sort === 'rate') return percent(value)
  return sort === 'duration' ? duration(value) : number(Math.round(value))
}

/** What of a value stands large: the rate, the number, or the median of times. */
export function headline(sort: Sort, value: IndicatorValue): number | undefined {
  if (sort === 'rate') return value.rate
  return sort === 'duration' ? value.median_minutes : value.numerator
}

/** The difference to another value: points of a percent, a number, a time. */
export function difference(sort: Sort, now: number | undefined, before: number | undefined): string {
  if (now === undefined || before === undefined) return ''
  const by = now - before
  const sign = by > 0 ? '+' : by < 0 ? '−' : '±'
  const size = Math.abs(by)
  if (sort === 'rate') return t('indicators.points', { n: `${sign}${(size * 100).toFixed(1)}` })
  return `${sign}${sort === 'duration' ? duration(size) : number(Math.round(size))}`
}

export const listOf = (term: IndicatorTerm) => ({ name: 'indicator-cases', query: { ...term.opens } as unknown as Record<string, string> })

/** The points of a trend from the first that has a value on. */
export function fromFirst(points: IndicatorPoint[]): IndicatorPoint[] {
  const first = points.findIndex((one) => one.value !== undefined)
  return first < 0 ? points : points.slice(first)
}

/** A period under a chart: a month by its name, anything else by its first day. */
export function dayMark({ from, to }: Pick<IndicatorPeriod, 'from' | 'to'>): string {
  const isMonth = from.endsWith('-01') && from.slice(0, 7) === to.slice(0, 7) && Number(to.slice(8)) >= 28
  return isMonth ? t('indicators.month', { n: Number(from.slice(5, 7)) }) : from.slice(5).replace('-', '/')
}

/** Where a line of a chart goes, from values that may be missing: a gap is a gap. */
export function lines(points: (number | undefined)[], x: (index: number) => number, y: (value: number) => number): string {
  let isPen = false
  return points
    .map((value, index) => {
      if (value === undefined) {
        isPen = false
        return ''
      }
      const step = `${isPen ? 'L' : 'M'}${x(index).toFixed(1)} ${y(value).toFixed(1)}`
      isPen = true
      return step
    })
    .join('')
}

/** A round number not below the largest, so that a scale ends where one can read it. */
export function top(values: number[]): number {
  const most = Math.max(0, ...values)
  if (most === 0) return 1
  const unit = 10 ** Math.floor(Math.log10(most))
  return ([1, 2, 5, 10].find((times) => times * unit >= most) ?? 10) * unit
}
