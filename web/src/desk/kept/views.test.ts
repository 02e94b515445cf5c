import { describe, expect, it } from 'vitest'
import type { SavedView } from '@/api/types'
import { mayKeep, openOf } from './views'

const view = (name: string, query: Record<string, string>) => ({ id: name, list: 'pleas', name, query, version: 1 }) as SavedView
const views = [view('late', { late: 'true', list: 'ours' }), view('street', { region: '140403001' })]

describe('kept views of a list', () => {
  it('are open when the list shows their filters, in whatever order', () => {
    expect(openOf(views, { list: 'ours', late: 'true' })?.name).toBe('late')
    expect(openOf(views, { late: 'true' })).toBeUndefined()
  })
  it('can be added where something is narrowed and it is not kept yet', () => {
    expect(mayKeep(views, {})).toBe(false)
    expect(mayKeep(views, { region: '140403001' })).toBe(false)
    expect(mayKeep(views, { region: '140403002' })).toBe(true)
    expect(mayKeep([], { late: 'true' })).toBe(true)
  })
})
