import { randomInt } from 'node:crypto'
import { DISPATCHER, HANDLER, caseId, expectTold, openCase, signIn } from '../support/desk.js'
import { unique } from '../support/resident.js'
import { PHONE, type Page, expect, expectAccessible, expectNoSidewaysScroll, test } from '../support/test.js'

const key = () => ({ 'Idempotency-Key': crypto.randomUUID() })
const digits = (count: number) => Array.from({ length: count }, () => randomInt(10)).join('')

/** A lamp reported by somebody who left a number, as far as the result: what the desk then asks about. */
async function filed(resident: Page, staff: Page, handler: Page): Promise<{ number: string; words: string }> {
  const words = unique('演武小学东墙外路灯不亮')
  const data = {
    receipt: `12${digits(14)}`, text: words, matter: 'city.lighting.street-lamp', identity: 'named',
    contact: { name: '王小明', phone: `13900${digits(6)}` }, place: { source: 'chosen', region: '140403003001' },
  }
  const sent = await resident.request.post('/api/reports', { data, headers: key() })
  expect(sent.ok(), await sent.text()).toBe(true)
  const { number } = (await sent.json()) as { number: string }
  await signIn(staff, DISPATCHER)
  await signIn(handler, HANDLER)
  const id = await caseId(staff, number)
  const { lead } = (await (await staff.request.get(`/api/cases/${id}/proposal`)).json()) as { lead: { unit: { id: string } } }
  await step(staff, id, 'dispatch', { lead: lead.unit.id, assists: [] })
  await step(handler, id, 'sign', {})
  await result(handler, id, '已更换整流器，当晚已亮。')
  return { number, words }
}

async function step(page: Page, id: string, name: string, body: object): Promise<void> {
  const { version } = (await (await page.request.get(`/api/cases/${id}`)).json()) as { version: number }
  const answer = await page.request.post(`/api/cases/${id}/${name}`, { data: { ...body, version }, headers: key() })
  expect(answer.ok(), await answer.text()).toBe(true)
}

const result = (handler: Page, id: string, text: string) => step(handler, id, 'result', { text, outcome: 'solved' })

/** The queue follows what happens within a quarter of a minute. */
async function inQueue(page: Page, number: string): Promise<void> {
  await page.goto('/desk/call-backs')
  await expect(page.getByRole('button').filter({ hasText: number })).toBeVisible({ timeout: 40_000 })
}

test('the call-back desk asks, and the number is open for a minute @phone', async ({ page, someone, isMobile }) => {
  const told = await filed(await someone(), page, await someone())
  await inQueue(page, told.number)
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)
  await page.getByRole('button').filter({ hasText: told.number }).click()
  const panel = page.getByRole('region', { name: '回访这一件' })
  await expect(panel.getByText(told.words)).toBeVisible()
  await expect(panel.getByText('已更换整流器')).toBeVisible()
  await panel.getByRole('button', { name: '看号码' }).click()
  await expect(panel.getByRole('link', { name: /^13900/ })).toBeVisible()
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)
  // Nothing is saved before it is answered.
  await panel.getByRole('button', { name: '记下，下一件' }).click()
  await expect(panel.getByText('请填写此项').first()).toBeVisible()
  const answer = async (solved: string) => {
    if (isMobile) await panel.getByText('上门', { exact: true }).click()
    await panel.getByRole('radiogroup', { name: /解决了吗/ }).getByText(solved, { exact: true }).click()
    await panel.getByRole('radiogroup', { name: /联系过/ }).getByText('没有说', { exact: true }).click()
    await panel.getByRole('radiogroup', { name: /满意吗/ }).getByText('未表态', { exact: true }).click()
    await panel.getByRole('button', { name: '记下，下一件' }).click()
  }
  // The wrong button: taken back, and asked once more.
  await answer('没有解决')
  await expectTold(page, '退回')
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)
  await page.getByRole('button', { name: '撤销这次记录' }).click()
  await expectTold(page, '已撤销')
  await expect(panel.getByText(told.words)).toBeVisible()
  await answer('解决了')
  await expectTold(page, '已回访')
  await openCase(page, told.number)
  await expect(page.getByText('群众已确认').first()).toBeVisible()
})

