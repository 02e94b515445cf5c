/** Slips to cut apart and hand over: who, where to log in, with what, and what happens then. */
import type { Welcome } from '@/api/types'
import { t } from '@/shared/i18n'
import { printOnly } from '../core/print'

export function printSlips(people: Welcome[]): void {
  const box = document.createElement('div')
  box.className = 'slips'
  box.append(...people.map(slip))
  printOnly(box)
}

function slip(one: Welcome): HTMLElement {
  const box = document.createElement('section')
  const facts = document.createElement('dl')
  const rows = [
    [t('people.slipAddress'), `${location.host}/desk`],
    [t('people.login'), one.login],
    [t('people.firstPassword'), one.first_password],
  ]
  for (const [name, value] of rows) facts.append(line('dt', name), line('dd', value))
  box.append(line('h2', one.name), facts, line('p', t('people.slipHint')))
  return box
}

function line(tag: string, words = ''): HTMLElement {
  const element = document.createElement(tag)
  element.textContent = words
  return element
}
