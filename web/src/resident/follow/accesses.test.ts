/** Who looked, and what was objected: nothing is missing without a word, and nothing is objected twice. */
import { mount, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { settled } from '@/shared/settled'
import { i18n } from '@/shared/i18n'
import shared from '@/shared/texts/zh'
import { toasts } from '@/shared/toast'
import resident from '../texts/zh'
import parts from '../texts/zh.parts'
import ContactAccesses from './ContactAccesses.vue'

const at = '2026-11-20T02:00:00Z'
const row = { at, purpose: 'verify', unit: { id: 'u', names: { zh: '城管局' } } }
const objection = { objected_at: at, due_at: at, words: '没有必要看' }
const opening = (more: object = {}) => ({ ...row, id: 'a', field: 'phone', may_object: true, ...more })
const refusal = (status: number, code: string, detail: string) => Response.json({ code, detail }, { status })

let read: () => Response | Promise<Response>
let write: () => Response | Promise<Response>
let keys: string[]
let page: VueWrapper

async function shown(): Promise<void> {
  page = mount(ContactAccesses, { attachTo: document.body, props: { receipt: '1234567890123456', part: 1, rows: [row] as never }, global: { plugins: [i18n] } })
  await settled()
}
async function press(words: string): Promise<void> {
  await page.findAll('button').find((button) => button.text() === words)!.trigger('click')
  await settled()
}
async function object(words = '没有必要看'): Promise<void> {
  await page.get('textarea').setValue(words)
  await page.get('form').trigger('submit')
  await settled()
}

beforeEach(() => {
  i18n.global.setLocaleMessage('zh', { ...shared, ...resident, openings: parts.openings } as never)
  toasts.value = []
  keys = []
  read = () => Response.json([opening()])
  vi.stubGlobal('fetch', async (_: string, init: RequestInit) => {
    if (init.method !== 'POST') return read()
    keys.push((init.headers as Record<string, string>)['Idempotency-Key']!)
    return write()
  })
})
afterEach(() => {
  page.unmount()
  vi.unstubAllGlobals()
})

describe('who looked at contact details', () => {
  it('is listed although the rest could not be read, which is said and tried again', async () => {
    read = () => refusal(503, 'unavailable', '忙')
    await shown()
    expect(page.get('[role="status"]').text()).toContain('忙')
    expect(page.get('li').text()).toContain('城管局')
    read = () => Response.json([opening()])
    await press('再试一次')
    expect(page.find('[role="status"]').exists()).toBe(false)
    expect(page.get('li').text()).toContain('提出异议')
  })

  it('gives the hand back to what opened the form', async () => {
    await shown()
    await press('提出异议')
    await press('先不提')
    expect(document.activeElement?.textContent).toBe('提出异议')
  })
})

describe('an objection', () => {
  it('is the same write until an answer came, and another after a refusal', async () => {
    await shown()
    await press('提出异议')
    for (const answer of [() => refusal(500, 'internal', '出错'), () => Promise.reject(new TypeError()), () => refusal(429, 'rate_limited', '太快'), () => Response.json([opening({ may_object: false, objection })])]) {
      write = answer
      await object()
    }
    expect(new Set(keys.slice(0, 3)).size).toBe(1)
    expect(keys[3]).not.toBe(keys[0])
    expect(page.find('form').exists()).toBe(false)
    expect(document.activeElement?.textContent).toContain('没有必要看')
  })

  it('that was made before is shown instead of a form that is always refused', async () => {
    await shown()
    await press('提出异议')
    write = () => refusal(409, 'objected_already', '已经提出过异议')
    read = () => refusal(503, 'unavailable', '忙')
    await object('再说一次看看')
    expect(page.get('form').text()).toContain('已经提出过异议')
    read = () => Response.json([opening({ may_object: false, objection })])
    await object('又再说一次')
    expect(page.find('form').exists()).toBe(false)
    expect(document.activeElement?.textContent).toContain('没有必要看')
    expect(toasts.value.map((one) => one.words)).toEqual(['已经提出过异议'])
  })
})
