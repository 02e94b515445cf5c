import { describe, expect, it } from 'vitest'
import type { EnforcementCase } from '@/api/types'
import { recordOf, stepLabel } from './record'

const at = (hour: number) => `2026-11-16T0${hour}:00:00Z`
const case_ = (record: object, steps: object[] = []) => ({ record, steps }) as unknown as EnforcementCase

describe('what the steps laid down', () => {
  it('stands in order of time, with everything the party said', () => {
    const statements = [{ at: at(2), kind: 'stated' }, { at: at(3), kind: 'hearing_asked' }, { at: at(4), kind: 'hearing_held' }]
    const record = { notice: { at: at(1) }, statement: statements[2], statements, review: { at: at(5) } }
    expect(recordOf(case_(record)).map((part) => part.kind)).toEqual(['notice', 'statement', 'statement', 'statement', 'review'])
  })

  it('tells why it is public no more, after the annulment that led to it', () => {
    const record = { publication: { at: at(1), withdrawn_at: at(5) }, annulment: { at: at(4) }, execution: { at: at(2) }, refund: { at: at(6) } }
    const parts = recordOf(case_(record, [{ kind: 'withdraw', words: '该决定已被撤销。' }]))
    expect(parts.map((part) => part.kind)).toEqual(['publication', 'execution', 'annulment', 'withdrawal', 'refund'])
    expect(parts[3]).toMatchObject({ why: '该决定已被撤销。' })
  })

  it('shows the last word of a case from before all were kept', () => {
    expect(recordOf(case_({ statement: { at: at(2), kind: 'waived' } })).map((part) => part.kind)).toEqual(['statement'])
  })
})

describe('a step of the history', () => {
  const step = (more: object) => more as EnforcementCase['steps'][number]
  it('has its own name', () => {
    expect(stepLabel(step({ kind: 'statement', statement: 'hearing_asked' }))).toEqual(['enforcement.statementKind.hearing_asked'])
    expect(stepLabel(step({ kind: 'review', passes: false }))).toEqual(['enforcement.step.review', 'enforcement.fails'])
    expect(stepLabel(step({ kind: 'notify' }))).toEqual(['enforcement.step.notify'])
  })
})
