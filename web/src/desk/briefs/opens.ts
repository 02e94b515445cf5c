/** The list of cases that a figure counts: its address is the filter that the server counted by. */
import type { BriefFigure } from '@/api/types'

export const listOf = (opens: BriefFigure['opens'] | undefined) => ({ name: 'cases', query: { ...opens } as Record<string, string> })
