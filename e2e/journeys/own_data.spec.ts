import { readFileSync } from 'node:fs'
import type { Page } from '@playwright/test'
import { signIn } from '../support/desk.js'
import { PHONE, expect, expectAccessible, expectNoSidewaysScroll, test } from '../support/test.js'

/** Somebody who left a name and a telephone; returns receipt and number. */
async function named(page: Page): Promise<{ receipt: string; phone: string }> {
  const receipt = Array.from({ length: 16 }, () => Math.floor(Math.random() * 10)).join('')
  const phone = `137${String(Math.floor(Math.random() * 100_000_000)).padStart(8, '0')}`
  const sent = await page.request.post('/api/reports', {
    data: { receipt, text: '楼道灯坏了，请联系王小明', matter: 'city.lighting.street-lamp', identity: 'named', contact: { name: '王小明', phone }, place: { source: 'chosen', region: '140403003' } },
    headers: { 'Idempotency-Key': crypto.randomUUID() },
  })
  expect(sent.ok()).toBe(true)
  return { receipt, phone }
}

async function openOwn(page: Page, receipt: string): Promise<void> {
  await page.goto('/my-data')
  await page.getByLabel('回执号码').fill(receipt)
  await page.getByRole('button', { name: '查看' }).click()
  await expect(page.getByRole('heading', { name: '您留下的联系方式' })).toBeVisible()
}

async function taken(page: Page, button: string): Promise<string> {
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: button }).click()])
  return readFileSync(await file.path(), 'utf8')
}

test('a resident sees what is kept, takes a copy with a code, and has it erased', async ({ someone }) => {
  const page = await someone(PHONE)
  const { receipt, phone } = await named(page)
  await openOwn(page, receipt)
  const mask = `${phone.slice(0, 3)}****${phone.slice(-4)}`
  await expect(page.getByText(mask)).toBeVisible()
  await expect(page.getByText('事情办结后保存 180 天')).toBeVisible()
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)

  // By the receipt alone the copy has masks; with the code that was sent it is whole.
  const masked = await taken(page, '下载（文字，给人看）')
  expect(masked).toContain(mask)
  expect(masked).not.toContain(phone)
  await page.getByRole('button', { name: '发验证码给我' }).click()
  const shown = await page.getByText(/演示环境不发短信，验证码是 \d{6}/).textContent()
  const code = page.getByLabel('6 位验证码')
  await code.fill('000000')
  await page.getByRole('button', { name: '下载（JSON，给程序用）' }).click()
  await expect(page.getByText('验证码不对或已过期')).toBeVisible()
  await code.fill(/(\d{6})/.exec(shown ?? '')![1]!)
  const whole = JSON.parse(await taken(page, '下载（JSON，给程序用）')) as { details: { value: string }[] }
  expect(whole.details.map((detail) => detail.value)).toContain(phone)

  // While the matter is open the telephone alone can go; it is asked once more, and can be left.
  await page.getByRole('button', { name: '删除电话' }).click()
  await page.getByRole('button', { name: '先不删' }).click()
  await expect(page.getByText(mask)).toBeVisible()
  await expect(page.getByRole('button', { name: '删除电话' })).toBeFocused()
  await page.getByRole('button', { name: '删除电话' }).click()
  await expectAccessible(page)
  await page.getByRole('button', { name: '确定删除' }).click()
  await expect(page.getByText(mask)).toHaveCount(0)
  await expect(page.getByText('现在没有可以删除的')).toBeVisible()
  await expect(page.getByRole('heading', { name: '您留下的联系方式' })).toBeFocused()

  // Taken back, the report needs nobody's name any more.
  await page.request.post('/api/receipt/withdraw', { data: {}, headers: { Authorization: `Receipt ${receipt}`, 'Idempotency-Key': crypto.randomUUID() } })
  await openOwn(page, receipt)
  await page.getByRole('button', { name: '删除全部联系方式' }).click()
  await page.getByRole('button', { name: '确定删除' }).click()
  await expect(page.getByText('联系方式已全部删除')).toBeVisible()
  await page.goto('/follow')
  await page.getByLabel('回执号码').fill(receipt)
  await page.getByRole('button', { name: '查看' }).click()
  await expect(page.getByText('您的联系方式已全部删除')).toBeVisible()
  await expect(page.getByText('删除了您留下的联系方式').first()).toBeVisible()
  await page.getByRole('link', { name: /我的信息/ }).click()
  await expect(page.getByText('没有保存您的联系方式')).toBeVisible()
})

test('everyone reads why, how long and by whom, in both languages', async ({ someone }) => {
  for (const device of [PHONE, undefined]) {
    const page = await someone(device)
    await page.goto('/privacy')
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('个人信息处理记录')
    await expect(page.getByText(/办结后 180 天/).first()).toBeVisible()
    await expectAccessible(page)
    await expectNoSidewaysScroll(page)
    await page.evaluate(() => localStorage.setItem('jishi.lang', 'en'))
    await page.reload()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Record of processing')
    await expectNoSidewaysScroll(page)
  }
})

test('the security administrator makes an assessment and reads what was erased; the auditor reads both', async ({ someone }) => {
  const page = await someone()
  // Something that was erased by its owner's wish.
  const { receipt } = await named(page)
  await page.request.post('/api/receipt/own-data/erase', { data: { what: 'phone' }, headers: { Authorization: `Receipt ${receipt}`, 'Idempotency-Key': crypto.randomUUID() } })
  await signIn(page, 'cuihuimin')
  await page.goto('/desk/processing')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('处理记录')
  await page.getByRole('button', { name: '生成一份' }).click()
  const link = page.getByRole('link', { name: /下载 \d{4}-001/ })
  await expect(link).toBeVisible()
  const [file] = await Promise.all([page.waitForEvent('download'), link.click()])
  expect(readFileSync(await file.path()).subarray(0, 5).toString()).toBe('%PDF-')
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)
  await page.goto('/desk/erasures?cause=wish')
  await expect(page.getByText('本人要求').first()).toBeVisible()
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)
  // What is refused is read beside the link as well as in the list, and is not saved as a file.
  await page.goto('/desk/erasures?cause=nothing')
  await page.getByRole('link', { name: '导出 CSV' }).click()
  await expect(page.getByRole('alert').filter({ hasText: '请在页面上重新选择' })).toHaveCount(2)

  const auditor = await someone(PHONE)
  await signIn(auditor, 'miaozhiyuan')
  await auditor.goto('/desk/processing')
  await expect(auditor.getByRole('link', { name: /下载 \d{4}-001/ })).toBeVisible()
  await expect(auditor.getByRole('button', { name: '生成一份' })).toHaveCount(0)
  await expectNoSidewaysScroll(auditor)
  await auditor.goto('/desk/erasures')
  await expect(auditor.getByText('本人要求').first()).toBeVisible()
  await expectAccessible(auditor)
  await expectNoSidewaysScroll(auditor)
})
