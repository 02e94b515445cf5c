/** Slips to cut apart and hand over: who, where to log in, with what, and what happens then. */
import type { Welcome } from '@/api/types'
import { nameOf, t } from '@/shared/i18n'
import { setup } from '@/shared/setup'
import { civilDay } from '@/shared/time'
import { joinWords, term } from '../core/labels'
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
    [t('people.slipAddress'), `${location.origin}/desk`],
    [t('people.login'), one.login],
    [t('people.firstPassword'), one.first_password],
  ]
  for (const [name, value] of rows) facts.append(line('dt', name), line('dd', value))
  const posts = (one.posts ?? []).map((post) => joinWords([term('role', post.role), nameOf(post.unit?.names) || nameOf(post.region.names)]))
  const title = [nameOf(setup.value?.name), t('people.slipTitle')].filter(Boolean).join(' · ')
  box.append(line('p', title), line('h2', one.name), ...posts.map((words) => line('p', words)), facts, line('p', t('people.slipHint')), line('p', t('people.slipDate', { date: civilDay(new Date()) })))
  return box
}

function line(tag: string, words = ''): HTMLElement {
  const element = document.createElement(tag)
  element.textContent = words
  return element
}
