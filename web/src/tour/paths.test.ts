import { describe, expect, it } from 'vitest'
import { isDesk, isHere, withinDesk } from './paths'

describe('where a step of a tour is', () => {
  const at = (path: string) => ({ pathname: path.split('?')[0]!, search: path.includes('?') ? `?${path.split('?')[1]}` : '' })

  it.each([
    ['/', '/', true],
    ['/', '/report', false],
    ['/desk/', '/desk', true],
    ['/desk/', '/desk/cases', false],
    ['/desk/cases', '/desk/cases/0123', true],
    ['/desk/cases', '/desk/cases?region=140403', true],
    ['/desk/cases', '/desk/cases?q=lamp', false],
    ['/desk/cases', '/desk/cases?view=overdue', false],
    ['/desk/cases?view=overdue', '/desk/cases?view=overdue', true],
    ['/desk/cases?view=overdue', '/desk/cases', false],
    ['/desk/cases?q=灯杆', `/desk/cases?q=${encodeURIComponent('灯杆')}`, true],
    ['/desk/find', '/desk/finding', false],
  ])('%s while %s is open: %s', (step, open, is) => expect(isHere(step, at(open))).toBe(is))

  it('tells the two halves of the product apart', () => {
    expect([isDesk('/desk'), isDesk('/desk/cases'), isDesk('/'), isDesk('/desks')]).toEqual([true, true, false, false])
    expect([withinDesk('/desk'), withinDesk('/desk/cases?view=mine')]).toEqual(['/', '/cases?view=mine'])
  })
})
