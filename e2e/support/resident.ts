import { randomInt } from 'node:crypto'
import { type Page, expect } from './test.js'

export interface Told {
  receipt: string
  number: string
  words: string
}

export interface Saying {
  words: string
  place?: string
  detail?: string
  /** The name of the matter to choose; left out, whatever is proposed stands. */
  matter?: string
  identity?: '匿名' | '保密' | '实名'
  name?: string
  phone?: string
  withPhoto?: boolean
  /** What the journey wants to do on the second page, before going on. */
  atPlace?: (page: Page) => Promise<void>
  atWho?: (page: Page) => Promise<void>
}

/** Words that no other run has said, so that each journey finds its own case again. */
export const unique = (words: string): string => `${words}（${randomInt(100_000, 999_999)}）`

/** From the first page to the receipt, as a person does it. */
export async function report(page: Page, saying: Saying): Promise<Told> {
  await page.goto('/')
  await page.getByRole('link', { name: '我要反映' }).click()
  await page.getByLabel('请用自己的话说').fill(saying.words)
  if (saying.matter) await page.getByRole('radio', { name: saying.matter }).check()
  if (saying.withPhoto) await addPhoto(page)
  await page.getByRole('button', { name: '下一步：在哪里' }).click()
  await choosePlace(page, saying.place ?? '演武社区')
  if (saying.detail) await page.getByLabel('具体在哪儿').fill(saying.detail)
  await saying.atPlace?.(page)
  await page.getByRole('button', { name: '下一步', exact: true }).click()
  if (saying.identity) await page.getByRole('radio', { name: saying.identity }).check()
  if (saying.name) await page.getByLabel('怎么称呼您').fill(saying.name)
  if (saying.phone) await page.getByLabel('电话').fill(saying.phone)
  await saying.atWho?.(page)
  await page.getByRole('button', { name: '提交', exact: true }).click()
  return { ...(await readReceipt(page)), words: saying.words }
}

export async function choosePlace(page: Page, name: string): Promise<void> {
  await page.getByLabel('输入地名或拼音').fill(name)
  await page.getByRole('button', { name: new RegExp(`^${name} `) }).first().click()
  await expect(page.getByRole('status').filter({ hasText: name })).toBeVisible()
}

/** Any picture will do: what the page shows just now. */
export async function addPhoto(page: Page): Promise<void> {
  const buffer = await page.screenshot({ type: 'jpeg', quality: 60 })
  await page.locator('input[type=file]').first().setInputFiles({ name: 'lamp.jpg', mimeType: 'image/jpeg', buffer })
  await expect(page.locator('input[type=file]').locator('xpath=ancestor::*[.//img][1]').locator('img').first()).toBeVisible()
}

export async function readReceipt(page: Page): Promise<{ receipt: string; number: string }> {
  await expect(page).toHaveURL(/\/report\/done$/)
  const slip = page.locator('.slip')
  const receipt = (await slip.locator('.digits').innerText()).replace(/\D/g, '')
  expect(receipt).toMatch(/^\d{16}$/)
  const number = /\d{6}-\d{6}-\d{6}-\d/.exec(await slip.innerText())?.[0] ?? ''
  expect(number).not.toBe('')
  return { receipt, number }
}

/** With nothing but the receipt, on any browser. */
export async function follow(page: Page, receipt: string): Promise<void> {
  await page.goto('/follow')
  await page.getByLabel('回执号码').fill(receipt)
  await page.getByRole('button', { name: '查看' }).click()
  await expect(page.getByRole('heading', { name: '办理经过' })).toBeVisible()
}

export async function rate(page: Page, solved: string, satisfied: string, words?: string): Promise<void> {
  const form = page.locator('form').filter({ has: page.getByRole('button', { name: '提交评价' }) })
  await form.getByRole('group', { name: '问题解决了吗？' }).getByText(solved, { exact: true }).click()
  await form.getByRole('group', { name: '有人联系过您吗？' }).getByText('联系过', { exact: true }).click()
  await form.getByRole('group', { name: '对办理满意吗？' }).getByText(satisfied, { exact: true }).click()
  if (words) await form.getByLabel('还想说什么').fill(words)
  await form.getByRole('button', { name: '提交评价' }).click()
}
