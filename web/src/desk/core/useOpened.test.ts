import { effectScope } from 'vue'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { useOpened } from './useOpened'

beforeEach(() => vi.useFakeTimers({ now: Date.parse('2026-03-02T01:00:00Z') }))
afterEach(() => vi.useRealTimers())

it('is gone at the moment the server said', () => {
  const opened = effectScope().run(() => useOpened<string>())!
  opened.show('13812345678', '2026-03-02T01:00:20Z')
  expect([opened.value.value, opened.left.value]).toEqual(['13812345678', 20])
  vi.advanceTimersByTime(19_000)
  expect(opened.value.value).toBe('13812345678')
  vi.advanceTimersByTime(1_000)
  expect([opened.value.value, opened.left.value]).toEqual([null, 0])
})

it('stays no longer than a minute on a clock that runs behind', () => {
  const opened = effectScope().run(() => useOpened<string>())!
  opened.show('13812345678', '2026-03-02T02:00:00Z')
  expect(opened.left.value).toBe(60)
  vi.advanceTimersByTime(60_000)
  expect(opened.value.value).toBeNull()
})

it('goes with the page, and what is opened next has its own minute', () => {
  const scope = effectScope()
  const opened = scope.run(() => useOpened<string>())!
  opened.show('one', '2026-03-02T01:00:10Z')
  opened.show('two', '2026-03-02T01:00:30Z')
  vi.advanceTimersByTime(15_000)
  expect(opened.value.value).toBe('two')
  scope.stop()
  expect(opened.value.value).toBeNull()
  expect(vi.getTimerCount()).toBe(0)
})
