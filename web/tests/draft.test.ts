import { beforeEach, describe, expect, it } from 'vitest'
import type { Matter } from '@/api/types'
import { reportBody } from '@/resident/report/body'
import { dropDraft, keepDraft, newDraft, recallDraft, type Draft } from '@/resident/report/draft'

const HOUR = 3_600_000
const draft = (patch: Partial<Draft> = {}): Draft => ({ ...newDraft(), text: '路灯不亮', ...patch })
const place = { source: 'chosen' as const, words: '演武社区', region: '140403003001', lon: null, lat: null, is_guess: false }

beforeEach(() => localStorage.clear())

describe('a draft', () => {
  it('comes back with the same receipt and key, so that sending it again is the same report', () => {
    const one = draft()
    keepDraft(one)
    expect(recallDraft()).toMatchObject({ text: '路灯不亮', receipt: one.receipt, key: one.key })
  })

  it('is not kept while it says nothing', () => {
    keepDraft(newDraft())
    expect(recallDraft()).toBeNull()
  })

  it('is forgotten after seven days, with the telephone number in it', () => {
    keepDraft(draft({ phone: '13800000000' }))
    expect(recallDraft(Date.now() + 6 * 24 * HOUR)).not.toBeNull()
    expect(recallDraft(Date.now() + 8 * 24 * HOUR)).toBeNull()
    expect(localStorage.getItem('jishi.draft')).toBeNull()
  })

  it('is gone once it was sent', () => {
    keepDraft(draft())
    dropDraft()
    expect(recallDraft()).toBeNull()
  })

  it('does not break on what another version or a stranger left there', () => {
    localStorage.setItem('jishi.draft', '{"text":')
    expect(recallDraft()).toBeNull()
    localStorage.setItem('jishi.draft', '{"text":"x"}')
    expect(recallDraft()).toBeNull()
  })
})

describe('what is sent', () => {
  it('holds no contact details of someone who chose to be anonymous after typing them', () => {
    const body = reportBody(draft({ place, name: '王', phone: '138', identity: 'anonymous' }), 'zh')
    expect(JSON.stringify(body)).not.toMatch(/王|138/)
  })

  it('holds only the contact details that were given', () => {
    expect(reportBody(draft({ place, phone: ' 138 ', identity: 'named' }), 'zh').contact).toEqual({ phone: '138' })
    expect(reportBody(draft({ place, identity: 'named' }), 'zh').contact).toBeUndefined()
  })

  it('names the registered place only where the matter asks for it', () => {
    const matter = (asks: boolean) => ({ code: 'm', asks_registered_place: asks }) as Matter
    expect(reportBody(draft({ place, registered: '1404', matter: matter(true) }), 'zh').registered_region).toBe('1404')
    expect(reportBody(draft({ place, registered: '1404', matter: matter(false) }), 'zh').registered_region).toBeUndefined()
  })

  it('carries a point of zero degrees too', () => {
    const point = { ...place, source: 'pin' as const, lon: 0, lat: 0 }
    expect(reportBody(draft({ place: point }), 'zh').place).toEqual({ source: 'pin', lon: 0, lat: 0, region: '140403003001' })
  })

  it('says that the answer is enough only when it was said', () => {
    expect(reportBody(draft({ place }), 'zh')).not.toHaveProperty('accepts_answer')
    expect(reportBody(draft({ place }), 'zh', '1404').accepts_answer).toBe(true)
  })

  it('stands with the city where the answer was enough and nobody said where', () => {
    expect(reportBody(draft({}), 'zh', '1404').place).toEqual({ source: 'chosen', region: '1404' })
    expect(reportBody(draft({ place }), 'zh', '1404').place.region).toBe('140403003001')
    expect(reportBody(draft({}), 'zh').place).toEqual({ source: 'chosen' })
  })
})
