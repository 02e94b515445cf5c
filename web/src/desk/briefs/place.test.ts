import { describe, expect, it } from 'vitest'
import type { PageSection, RegionRef } from '@/api/types'
import { itemsOf, missing, ownPlaces, recorded } from './place'

const place = (code: string, level: RegionRef['level'], kind: RegionRef['kind']): RegionRef => ({ code, level, kind, names: { zh: code } })
const kind = (code: string, count: number) => ({ code, names: { zh: code }, count, stale: 0, opens: { region: '1', kind: code } })

describe('the page of a place', () => {
  it('is that of a village or of what lies in one, each place once', () => {
    const posts = [place('140403003', 'township', 'subdistrict'), place('140403003001', 'village', 'community'), place('140403003001', 'village', 'community'), place('140403003001001', 'grid', 'grid')]
    expect(ownPlaces(posts.map((region) => ({ region }))).map((one) => one.code)).toEqual(['140403003001', '140403003001001'])
  })

  it('tells what is recorded apart from what is not yet', () => {
    const section: PageSection = { code: 'safety', names: { zh: '安全' }, groups: [], kinds: [kind('facilities.hydrant', 2), kind('risks.water', 0)] }
    expect(recorded(section).map((one) => one.code)).toEqual(['facilities.hydrant'])
    expect(missing(section).map((one) => one.code)).toEqual(['risks.water'])
  })

  it('opens the list it counts, narrowed to what has grown old where that is counted', () => {
    expect(itemsOf({ region: '1', kind: 'a.b' })).toEqual({ name: 'register', query: { region: '1', kind: 'a.b' } })
    expect(itemsOf({ region: '1', kind: 'a.b' }, true).query).toEqual({ region: '1', kind: 'a.b', stale: 'true' })
  })
})
