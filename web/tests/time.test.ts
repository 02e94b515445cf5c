import { beforeAll, describe, expect, it } from 'vitest'
import { setLang, startI18n } from '@/shared/i18n'
import { agoWords, civilDay, clockWords, dueWords, exact, lastDay } from '@/shared/time'

const now = new Date('2026-11-22T02:00:00Z') // 10:00 in the place

beforeAll(async () => {
  await startI18n({ zh: () => import('@/resident/texts/zh'), en: () => import('@/resident/texts/en') })
  await setLang('zh')
})

describe('a deadline is said as a person thinks of it', () => {
  it.each([
    ['2026-11-22T02:00:30Z', '1 分钟后到期', 'near'],
    ['2026-11-22T04:00:00Z', '2 小时后到期', 'near'],
    ['2026-11-23T01:59:00Z', '23 小时后到期', 'near'],
    ['2026-11-25T02:00:00Z', '3 天后到期', 'calm'],
    ['2026-11-22T01:30:00Z', '超期 30 分钟', 'late'],
    ['2026-11-21T01:00:00Z', '超期 1 天', 'late'],
  ])('due %s reads %s', (at, words, tone) => {
    expect(dueWords(at, now)).toEqual({ words, tone })
  })

  it('says one day and two days rightly in English', async () => {
    await setLang('en')
    expect(dueWords('2026-11-21T01:00:00Z', now).words).toBe('1 day late')
    expect(dueWords('2026-11-24T03:00:00Z', now).words).toBe('due in 2 days')
    await setLang('zh')
  })
})

describe('a moment that passed', () => {
  it.each([
    ['2026-11-22T01:59:40Z', '刚刚'],
    ['2026-11-22T02:00:20Z', '刚刚'],
    ['2026-11-29T02:00:00Z', '2026-11-29 10:00'],
    ['2026-11-22T01:57:00Z', '3 分钟前'],
    ['2026-11-21T16:30:00Z', '9 小时前'],
    ['2026-11-21T15:30:00Z', '昨天 23:30'],
    ['2026-03-01T00:00:00Z', '03-01 08:00'],
    ['2025-12-31T16:00:00Z', '01-01 00:00'],
    ['2025-12-31T15:59:00Z', '2025-12-31'],
  ])('%s reads %s', (at, words) => {
    expect(agoWords(at, now)).toBe(words)
  })
})

it('shows the time of the place, whatever the zone of the phone', () => {
  expect(exact('2026-11-21T16:05:00Z')).toBe('2026-11-22 00:05')
  expect(civilDay('2028-02-28T16:00:00Z')).toBe('2028-02-29')
  expect(lastDay('2026-12-07T16:00:00Z')).toBe('2026-12-07')
  expect(lastDay('2026-12-07T10:00:00Z')).toBe('2026-12-07')
})

it('names clocks in the reader’s words', () => {
  expect(clockWords({ kind: 'working_days', amount: 5 })).toBe('5 个工作日')
})
