import { describe, expect, it } from 'vitest'
import { clausesOf, withClause, withoutClause } from './clauses'

describe('clauses', () => {
  it('are what stands between signs', () => {
    expect(clausesOf('门口路灯不亮，垃圾桶也满了。谢谢！')).toEqual(['门口路灯不亮', '垃圾桶也满了', '谢谢'])
    expect(clausesOf('The lamp at No. 12 is out; the bin overflows.')).toEqual(['The lamp at No', '12 is out', 'the bin overflows'])
  })

  it('go into a part once and out again', () => {
    const one = withClause('', '门口路灯不亮')
    expect(withClause(one, '门口路灯不亮')).toBe('门口路灯不亮')
    const two = withClause(one, '垃圾桶也满了')
    expect(two).toBe('门口路灯不亮，垃圾桶也满了')
    expect(withoutClause(two, '门口路灯不亮')).toBe('垃圾桶也满了')
    expect(withoutClause(two, '没有的话')).toBe(two)
  })

  it('leave what was written by hand', () => {
    expect(withClause('请城管看看。', '垃圾桶也满了')).toBe('请城管看看。垃圾桶也满了')
  })
})
