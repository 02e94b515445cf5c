import { beforeAll, describe, expect, it } from 'vitest'
import type { PastRedrawing, RegionRef, TakenBack } from '@/api/types'
import { setLang, startI18n } from '@/shared/i18n'
import { did, told } from './takeBack'

beforeAll(async () => {
  await startI18n({ zh: () => import('../texts/zh'), en: () => import('../texts/en') })
  await setLang('zh')
})

const place = (code: string, zh: string): RegionRef => ({ code, level: 'grid', kind: 'grid', names: { zh } })
const nothing: TakenBack = { restored: [], ended: [], changed: [], cases: [], began_there: 0, posts: [], units: [], items: 0, spots: [], stays: [], obstacles: [] }

describe('what was redrawn', () => {
  it('names only what it did', () => {
    const counts = { begun: 2, ended: 1, changed: 0, cases: 3, items: 0, posts: 0, units: 0, signs: 0 }
    const line = did({ counts } as PastRedrawing)
    expect(line).toContain('新设 2 个')
    expect(line).toContain('工单 3 件')
    expect(line).not.toContain('边界')
  })
})

describe('what taking back would do', () => {
  it('leaves out what does not happen', () => {
    expect(told(nothing)).toEqual([])
    const titles = told({ ...nothing, restored: [place('1', '一格')], items: 2 }).map((one) => one.title)
    expect(titles).toEqual(['恢复', '台账'])
  })
  it('counts the rest of a long list', () => {
    const many = Array.from({ length: 21 }, (_, at) => place(String(at), `${at}格`))
    expect(told({ ...nothing, changed: many })[0]?.lines[0]).toMatch(/19格 等 21 个$/)
  })
  it('tells of cases that began in what ends, and names what stays', () => {
    const moved = { from: place('3', '三格'), to: place('1', '一格'), by_point: 1, without_point: 1 }
    const stays = [{ kind: 'cases' as const, count: 3, names: [{ zh: 'A1' }, { zh: 'A2' }] }]
    const answer = told({ ...nothing, cases: [moved], began_there: 1, stays })
    expect(answer[0]?.lines).toEqual(['三格 → 一格：2 件', '其中 1 件是重划之后才在新地方发生的'])
    expect(answer[1]?.lines[0]).toContain('A1、A2 等')
  })
})
