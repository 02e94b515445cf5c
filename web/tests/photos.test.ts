import { expect, it } from 'vitest'
import { fitWithin, isHeic, room } from '@/shared/photos'

it.each([
  [4000, 3000, 2048, 1536],
  [3000, 4000, 1536, 2048],
  [800, 600, 800, 600],
  [10000, 1, 2048, 1],
])('draws %i×%i at %i×%i', (width, height, toWidth, toHeight) => {
  expect(fitWithin(width, height)).toEqual({ width: toWidth, height: toHeight })
})

it('knows HEIC by type and by name, as some phones give no type', () => {
  expect(isHeic({ name: 'IMG_1.HEIC', type: '' })).toBe(true)
  expect(isHeic({ name: 'a', type: 'image/heif' })).toBe(true)
  expect(isHeic({ name: 'a.jpg', type: 'image/jpeg' })).toBe(false)
})

it('lets in only as many photos as there is room for', () => {
  expect(room(0, 9, 9)).toBe(9)
  expect(room(7, 5, 9)).toBe(2)
  expect(room(9, 1, 9)).toBe(0)
})
