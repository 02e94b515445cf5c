import { describe, expect, it } from 'vitest'
import { FIELDS, fresh, missing, stepOf } from './steps'

describe('the steps of a dispute', () => {
  it('say consent only when both sides gave it', () => {
    const values = fresh('2026-11-16')
    expect(stepOf('accept', values, 0)).toEqual({ kind: 'accept', consents: [] })
    expect(stepOf('accept', { ...values, both: true }, 0)).toEqual({ kind: 'accept', consents: ['one', 'other'] })
  })

  it('leave out items of which nothing was written, and ask for a day where there are words', () => {
    const values = { ...fresh('2026-11-16'), terms: '修好', items: [{ words: '修门', due_on: '' }, { words: ' ', due_on: '' }] }
    expect(stepOf('agree', values, 0)).toMatchObject({ items: [{ words: '修门', due_on: '' }] })
    expect(missing('agree', values)).toEqual(['items.0.due_on'])
  })

  it.each(Object.keys(FIELDS))('%s is sent under its own name', (kind) => {
    expect(stepOf(kind, fresh('2026-11-16'), 1)).toMatchObject({ kind })
  })

  it('ask first for what the server could not read', () => {
    const values = { ...fresh(''), on: '' }
    expect(missing('propose', values)).toEqual(['mediator'])
    expect(missing('assent', values)).toEqual(['side'])
    expect(missing('extend', values)).toEqual(['until'])
    expect(missing('visit', values)).toEqual(['on'])
    expect(missing('finish', values)).toEqual([])
  })
})
