import dayjs from 'dayjs'
import { expect, it } from 'vitest'
import './week'

it.each(['en', 'zh-cn'])('begins the week on Monday in %s', (name) => {
  expect(dayjs.Ls[name]?.weekStart).toBe(1)
  expect(dayjs('2026-11-29').locale(name).startOf('week').format('YYYY-MM-DD')).toBe('2026-11-23')
})