test('in English, by the keyboard: no answer today, and not twice a day', async ({ page, someone }) => {
  const told = await filed(await someone(), page, await someone())
  await inQueue(page, told.number)
  await page.evaluate(() => localStorage.setItem('jishi.lang', 'en'))
  await page.reload()
  await page.getByRole('button').filter({ hasText: told.number }).click()
  await expect(page.getByText('“Is what you reported solved?”')).toBeVisible()
  await expectAccessible(page)
  await page.keyboard.press('1')
  await expect(page.getByRole('radiogroup', { name: /solved/ }).getByRole('radio').first()).toBeChecked()
  await page.keyboard.press('n')
  await expectTold(page, 'Noted')
  await expect(page.getByRole('button').filter({ hasText: told.number })).toBeHidden()
  await page.getByRole('link', { name: 'To try again' }).click()
  await page.getByRole('button').filter({ hasText: told.number }).click()
  await expect(page.getByText('Attempts are spread over different days').first()).toBeVisible()
  await expect(page.getByRole('list', { name: 'Attempts' }).getByText('No answer')).toBeVisible()
  // Whoever rings back by themselves is heard all the same.
  await expect(page.getByRole('link', { name: 'Write down their verdict at the case' })).toHaveAttribute('href', new RegExp(await caseId(page, told.number)))
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Asked to be left alone' }).click()
  await expectTold(page, 'Left alone, as they asked')
})

test('a verdict by link sends it back, and the second time is marked', async ({ page, someone }) => {
  const [resident, handler] = [await someone(PHONE), await someone()]
  const told = await filed(resident, page, handler)
  const id = await caseId(page, told.number)
  for (const round of [1, 2]) {
    await inQueue(page, told.number)
    await page.getByRole('button').filter({ hasText: told.number }).click()
    await page.getByRole('button', { name: '发评价链接' }).click()
    const link = await page.getByRole('link', { name: /\/verdict#/ }).getAttribute('href')
    await resident.goto('about:blank')
    await resident.goto(link!)
    await expect(resident.getByText('解决没有，由您说了算')).toBeVisible()
    await expectAccessible(resident)
    await expectNoSidewaysScroll(resident)
    // The case it was sent for stays under the clerk's hands.
    await expect(page.getByText(/链接已发出，.*前有效/)).toBeVisible()
    await resident.getByText('没解决', { exact: true }).click()
    await resident.getByRole('button', { name: '提交评价' }).click()
    await expect(resident.getByText('请选一项。')).toHaveCount(2)
    await resident.getByText('联系过', { exact: true }).click()
    await resident.getByText('不满意', { exact: true }).click()
    await resident.getByRole('button', { name: '提交评价' }).click()
    await expect(resident.getByText('已退回重办')).toBeVisible()
    await resident.reload()
    await expect(resident.getByText('已经用过')).toBeVisible()
    await openCase(page, told.number)
    await expect(page.getByText(`重办 ${round} 次`).first()).toBeVisible()
    if (round === 1) await result(handler, id, '又换了一次。')
  }
})

test('whoever handles it is told not to talk about ratings, and cannot', async ({ page, someone }) => {
  const told = await filed(await someone(), page, await someone())
  await step(page, await caseId(page, told.number), 'call-back', await wordOf(page, told.number))
  const handler = await someone()
  await signIn(handler, HANDLER)
  await openCase(handler, told.number)
  await expect(handler.getByText('不得与群众谈评价')).toBeVisible()
  await handler.getByRole('region', { name: '可以办理' }).getByRole('button', { name: '询问群众' }).click()
  const form = handler.getByRole('dialog')
  await form.getByLabel('问题').fill('修好了，麻烦给个好评')
  await form.getByRole('button', { name: '发出问题' }).click()
  await expect(form.getByText('请去掉“好评”再发')).toBeVisible()
})

async function wordOf(page: Page, number: string) {
  const found = (await (await page.request.get(`/api/cases/${await caseId(page, number)}`)).json()) as { reports: { id: string }[] }
  return { report: found.reports[0]!.id, verdict: { contacted: true, solved: 'no', satisfied: 'dissatisfied' } }
}
