import { beforeAll, describe, expect, it } from 'vitest'
import { installKeys, isTyping } from './keys'

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

describe('Escape in a search', () => {
  beforeAll(installKeys)
  const escape = (field: HTMLElement) => field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true, cancelable: true }))
  const entered = (html: string) => {
    made(html)
    const field = document.querySelector('input')!
    field.focus()
    return field
  }

  it('clears the words, then leads back to the keys of the page', () => {
    const field = entered('<input type="search" value="路灯" />')
    let told = ''
    field.addEventListener('input', () => (told = `now "${field.value}"`))
    escape(field)
    expect([told, document.activeElement]).toEqual(['now ""', field])
    escape(field)
    expect(document.activeElement).toBe(document.body)
  })

  it('is the dialog\'s in a dialog, and nothing in another field', () => {
    for (const html of ['<div role="dialog"><input type="search" /></div>', '<input type="text" />']) {
      const field = entered(html)
      escape(field)
      expect(document.activeElement, html).toBe(field)
    }
  })
})
