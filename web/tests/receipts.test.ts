import { beforeEach, expect, it, vi } from 'vitest'
import { idempotencyKey, randomDigits } from '@/shared/random'
import { forgetReceipt, groupReceipt, isRemembered, keptReceipts, makeReceipt, readReceipt, rememberReceipt } from '@/shared/receipts'
import { WriteKeys } from '@/shared/writes'

const kept = (receipt: string) => ({ receipt, number: 'n', words: 'w', sent_at: '2026-11-22T00:00:00Z' })

beforeEach(() => {
  localStorage.clear()
  keptReceipts.value = []
})

it('makes sixteen digits, all of them used', () => {
  const seen = new Set<string>()
  for (let i = 0; i < 200; i++) {
    const receipt = makeReceipt()
    expect(receipt).toMatch(/^\d{16}$/)
    for (const digit of receipt) seen.add(digit)
  }
  expect(seen.size).toBe(10)
})

it('throws away bytes that would make some digits likelier', () => {
  const spy = vi.spyOn(crypto, 'getRandomValues').mockImplementation((bytes) => {
    ;(bytes as Uint8Array).set(Array.from({ length: (bytes as Uint8Array).length }, (_, i) => (i % 2 ? 255 : 17)))
    return bytes
  })
  expect(randomDigits(4)).toBe('7777')
  spy.mockRestore()
})

it('is shown in four groups', () => {
  expect(groupReceipt('1234567890123456')).toBe('1234 5678 9012 3456')
})

it.each(['1234 5678 9012 3456', '1234-5678-9012-3456', '１２３４５６７８９０１２３４５６', ' 1234567890123456\n'])('is read from %j', (typed) => {
  expect(readReceipt(typed)).toBe('1234567890123456')
})

it.each(['', '123456789012345', '12345678901234567', '123456789012345x'])('is not read from %j', (typed) => {
  expect(readReceipt(typed)).toBeNull()
})

it('is remembered once, newest first, and forgotten when asked', () => {
  rememberReceipt(kept('1111111111111111'))
  rememberReceipt(kept('2222222222222222'))
  rememberReceipt(kept('1111111111111111'))
  expect(keptReceipts.value.map((one) => one.receipt)).toEqual(['1111111111111111', '2222222222222222'])
  forgetReceipt('1111111111111111')
  expect(isRemembered('1111111111111111')).toBe(false)
  expect(localStorage.getItem('jishi.receipts')).not.toContain('1111111111111111')
})

it('survives storage that is full or forbidden', () => {
  const refuse = () => {
    throw new DOMException('full', 'QuotaExceededError')
  }
  vi.stubGlobal('localStorage', { getItem: refuse, setItem: refuse, removeItem: refuse })
  expect(rememberReceipt(kept('1111111111111111'))).toBe(false)
  expect(isRemembered('1111111111111111')).toBe(true)
  vi.unstubAllGlobals()
})

it('makes keys where crypto.randomUUID is missing', () => {
  const own = crypto.randomUUID
  Object.defineProperty(crypto, 'randomUUID', { value: undefined, configurable: true })
  expect(idempotencyKey()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  Object.defineProperty(crypto, 'randomUUID', { value: own, configurable: true })
})

it('keeps a key for the same words and takes a new one for others', () => {
  const keys = new WriteKeys()
  const first = keys.for('op', { text: 'a' })
  expect(keys.for('op', { text: 'a' })).toBe(first)
  expect(keys.for('op', { text: 'b' })).not.toBe(first)
  keys.done('op')
  expect(keys.for('op', { text: 'b' })).not.toBe(first)
})
