/** Days of a calendar. A civil day is a text; arithmetic with it happens in UTC, where every day has 24 hours. */
const DAY = 86_400_000

/** What is done with a hearing. */
export type HearingDeed = 'plan' | 'held' | 'postpone' | 'cancel'

export const plus = (day: string, days: number): string => new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10)

/** Weeks begin on Monday. */
export const monday = (day: string): string => plus(day, -((new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7))

export const days = (from: string, count: number): string[] => Array.from({ length: count }, (_, at) => plus(from, at))

/** The instant of a wall-clock time where the instance is. */
export const instantOf = (day: string, time: string): string => `${day}T${time}:00+08:00`
