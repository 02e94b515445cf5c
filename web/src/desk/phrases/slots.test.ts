import { describe, expect, it } from 'vitest'
import { setLang } from '@/shared/i18n'
import { factsOf, fill, hasGaps, written } from './slots'

const place = {
  village: { code: '1', level: 'village', kind: 'community', names: { zh: '演武社区', en: 'Yanwu' } },
  grid: { code: '2', level: 'grid', kind: 'grid', names: { zh: '第一网格', en: 'Grid 1' } },
  text: '3 号楼前',
  source: 'staff',
  is_guess: false,
} as never
const unit = { names: { zh: '城市管理局', en: 'Urban Management' } }
const known = { place, matter: { names: { zh: '路灯不亮', en: 'Lamp out' } }, lead_unit: { names: { zh: '街道办', en: 'Office' } }, due_at: '2026-11-30T10:00:00Z' }
const now = new Date('2026-11-27T20:00:00Z')

describe('a phrase', () => {
  it('is filled by the case, in the time of the place', () => {
    const facts = factsOf(known, unit, now)
    expect(fill('{单位}于{日期}修好{地点}的{事项}，期限{期限}。', facts)).toBe('城市管理局于11月28日修好演武社区第一网格3 号楼前的路灯不亮，期限11月30日。')
  })

  it('speaks English in the English desk', async () => {
    await setLang('en')
    expect(fill('{unit}: {place}, {date}', factsOf(known, unit, now))).toBe('Urban Management: Grid 1, Yanwu, 3 号楼前, 28 November')
    await setLang('zh')
  })

  it('keeps as a gap what nobody knows, and what is no slot', () => {
    const text = fill('{期限}前办结，{姓名}', factsOf({ place }, null, now))
    expect(text).toBe('{期限}前办结，{姓名}')
    expect([hasGaps(text), hasGaps('已修好')]).toEqual([true, false])
  })

  it('has each slot under its name in the language of the text', () => {
    expect([written('due', 'zh'), written('due', 'en')]).toEqual(['{期限}', '{due}'])
  })
})
