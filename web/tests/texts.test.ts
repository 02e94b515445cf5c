import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'vue/compiler-sfc'
import type { Messages } from '@/shared/i18n'

const modules = import.meta.glob<{ default: Messages }>(['../src/*/texts/*.ts', '../src/*/texts/*/index.ts'], { eager: true })
const areas: Record<string, Record<string, Map<string, string>>> = {}
for (const [path, { default: messages }] of Object.entries(modules)) {
  const [, area, language] = path.match(/src\/(\w+)\/texts\/(\w+)/)!
  // Texts that a lazy page brings with it stand beside the others of their language: `zh.ledger.ts`.
  const known = ((areas[area!] ??= {})[language!] ??= new Map())
  for (const [key, words] of flat(messages)) known.set(key, words)
}
/** The same in every language: languages by their own names, keys by what is printed on them. */
const SAME_EVERYWHERE = new Set(['中文', 'English', 'Esc'])

const files = listed('src').filter((path) => /\.(vue|ts)$/.test(path) && !path.includes('/texts/') && !path.includes('/api/'))

describe.each(Object.entries(areas))('the texts of %s', (area, { zh, en }) => {
  it('are each asked for somewhere', () => {
    const askers = files.filter((path) => !path.endsWith('.test.ts') && (area === 'shared' || ['shared', area].includes(path.split('/')[1]!)))
    const text = askers.map((path) => readFileSync(path, 'utf8')).join('\n')
    const words = new Set(text.match(/[\w.]+/g))
    // What is put together at run time is asked for by how it begins: `openings.${outcome}`.
    const begun = [...text.matchAll(/`([\w.]+\.\w*)\$\{/g)].map((found) => found[1]!)
    // A printed sign bears both languages, and takes its words out of both files.
    const taken = (key: string) => text.includes(`.default.${key.split('.').at(-1)}`)
    expect([...zh!.keys()].filter((key) => !words.has(key) && !taken(key) && !begun.some((start) => key.startsWith(start)))).toEqual([])
  })

  it('have the same keys in both languages', () => {
    expect([...en!.keys()].sort()).toEqual([...zh!.keys()].sort())
  })

  it('name the same parameters in both languages', () => {
    for (const [key, words] of zh!) {
      const named = (text: string) => [...new Set(text.match(/\{\w+\}/g))].sort()
      expect([key, named(en!.get(key) ?? '')]).toEqual([key, named(words)])
    }
  })

  it('are not empty, and the English ones hold no Chinese', () => {
    for (const [key, words] of [...zh!, ...en!]) expect(words, key).not.toBe('')
    for (const [key, words] of en!) if (!SAME_EVERYWHERE.has(words)) expect(words, key).not.toMatch(/[\u4e00-\u9fff]/)
  })
})

describe('components', () => {
  it.each(files)('%s asks only for texts that exist', (path) => {
    const area = path.split('/')[1]!
    const known = new Set([...areas.shared!.zh!.keys(), ...(areas[area]?.zh?.keys() ?? [])])
    // Keys put together at run time cannot be read here; those are looked up in the browser journeys.
    const asked = [...readFileSync(path, 'utf8').matchAll(/(?<![\w.])\$?t\(\s*'([\w.]+)'/g)].map((found) => found[1]!)
    expect(asked.filter((key) => area !== 'shared' ? !known.has(key) : !areas.shared!.zh!.has(key))).toEqual([])
  })

  it.each(files.filter((path) => path.endsWith('.vue')))('%s holds no words of its own', (path) => {
    const template = parse(readFileSync(path, 'utf8')).descriptor.template?.ast
    expect(template ? wordsIn(template as unknown as Node) : []).toEqual([])
  })

  it.each(files.filter((path) => path.endsWith('.vue')))('%s stays under 250 lines', (path) => {
    expect(readFileSync(path, 'utf8').split('\n').length).toBeLessThan(250)
  })
})

interface Node { type: number; content?: string | object; children?: Node[]; props?: { type: number; name: string; value?: { content: string } }[]; branches?: Node[] }

/** Text nodes and readable attributes with letters in them. */
function wordsIn(node: Node): string[] {
  const own = node.type === 2 && typeof node.content === 'string' && /\p{L}/u.test(node.content) && !SAME_EVERYWHERE.has(node.content.trim()) ? [node.content.trim()] : []
  const said = (node.props ?? [])
    .filter((prop) => prop.type === 6 && ['title', 'label', 'placeholder', 'aria-label', 'alt'].includes(prop.name))
    .flatMap((prop) => (prop.value && /\p{L}/u.test(prop.value.content) ? [prop.value.content] : []))
  return [...own, ...said, ...(node.children ?? []).flatMap(wordsIn), ...(node.branches ?? []).flatMap(wordsIn)]
}

function flat(messages: Messages, before = ''): Map<string, string> {
  return new Map(
    Object.entries(messages).flatMap(([name, value]) =>
      typeof value === 'string' ? [[before + name, value] as [string, string]] : [...flat(value, `${before}${name}.`)],
    ),
  )
}

function listed(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? listed(join(folder, entry.name)) : [join(folder, entry.name)]))
}
