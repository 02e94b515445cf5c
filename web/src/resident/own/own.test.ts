/** The page of one's own data: what fails is said where it was tried, and the hand is never left in the air. */
import { mount, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { OwnData } from '@/api/types'
import { settled } from '@/shared/settled'
import { i18n } from '@/shared/i18n'
import shared from '@/shared/texts/zh'
import resident from '../texts/zh'
import own from '../texts/zh.own'
import OwnPage from './OwnPage.vue'

const data = (more: object = {}): OwnData =>
  ({ details: [{ field: 'name', mask: '王**' }, { field: 'phone', mask: '137****0000' }], state: 'open', days: 180, may_erase: ['phone'], copy: 'code', openings: 0, ...more }) as OwnData
const refusal = (status: number, code: string, detail: string, fields: object[] = []) => Response.json({ code, detail, fields }, { status })

let answers: Record<string, () => Response | Promise<Response>>
let keys: string[]
let page: VueWrapper

async function opened(found = data()): Promise<void> {
  answers['/api/receipt/own-data'] = () => Response.json(found)
  history.replaceState({ receipt: '1234567890123456' }, '')
  page = mount(OwnPage, { attachTo: document.body, global: { plugins: [i18n], stubs: { RouterLink: true } } })
  await settled()
}
const card = (id: string) => page.get(`section[aria-labelledby="${id}"]`)
const press = async (words: string) => {
  await page.findAll('button').find((button) => button.text() === words)!.trigger('click')
  await settled()
}

beforeEach(() => {
  i18n.global.setLocaleMessage('zh', { ...shared, ...resident, ...own } as never)
  answers = {}
  keys = []
  vi.stubGlobal('fetch', async (address: string, init: RequestInit) => {
    if (init.method === 'POST') keys.push((init.headers as Record<string, string>)['Idempotency-Key']!)
    return answers[address]!()
  })
})
afterEach(() => {
  page.unmount()
  history.replaceState({}, '')
  vi.unstubAllGlobals()
})

describe('what is kept of me', () => {
  it('is being read before it is there, and is not an empty page', async () => {
    let answer = (_: Response) => {}
    answers['/api/receipt/own-data'] = () => new Promise<Response>((found) => (answer = found))
    history.replaceState({ receipt: '1234567890123456' }, '')
    page = mount(OwnPage, { attachTo: document.body, global: { plugins: [i18n], stubs: { RouterLink: true } } })
    await settled()
    expect(page.get('[role="status"]').text()).toBe('正在载入…')
    expect(page.get('form').isVisible()).toBe(false)
    answer(refusal(404, 'not_found', '没有这条记录'))
    await settled()
    expect(page.get('form').isVisible()).toBe(true)
    expect(page.get('form [role="alert"]').text()).toContain('没有找到这张回执')
  })

  it('says why no copy is whole: no telephone was left, or nothing here sends a code', async () => {
    await opened(data({ copy: 'masked', details: [{ field: 'name', mask: '王**' }] }))
    expect(card('copy').text()).toContain('您没有留下可以收验证码的电话')
    page.unmount()
    await opened(data({ copy: 'masked' }))
    expect(card('copy').text()).toContain('这里还不能发短信')
  })

  it('keeps what failed in its own card', async () => {
    await opened()
    answers['/api/receipt/own-data/code'] = () => refusal(429, 'rate_limited', '太频繁')
    answers['/api/receipt/own-data/erase'] = () => refusal(409, 'record_changed', '删不了')
    await press('发验证码给我')
    expect(card('copy').get('[role="alert"]').text()).toBe('太频繁')
    await press('删除电话')
    await press('确定删除')
    expect(card('erase').get('[role="alert"]').text()).toBe('删不了')
    expect(page.findAll('[role="alert"]')).toHaveLength(2)
    expect(page.find('form').exists()).toBe(false)
  })

  it('stays asked once more when it was not erased, with the same key where no answer came', async () => {
    await opened()
    await press('删除电话')
    for (const [answer, words] of [[() => refusal(503, 'unavailable', '忙'), '忙'], [() => Promise.reject(new TypeError()), '现在连不上网'], [() => refusal(409, 'record_changed', '变了'), '变了'], [() => refusal(503, 'unavailable', '忙'), '忙']] as const) {
      answers['/api/receipt/own-data/erase'] = answer
      await press('确定删除')
      expect(card('erase').get('[role="group"] [role="alert"]').text()).toContain(words)
      expect(document.activeElement?.textContent).toBe('确定删除')
    }
    expect(new Set(keys.slice(0, 3)).size).toBe(1)
    expect(keys[3]).not.toBe(keys[0])
  })

  it('shows what may go now where it was opened again meanwhile', async () => {
    await opened(data({ state: 'ended', may_erase: ['name', 'phone'] }))
    await press('删除全部联系方式')
    answers['/api/receipt/own-data'] = () => Response.json(data())
    answers['/api/receipt/own-data/erase'] = () => refusal(409, 'details_kept', '现在只能删除电话')
    await press('确定删除')
    expect(card('erase').text()).toContain('现在只能删除电话')
    expect(card('erase').text()).toContain('现在可以先删除电话')
  })

  it('gives the hand back to what opened the question, and to the details once they are gone', async () => {
    await opened()
    await press('删除电话')
    expect(document.activeElement?.textContent).toBe('确定删除')
    await press('先不删')
    expect(document.activeElement?.textContent).toBe('删除电话')
    await press('删除电话')
    await card('erase').get('[role="group"]').trigger('keydown', { key: 'Escape' })
    expect(document.activeElement?.textContent).toBe('删除电话')
    await press('删除电话')
    answers['/api/receipt/own-data/erase'] = () => Response.json(data({ details: [], may_erase: [], copy: 'masked' }))
    await press('确定删除')
    expect(document.activeElement?.id).toBe('details')
  })

  it('says a wrong code at the code, and forgets it with the telephone', async () => {
    await opened()
    answers['/api/receipt/own-data/code'] = () => Response.json({ again_in: 60, minutes: 10 }, { status: 202 })
    answers['/api/receipt/own-data/copy'] = () => refusal(422, 'wrong_code', '验证码不对', [{ field: 'code', code: 'wrong_code', message: '验证码不对' }])
    await press('发验证码给我')
    expect(document.activeElement?.id).toBe('own-code')
    await page.get('#own-code').setValue('000000')
    await press('下载（文字，给人看）')
    expect(page.get('#own-code-error').text()).toBe('验证码不对')
    expect(page.findAll('[role="alert"]')).toHaveLength(1)
    answers['/api/receipt/own-data/erase'] = () => Response.json(data({ details: [{ field: 'name', mask: '王**' }], may_erase: [], copy: 'masked' }))
    await press('删除电话')
    await press('确定删除')
    expect(page.findAll('[role="alert"]')).toHaveLength(0)
    const bodies: string[] = []
    vi.stubGlobal('fetch', async (_: string, init: RequestInit) => {
      bodies.push(await (init.body as Blob).text())
      return refusal(503, 'unavailable', '忙')
    })
    await press('下载（文字，给人看）')
    await vi.waitFor(() => expect(bodies).toEqual(['{"form":"text"}']))
    await settled()
    expect(card('copy').get('[role="alert"]').text()).toBe('忙')
  })
})
