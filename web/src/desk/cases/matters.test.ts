import { beforeAll, describe, expect, it } from 'vitest'
import type { MatterList } from '@/api/types'
import { startI18n } from '@/shared/i18n'
import { mattersWords } from './matters'

const named = (code: string, zh: string) => ({ code, names: { zh } })
const catalogue = {
  classes: [{ ...named('city', '城市管理'), groups: [named('city.lighting', '照明'), named('city.roads', '道路')] }],
  rows: [named('city.lighting.street-lamp', '路灯不亮或损坏')],
} as unknown as MatterList

describe('several matters in a filter', () => {
  beforeAll(() => startI18n({ zh: () => import('../texts/zh'), en: () => import('../texts/en') }))

  it('are named by class, group and matter, and counted beyond three', () => {
    expect(mattersWords('city', catalogue)).toBe('城市管理')
    expect(mattersWords('city.lighting,city.lighting.street-lamp', catalogue)).toMatch(/^照明.{1,3}路灯不亮或损坏$/)
    expect(mattersWords('city,city.lighting,city.roads,city.lighting.street-lamp', catalogue)).toMatch(/^城市管理.{1,3}照明.{1,3}道路.*1/)
  })

  it('are counted while their names are not there', () => {
    expect(mattersWords('city,city.roads', null)).toMatch(/2/)
    expect(mattersWords('city,gone', catalogue)).toMatch(/2/)
  })
})
