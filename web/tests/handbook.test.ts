import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import en from '@/desk/handbook/books/en'
import zh from '@/desk/handbook/books/zh'
import { CONTENTS, groupsFor } from '@/desk/handbook/contents'
import { find } from '@/desk/handbook/search'
import { routes } from '@/desk/router'
import { ROLES } from '@/desk/people/roles'
import type { Messages } from '@/shared/i18n'
import { readChapter } from '../scripts/handbook'

const FOLDER = '../docs/handbook'
const books = { zh, en }
const chapters = CONTENTS.map((entry) => entry.chapter)
const anchors = (book: typeof zh, name: string) => book[name]?.sections.map((section) => section.id)
const source = (language: string, name: string) => readFileSync(join(FOLDER, language, `${name}.md`), 'utf8')
const count = (text: string, what: RegExp) => (text.match(what) ?? []).length

describe('the handbook', () => {
  it.each(Object.entries(books))('has each chapter of its contents, and no other, in %s', (language, book) => {
    expect(Object.keys(book).sort()).toEqual([...chapters].sort())
    const index = readFileSync(join(FOLDER, 'README.md'), 'utf8')
    expect(chapters.filter((name) => !index.includes(`(${language}/${name}.md)`))).toEqual([])
  })

  it.each(chapters)('says the same in both languages: %s', (name) => {
    expect(anchors(en, name)).toEqual(anchors(zh, name))
    for (const part of [/^### /gm, /^\d+\. /gm, /^- /gm, /^\|/gm, /^> /gm, /\]\(/g]) {
      expect([name, part, count(source('en', name), part)]).toEqual([name, part, count(source('zh', name), part)])
    }
    expect(source('en', name)).not.toMatch(/\p{Script=Han}/u)
  })

  it.each(chapters)('leads nowhere that is not there: %s', (name) => {
    const all = zh[name]!.sections.map((section) => section.html).join('')
    const links = [...all.matchAll(/href="(?:\/desk\/handbook\/([a-z-]+))?(?:#([a-z0-9-]+))?"/g)]
    expect(links.length).toBe(count(all, /<a /g))
    for (const [link, chapter = name, anchor] of links) {
      expect(Object.keys(zh), link).toContain(chapter)
      if (anchor) expect(anchors(zh, chapter), link).toContain(anchor)
    }
    // The content policy lets no style through; whoever reads for residents has no desk to go to.
    expect(all).not.toMatch(/ style=/)
    if (name === 'resident') expect(all).not.toContain('/desk/')
  })

  it('speaks of every page of the desk', () => {
    for (const route of routes) {
      const [chapter = '', anchor = ''] = route.meta?.help?.split('#') ?? []
      expect(anchors(zh, chapter), `${String(route.name)}: meta.help names a chapter and a section`).toContain(anchor)
    }
  })

  it('has a chapter for every role, and shows it first', () => {
    for (const role of ROLES) expect(groupsFor([role])[0]).toMatchObject({ title: 'yours' })
    expect(groupsFor([])[0]).toMatchObject({ title: 'everyone' })
    expect(groupsFor(['audit_admin'])[0]!.chapters).toEqual(['audit'])
    for (const roles of [[], ['audit_admin'], ROLES]) expect(groupsFor(roles).flatMap((group) => group.chapters).sort()).toEqual([...chapters].sort())
  })
})

describe('words in bold are the words of the page:', () => {
  const texts = import.meta.glob<{ default: Messages }>(['../src/*/texts/*.ts', '../src/*/texts/*/index.ts'], { eager: true })
  it.each(Object.entries(books).flatMap(([language]) => readdirSync(join(FOLDER, language)).map((file) => [language, file.replace('.md', '')] as const)))('%s/%s', (language, name) => {
    const known = new Set(Object.entries(texts).flatMap(([path, { default: messages }]) => (path.includes(`/${language}`) ? valuesOf(messages) : [])))
    // A question that opens a box says why, and is no label.
    const labels = [...source(language, name).matchAll(/(?<!^> )\*\*(.+?)\*\*/gm)].map((found) => found[1]!)
    expect(labels.filter((label) => !known.has(label))).toEqual([])
  })
})

describe('a search of the handbook', () => {
  const titles = (words: string, book = zh) => find(book, chapters, words).map((one) => `${one.chapter}#${one.section}`)

  it('finds sections by all their words, titles first', () => {
    expect(titles('派单台')[0]).toBe('dispatch#desk')
    expect(titles('初始密码 凭条')).toContain('security#passwords')
    expect(titles('first password slips', en)).toContain('security#passwords')
  })

  it('finds Chinese that does not stand there as one, and nothing for what is not there', () => {
    expect(titles('打印凭条初始密码')).toContain('security#passwords')
    expect(titles('航天飞机')).toEqual([])
    expect(titles('  ')).toEqual([])
  })

  it('shows what stands around the first word', () => {
    const [first] = find(zh, ['audit'], '六个月')
    expect(first?.excerpt).toContain('至少保存六个月')
  })
})

describe('a chapter', () => {
  const chapter = (words: string) => readChapter(`# T\n\nLead.\n\n<a id="a"></a>\n\n## A\n\n${words}\n`, 'one')

  it('is a title, what it is about, and sections', () => {
    expect(chapter('Words & *more*.')).toEqual({ title: 'T', lead: 'Lead.', sections: [{ id: 'a', title: 'A', html: '<p>Words &amp; <em>more</em>.</p>\n' }] })
    expect(chapter('[there](other.md#b)').sections[0]!.html).toContain('<a href="/desk/handbook/other#b">there</a>')
    expect(chapter('[here](#a)').sections[0]!.html).toContain('<a href="#a">here</a>')
    expect(chapter('| A |\n|---|\n| b |').sections[0]!.html).toContain('<th scope="col">A</th>')
  })

  it('holds no markup, no pictures from elsewhere, and no way out', () => {
    for (const words of ['<b>x</b>', '<script>x</script>', '![x](x.png)', '[x](https://example.org)', '[x](javascript:x)', '[x](../x.md)']) {
      expect(() => chapter(words), words).toThrow('has no place in a handbook')
    }
    expect(() => readChapter('# T\n\nLead.\n\n## A\n\nWords.\n', 'one')).toThrow('has no anchor')
    expect(() => readChapter('# T\n\n## A\n', 'one')).toThrow('begins with')
    expect(() => readChapter('# T\n\nLead.\n\nMore.\n', 'one')).toThrow('is a section')
  })
})

function valuesOf(messages: Messages): string[] {
  return Object.values(messages).flatMap((value) => (typeof value === 'string' ? [value] : valuesOf(value)))
}
