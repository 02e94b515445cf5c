/** Words of the handbook, looked for where they are read: the book is small, and a search works without a network too. */
import { folded, wordsOf } from '../cases/hits'
import type { Book } from './books/bound'

export interface Found {
  chapter: string
  section: string
  title: string
  /** What stands around the first word. */
  excerpt: string
}

const BEFORE = 24
const LENGTH = 110
const ENTITIES: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'" }

export function plain(html: string): string {
  return html
    .replace(/<\/?(?:strong|em|a|code)\b[^>]*>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&\w+;|&#39;/g, (entity) => ENTITIES[entity] ?? entity)
    .replace(/\s+/g, ' ')
    .trim()
}

/** Sections with all the words, those that bear them in their title first; the order is otherwise that of `chapters`. */
export function find(book: Book, chapters: readonly string[], search: string): Found[] {
  const words = wordsOf(search)
  if (words.length === 0) return []
  const exact = holding(book, chapters, words)
  return exact.length > 0 ? exact : holding(book, chapters, pairs(words))
}

/** Chinese is written without gaps: what does not stand there as one is looked for in pairs. */
function pairs(words: string[]): string[] {
  return words.flatMap((word) => (/^\p{Script=Han}{3,}$/u.test(word) ? (word.match(/..?/gu) ?? []) : [word]))
}

function holding(book: Book, chapters: readonly string[], words: string[]): Found[] {
  const has = (text: string) => words.every((word) => folded(text).includes(word))
  const found = chapters.flatMap((name) => {
    const { title, lead, sections = [] } = book[name] ?? {}
    const head = title && has(`${title} ${lead}`) ? [{ chapter: name, section: '', title, excerpt: lead ?? '', isTitled: has(title) }] : []
    const below = sections
      .map((section) => ({ chapter: name, section: section.id, title: section.title, text: plain(section.html), isTitled: has(section.title) }))
      .filter((section) => has(`${section.title} ${section.text}`))
      .map(({ text, ...section }) => ({ ...section, excerpt: around(text, words) }))
    return [...head, ...below]
  })
  return [...found.filter((one) => one.isTitled), ...found.filter((one) => !one.isTitled)].map(({ isTitled: _, ...one }) => one)
}

function around(text: string, words: string[]): string {
  const within = folded(text)
  const at = Math.min(...words.map((word) => within.indexOf(word)).filter((place) => place >= 0), text.length)
  const from = at > text.length - 1 ? 0 : Math.max(0, at - BEFORE)
  const part = text.slice(from, from + LENGTH)
  return `${from > 0 ? '…' : ''}${part.replace(/^[^\p{L}\p{N}]+/u, '')}${from + LENGTH < text.length ? '…' : ''}`
}
