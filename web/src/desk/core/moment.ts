/** Moments typed into a form are those of the place, whatever the desk's own clock is set to. */
import { exact } from '@/shared/time'

/** `2026-11-16T15:00` of the place as the server takes it; empty is nothing. */
export const moment = (local: string): string | undefined => (local ? `${local.slice(0, 16)}:00+08:00` : undefined)

/** A moment as a field for date and time shows it. */
export const local = (at: string | Date): string => exact(at).replace(' ', 'T')
