import { describe, expect, it } from 'vitest'
import { hunks } from './diff'

const shown = (before: string, after: string) => hunks(before, after).flat().map(({ kind, text, line }) => `${{ same: ' ', gone: '-', come: '+' }[kind]}${line} ${text}`)

describe('two versions of a text', () => {
  it('show what went and what came, with their lines', () => {
    expect(shown('a\nb\nc', 'a\nB\nc')).toEqual([' 1 a', '-2 b', '+2 B', ' 3 c'])
    expect(shown('a\nb\nc\nd', 'b\nc\nx\nd')).toEqual(['-1 a', ' 1 b', ' 2 c', '+3 x', ' 4 d'])
  })

  it('leave out what stays far from any change', () => {
    const before = Array.from({ length: 30 }, (_, n) => `line ${n + 1}`)
    const after = before.map((line, at) => (at === 4 || at === 6 || at === 25 ? `${line}!` : line))
    const found = hunks(before.join('\n'), after.join('\n'))
    expect(found).toHaveLength(2)
    expect(found[0]!.filter((line) => line.kind === 'come').map((line) => line.line)).toEqual([5, 7])
    expect(found[0]!.map((line) => line.line)).toEqual([2, 3, 4, 5, 5, 6, 7, 7, 8, 9, 10])
    expect(hunks('a', 'a')).toEqual([])
  })
})
