/** Moments typed into a form are those of the place, whatever the desk's own clock is set to. */
import type { WhistleKindRow } from '@/api/types'
import { t } from '@/shared/i18n'
import { exact, span } from '@/shared/time'

/** `2026-11-16T15:00` of the place as the server takes it; empty is nothing. */
export const moment = (local: string): string | undefined => (local ? `${local.slice(0, 16)}:00+08:00` : undefined)

/** A moment as a field for date and time shows it. */
export const local = (at: string | Date): string => exact(at).replace(' ', 'T')

/** "2 小时后集合", "集合时间已过 20 分钟": a meeting is no deadline, so that nobody is late for it by its moment alone. */
export function meetingWords(meetsAt: string, now: Date): string {
  const left = new Date(meetsAt).getTime() - now.getTime()
  return left >= 0 ? t('whistles.meetsIn', { span: span(left) }) : t('whistles.meetsPast', { span: span(-left) })
}

type Kind = Pick<WhistleKindRow, 'reply_due_at' | 'arrive_due_at'>

/** By when units would answer and be there if they met at a moment: nobody answers later than they meet (as the server reckons it). */
export function askedBy(kind: Kind, meets: string | undefined): { reply?: string; arrive?: string } {
  if (!meets) return { reply: kind.reply_due_at, arrive: kind.arrive_due_at }
  const later = (a: string, b: string) => (Date.parse(a) > Date.parse(b) ? a : b)
  const arrive = kind.arrive_due_at ? later(kind.arrive_due_at, meets) : meets
  return { reply: kind.reply_due_at && Date.parse(kind.reply_due_at) < Date.parse(arrive) ? kind.reply_due_at : arrive, arrive }
}

/** The same in words, told before it is raised. */
export function askedWords(kind: Kind, meets: string | undefined): string {
  const { reply, arrive } = askedBy(kind, meets)
  if (!reply && !arrive) return t('whistles.form.byMeeting')
  const arriving = arrive ? t('whistles.form.arriveBy', { at: exact(arrive) }) : t('whistles.form.arriveAtMeeting')
  return reply ? [t('whistles.form.replyBy', { at: exact(reply) }), arriving].join(t('ui.sep')) : arriving
}
