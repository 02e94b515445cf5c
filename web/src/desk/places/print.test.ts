import { describe, expect, it } from 'vitest'
import type { RegionDetail } from '@/api/types'
import { community } from './print'

const at = (level: string, code: string, zh: string, en?: string) => ({ level, code, names: { zh, en } })
const place = (own: object, path: object[]) => ({ ...own, path }) as unknown as RegionDetail

describe('a sign', () => {
  const path = [at('county', '1', '潞州区', 'Luzhou'), at('township', '2', '英雄南路街道', 'Yingxiong South'), at('village', '3', '演武社区', 'Yanwu')]

  it('says whose it is, below its township, in both languages', () => {
    expect(community(place(at('village', '3', '演武社区', 'Yanwu'), path))).toEqual(['英雄南路街道 演武社区', 'Yanwu, Yingxiong South'])
    expect(community(place(at('grid', '4', '第一网格'), path))).toEqual(['英雄南路街道 演武社区', 'Yanwu, Yingxiong South'])
  })

  it('leaves out what has no name, and what lies in no community', () => {
    expect(community(place(at('village', '3', '演武社区'), [at('township', '2', '英雄南路街道')]))).toEqual(['英雄南路街道 演武社区'])
    expect(community(place(at('county', '1', '潞州区', 'Luzhou'), []))).toEqual([])
  })
})
