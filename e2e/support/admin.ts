import { randomInt } from 'node:crypto'
import { type Page, expect } from './test.js'

/** The three separated administrators of the demo city. */
export const SYSTEM = 'tianjianping'
export const SECURITY = 'cuihuimin'
export const AUDIT = 'miaozhiyuan'

/** Digits that no other run has used. */
export const number = (): string => String(randomInt(100_000, 999_999))

export const today = (): string => new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(new Date())

/** A choice out of many: typed for, and taken from the list. */
export async function choose(page: Page, label: string, option: string | RegExp, words = String(option)): Promise<void> {
  const field = page.getByRole('combobox', { name: label, exact: true }).last()
  await field.locator('xpath=ancestor::*[contains(@class, "el-select__wrapper")]').click()
  if (words) await field.fill(words)
  await page.getByRole('option', { name: option }).filter({ visible: true }).first().click()
}

export async function logIn(page: Page, login: string, password: string): Promise<void> {
  await page.goto('/desk/login')
  await page.getByRole('button', { name: '用用户名和密码登录' }).click()
  await page.getByLabel('用户名').fill(login)
  await page.getByLabel('密码', { exact: true }).fill(password)
  await page.getByRole('button', { name: '登录', exact: true }).click()
}

/** What the person who is logged in on the page may do, done beside it: for what a journey only begins from. */
export async function write<T>(page: Page, method: 'post' | 'put', path: string, data: unknown): Promise<T> {
  const answer = await page.request[method](path, { data, headers: { 'Idempotency-Key': crypto.randomUUID() } })
  expect(answer.ok(), `${path}: ${await answer.text()}`).toBe(true)
  return (await answer.json()) as T
}

/** A grid of a journey's own in 演武社区, with a code that is free; whoever is logged in on the page may make places. */
export async function ownGrid(page: Page, name: string): Promise<string> {
  const code = `140403003001${randomInt(100, 899)}`
  const answer = await page.request.post('/api/regions', {
    data: { code, kind: 'grid', names: { zh: name, en: `Grid ${name.replace(/\D/g, '')}` } },
    headers: { 'Idempotency-Key': crypto.randomUUID() },
  })
  if (answer.status() === 422) return ownGrid(page, name)
  expect(answer.ok(), await answer.text()).toBe(true)
  return code
}
