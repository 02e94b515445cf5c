import { describe, expect, it } from 'vitest'
import { nextTick, shallowRef } from 'vue'
import { useMark } from './useMark'

const list = (...ids: string[]) => {
  const rows = shallowRef(ids.map((id) => ({ id })))
  return { rows, more: async () => {}, become: async (...next: string[]) => { rows.value = next.map((id) => ({ id })); await nextTick() } }
}

describe('the mark of the keyboard', () => {
  it('stays on its row when rows come and go around it', async () => {
    const cases = list('a', 'b', 'c')
    const { marked, step } = useMark(cases)
    step(1)
    step(1)
    expect(marked.value).toBe('b')
    await cases.become('new', 'a', 'b', 'c')
    expect(marked.value).toBe('b')
    step(1)
    expect(marked.value).toBe('c')
  })

  it('goes to what took the place of a row that is gone', async () => {
    const cases = list('a', 'b', 'c')
    const { marked, step } = useMark(cases)
    step(1)
    step(1)
    await cases.become('a', 'c')
    expect(marked.value).toBe('c')
    await cases.become('a')
    expect(marked.value).toBe('a')
  })

  it('waits where somebody writes, until they are finished', async () => {
    const queue = list('a', 'b', 'c')
    const { marked, step, finish } = useMark({ ...queue, stays: true })
    step(1)
    step(1)
    await queue.become('a', 'c')
    expect(marked.value).toBe('b')
    finish()
    await queue.become('a', 'c')
    expect(marked.value).toBe('c')
    await queue.become('a')
    step(-1)
    expect(marked.value).toBe('a')
  })

  it('survives a list that is empty for a moment', async () => {
    const cases = list('a', 'b')
    const { marked, step, markedRow } = useMark(cases)
    step(1)
    await cases.become()
    expect(markedRow()).toBeUndefined()
    await cases.become('a', 'b')
    expect(marked.value).toBe('a')
  })
})
