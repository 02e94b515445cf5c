import { mount, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter, type Router } from 'vue-router'
import { useReport, type Report } from '@/resident/report/useReport'
import { settled } from '@/shared/settled'
import { keptReceipts } from '@/shared/receipts'

interface Sent { key: string; body: { receipt: string; text: string } }
type Answer = { status: number; body: unknown } | 'lost'

const NONE = { render: () => null }
const made = { status: 201, body: { number: '140403-261122-9X2A', status: 'received' } }
let sent: Sent[] = []
let answers: Answer[] = []
let report: Report
let router: Router
let page: VueWrapper

beforeEach(async () => {
  localStorage.clear()
  keptReceipts.value = []
  sent = []
  answers = []
  vi.stubGlobal('fetch', async (address: string, init: RequestInit) => {
    if (address === '/api/receipt') return Response.json({ number: 'FOUND' })
    if (address !== '/api/reports') return Response.json({ region: { code: '1404' } })
    sent.push({ key: (init.headers as Record<string, string>)['Idempotency-Key']!, body: JSON.parse(String(init.body)) })
    const answer = answers.shift() ?? made
    if (answer === 'lost') throw new TypeError('network')
    return new Response(JSON.stringify(answer.body), { status: answer.status })
  })
  await open()
})
afterEach(() => {
  page.unmount()
  vi.unstubAllGlobals()
})

async function open(): Promise<void> {
  router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/report', component: NONE }, { path: '/report/done', name: 'done', component: NONE }] })
  await router.push('/report')
  page = mount({ setup: () => ((report = useReport()), () => null) }, { global: { plugins: [router] } })
  report.draft.text = '路灯不亮'
  report.draft.place = { source: 'chosen', words: '演武社区', region: '140403003001', lon: null, lat: null, is_guess: false }
}

describe('sending a report', () => {
  it('sends once when the button is tapped twice', async () => {
    void report.deliver()
    void report.deliver()
    await settled()
    expect(sent).toHaveLength(1)
    expect(router.currentRoute.value.name).toBe('done')
  })

  it('repeats with the same key and receipt when the answer was lost', async () => {
    answers = ['lost']
    await report.deliver()
    expect(report.problem?.code).toBe('offline')
    await report.deliver()
    await settled()
    expect(sent[1]).toEqual(sent[0])
    expect(router.currentRoute.value.name).toBe('done')
  })

  it('keeps what was typed when the page is closed after a lost answer', async () => {
    answers = ['lost']
    await report.deliver()
    await new Promise((done) => setTimeout(done, 350))
    page.unmount()
    await open()
    await report.deliver()
    expect(sent[1]).toEqual(sent[0])
  })

  it('takes a new key after a refusal, because what is mended is another write', async () => {
    answers = [{ status: 422, body: { code: 'invalid', detail: '…', fields: [{ field: 'contact.phone', code: 'phone', message: '请核对' }] } }]
    await report.deliver()
    expect(report.problem?.forField('contact.phone')).toBe('请核对')
    await report.deliver()
    expect(sent[1]!.key).not.toBe(sent[0]!.key)
    expect(sent[1]!.body.receipt).toBe(sent[0]!.body.receipt)
  })

  it('shows the receipt when an earlier version turns out to have arrived', async () => {
    answers = ['lost', { status: 409, body: { code: 'idempotency_mismatch', detail: '…' } }]
    await report.deliver()
    report.draft.text = '路灯不亮了三天'
    await report.deliver()
    await settled()
    expect(router.currentRoute.value.name).toBe('done')
    expect(keptReceipts.value[0]?.number).toBe('FOUND')
  })

  it('remembers the receipt only if the resident wants it', async () => {
    report.draft.remember = false
    await report.deliver()
    expect(keptReceipts.value).toEqual([])
    expect(localStorage.getItem('jishi.draft')).toBeNull()
  })

  it('does not go on without a word and without a place', () => {
    report.draft.place = null
    report.go(3)
    expect([report.draft.step, report.missing]).toEqual([2, 'place'])
    report.draft.text = ' '
    report.go(2)
    expect([report.draft.step, report.missing]).toEqual([1, 'text'])
  })
})
