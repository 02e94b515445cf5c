/** A year as twelve months of weeks that begin on Monday. */
import type { CalendarYear } from '@/api/types'

export type DayKind = 'holiday' | 'workday' | 'weekend' | 'plain'
export interface Day {
  date: string
  day: number
  kind: DayKind
  /** Column of the first day of a month, 1 for Monday. */
  column: number
}

const two = (n: number) => String(n).padStart(2, '0')

export function monthsOf(year: CalendarYear): Day[][] {
  const special = new Map(year.days.map((day) => [day.date, day.kind]))
  return Array.from({ length: 12 }, (_, month) => {
    const last = new Date(Date.UTC(year.year, month + 1, 0)).getUTCDate()
    return Array.from({ length: last }, (_, at) => {
      const date = `${year.year}-${two(month + 1)}-${two(at + 1)}`
      const column = ((new Date(Date.UTC(year.year, month, at + 1)).getUTCDay() + 6) % 7) + 1
      return { date, day: at + 1, column, kind: special.get(date) ?? (column > 5 ? 'weekend' : 'plain') }
    })
  })
}

/** A year to begin with. Its source is left open, so that nothing is put in force that was not looked at. */
export const sampleOf = (year: number): string => `year = ${year}
published = true
source = ""

[[day]]
date = "${year}-01-01"
kind = "holiday"
name = { zh = "元旦", en = "New Year's Day" }
`
