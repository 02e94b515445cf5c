import { beforeEach, describe, expect, it } from 'vitest'
import { keepHand } from './keepHand'

const button = (row: number, which = 1) => document.querySelectorAll('li')[row]!.querySelectorAll('button')[which]!

describe('the hand on a list whose rows leave when they are done', () => {
  beforeEach(() => {
    document.body.innerHTML = `<ul>${['a', 'b', 'c'].map((one) => `<li id="${one}"><button>open</button><button>done</button></li>`).join('')}</ul>`
  })

  it.each([
    [0, 'b'],
    [1, 'c'],
    [2, 'b'],
  ])('row %i is done: the next is %s', async (row, next) => {
    button(row).focus()
    await keepHand(async () => document.querySelectorAll('li')[row]!.remove())
    expect(document.activeElement?.textContent).toBe('done')
    expect(document.activeElement?.closest('li')?.id).toBe(next)
  })

  it('whoever has gone elsewhere is left there', async () => {
    button(0).focus()
    await keepHand(async () => {
      document.querySelectorAll('li')[0]!.remove()
      button(1, 0).focus()
    })
    expect(document.activeElement?.closest('li')?.id).toBe('c')
  })
})
