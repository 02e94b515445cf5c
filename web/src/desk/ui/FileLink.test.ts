/** A file is kept under the server's name; a refusal is read beside the link and is never saved. */
import { mount } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { settled } from '@/shared/settled'
import { namedIn } from '../core/files'
import FileLink from './FileLink.vue'

const saved = vi.hoisted(() => [] as [string, string][])
vi.mock('@/shared/saveFile', () => ({ saveFile: async (name: string, file: Blob) => saved.push([name, await file.text()]) }))

const link = (props: object = {}) => mount(FileLink, { props: { href: '/api/cases.csv?unit=u', ...props }, attrs: { 'aria-label': 'CSV' }, slots: { default: 'CSV' }, global: { mocks: { $t: (key: string) => key } } })
const answering = (answer: () => Response | Promise<Response>) => vi.stubGlobal('fetch', vi.fn(async () => answer()))
afterEach(() => {
  vi.unstubAllGlobals()
  saved.length = 0
})

describe('a link to a file', () => {
  it('keeps it under the name the server gives it, or the one it has here', async () => {
    answering(() => new Response('a,b', { headers: { 'Content-Type': 'text/csv', 'Content-Disposition': 'attachment; filename="cases-1.csv"' } }))
    for (const props of [{}, { name: 'own.pdf' }]) {
      await link(props).get('a').trigger('click')
      await settled()
    }
    await vi.waitFor(() => expect(saved).toEqual([['cases-1.csv', 'a,b'], ['own.pdf', 'a,b']]))
  })

  it('says a refusal beside itself until something else is asked for, and saves nothing', async () => {
    answering(() => Response.json({ code: 'forbidden', detail: '没有权限' }, { status: 403 }))
    const page = link()
    await page.get('a').trigger('click')
    await settled()
    expect(page.get('[role="alert"]').text()).toBe('没有权限')
    expect(page.get('a').attributes('aria-describedby')).toBe(page.get('[role="alert"]').attributes('id'))
    await page.setProps({ href: '/api/cases.csv' })
    expect(page.find('[role="alert"]').exists()).toBe(false)
    expect(saved).toEqual([])
  })

  it('saves no half of a list', async () => {
    answering(() => new Response(new ReadableStream({ start: (out) => out.error(new TypeError()) }), { headers: { 'Content-Type': 'text/csv' } }))
    const page = link()
    await page.get('a').trigger('click')
    await settled()
    expect(page.get('[role="alert"]').text()).toBe('ui.brokenOff')
    expect(saved).toEqual([])
  })

  it('leaves another tab to the browser, and takes one click for one file', async () => {
    answering(() => new Promise(() => {}))
    const page = link()
    await page.get('a').trigger('click', { ctrlKey: true })
    expect(fetch).not.toHaveBeenCalled()
    await page.get('a').trigger('click')
    await page.get('a').trigger('click')
    expect(fetch).toHaveBeenCalledOnce()
    expect(page.get('a').attributes('aria-busy')).toBe('true')
  })
})

describe('the name of a file', () => {
  it('is read with and without quotes', () => {
    expect([namedIn('attachment; filename="a-1.xlsx"'), namedIn('attachment; filename=a.csv; size=3'), namedIn('attachment'), namedIn(null)]).toEqual(['a-1.xlsx', 'a.csv', '', ''])
  })
})
