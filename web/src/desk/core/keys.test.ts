import { describe, expect, it } from 'vitest'
import { isTyping } from './keys'

const made = (html: string) => {
  document.body.innerHTML = html
  return document.body.firstElementChild
}

describe('the keys of a page', () => {
  it('wait while somebody writes', () => {
    for (const html of ['<input />', '<input type="search" />', '<input type="number" />', '<textarea></textarea>', '<select></select>']) expect(isTyping(made(html)), html).toBe(true)
  })
  it('work again as soon as a box is ticked', () => {
    for (const html of ['<input type="checkbox" />', '<input type="radio" />', '<button></button>', '<a href="#"></a>']) expect(isTyping(made(html)), html).toBe(false)
  })
})
