/**
 * Time as a person thinks of it, with the exact time beside it. The instance lives in one time zone, whatever
 * the phone is set to.
 */
import { onScopeDispose, ref, type Ref } from 'vue'
import type { Clock } from '@/api/types'
import { lang, t } from './i18n'

const ZONE = 'Asia/Shanghai'
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

export type Tone = 'calm' | 'near' | 'late'
export interface Due { words: string; tone: Tone }

const parts = new Intl.DateTimeFormat('en-CA', {
  timeZone: ZONE, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23',
})

/** `2026-11-21 18:00` in the time of the place. */
export function exact(at: string | Date): string {
  const { year, month, day, hour, minute } = split(at)
  return `${year}-${month}-${day} ${hour}:${minute}`
}

/** The civil day in the time of the place. */
export function civilDay(at: string | Date): string {
  return exact(at).slice(0, 10)
}

/** The last day on which something holds that ends at this moment: midnight ends the day before. */
export const lastDay = (end: string): string => civilDay(new Date(new Date(end).getTime() - 1))

/** "周三", "Wed": a civil day's weekday in the reader's language. */
export function weekday(day: string): string {
  return new Intl.DateTimeFormat(lang.value === 'zh' ? 'zh-CN' : 'en', { weekday: 'short', timeZone: 'UTC' }).format(new Date(`${day}T00:00:00Z`))
}

/** "2 小时后到期", "超期 1 天". Near means within a day. */
export function dueWords(dueAt: string, now: Date): Due {
  const left = new Date(dueAt).getTime() - now.getTime()
  if (left < 0) return { words: t('time.late', { span: span(-left) }), tone: 'late' }
  return { words: t('time.due_in', { span: span(left) }), tone: left <= DAY ? 'near' : 'calm' }
}

/** How a clock that has stopped ended: "按时", "超期 1 天". */
export function doneWords(dueAt: string, doneAt: string): Due {
  const late = new Date(doneAt).getTime() - new Date(dueAt).getTime()
  return late > 0 ? { words: t('time.done_late', { span: span(late) }), tone: 'late' } : { words: t('time.done_in_time'), tone: 'calm' }
}

/** "刚刚", "3 分钟前", "昨天 18:00", and from then on the date. What lies ahead is no "just now": it is said exactly. */
export function agoWords(at: string, now: Date): string {
  const passed = now.getTime() - new Date(at).getTime()
  const text = exact(at)
  if (passed < -MINUTE) return text
  if (passed < MINUTE) return t('time.just_now')
  if (passed < HOUR) return t('time.ago', { span: span(passed) })
  if (civilDay(at) === civilDay(now)) return t('time.ago', { span: span(passed) })
  if (civilDay(at) === civilDay(new Date(now.getTime() - DAY))) return t('time.yesterday', { clock: text.slice(11) })
  return text.slice(0, 4) === civilDay(now).slice(0, 4) ? text.slice(5) : text.slice(0, 10)
}

/** A span rounded down to its largest unit: minutes under an hour, hours under a day, then days. */
export function span(milliseconds: number): string {
  if (milliseconds < HOUR) return unit('minutes', Math.max(1, Math.floor(milliseconds / MINUTE)))
  if (milliseconds < DAY) return unit('hours', Math.floor(milliseconds / HOUR))
  return unit('days', Math.floor(milliseconds / DAY))
}

/** Now, moving on by itself every half minute; ends with the component. */
export function useNow(): Ref<Date> {
  const now = ref(new Date())
  const timer = setInterval(() => (now.value = new Date()), MINUTE / 2)
  onScopeDispose(() => clearInterval(timer))
  return now
}

function unit(name: 'minutes' | 'hours' | 'days', count: number): string {
  return t(`time.${name}`, { n: count }, count)
}

function split(at: string | Date): Record<string, string> {
  const found: Record<string, string> = {}
  for (const part of parts.formatToParts(new Date(at))) found[part.type] = part.value
  return found
}

/** "5 个工作日", "2 小时". */
export function clockWords(clock: Clock): string {
  return t(`clock.${clock.kind}`, { n: clock.amount }, clock.amount)
}
