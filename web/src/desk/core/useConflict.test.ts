import { describe, expect, it, vi } from 'vitest'
import { ref } from 'vue'
import { Problem } from '@/shared/problem'
import { useChanges, useConflict } from './useConflict'

const changed = () => {
  throw new Problem(409, 'record_changed', 'somebody was faster')
}

describe('a form somebody else overtook', () => {
  it('keeps the word that says so, reads again, and is not a mistake of the form', async () => {
    const reread = vi.fn(async () => {})
    const { submit, conflict, formError } = useConflict(reread)
    await submit({ name: 'a' }, changed)
    expect([conflict.value, formError.value, reread.mock.calls.length]).toEqual(['somebody was faster', '', 1])
    await submit({ name: 'a' }, async () => 'saved')
    expect(conflict.value).toBe('')
  })

  it('leaves every other refusal to the form', async () => {
    const reread = vi.fn(async () => {})
    const { submit, conflict, formError } = useConflict(reread)
    await submit({}, async () => {
      throw new Problem(409, 'unit_in_use', 'still in use')
    })
    expect([conflict.value, formError.value, reread.mock.calls.length]).toEqual(['', 'still in use', 0])
  })

  it('tells field by field what has become of the record', () => {
    const unit = ref({ name: 'A', phone: '1' })
    const changes = useChanges(() => ({ Name: unit.value.name, Phone: unit.value.phone }))
    expect(changes.value).toEqual([])
    unit.value = { name: 'B', phone: '1' }
    expect(changes.value).toEqual([{ label: 'Name', before: 'A', now: 'B' }])
  })
})
