import { type Page, expect } from './test.js'

/** People of the demo city, by what they do in these journeys. */
export const DISPATCHER = 'guowenjun'
export const SECOND_DISPATCHER = 'niuxiaoliang'
export const HANDLER = 'liangzhiyong'
export const GRID_WORKER = 'wanglihua'

/** In by the persona picker, as a visitor of the demo does it. */
export async function enterAs(page: Page, name: string): Promise<void> {
  await page.goto('/desk/')
  await page.getByRole('button', { name: new RegExp(`以${name}`) }).click()
  await expect(page.getByRole('button', { name: new RegExp(`以${name}`) })).toHaveCount(0)
  await expect(page.locator('h1').first()).toBeVisible()
}

/** The same without the picker, for journeys about something else. */
export async function signIn(page: Page, login: string): Promise<void> {
  const answer = await page.request.post('/api/demo/session', {
    data: { login },
    headers: { 'Idempotency-Key': crypto.randomUUID() },
  })
  expect(answer.ok(), await answer.text()).toBe(true)
}

export async function caseId(page: Page, number: string): Promise<string> {
  const answer = await page.request.get('/api/cases', { params: { q: number } })
  const { rows } = (await answer.json()) as { rows: { id: string; number: string }[] }
  const found = rows.find((row) => row.number === number)
  expect(found, `case ${number} among ${rows.map((row) => row.number).join()}`).toBeTruthy()
  return found!.id
}

export async function openCase(page: Page, number: string): Promise<void> {
  await page.goto(`/desk/cases/${await caseId(page, number)}`)
  await expect(page.getByText(number).first()).toBeVisible()
}

/** The message that says it is done. */
export async function expectTold(page: Page, words: string | RegExp): Promise<void> {
  await expect(page.getByRole('status').or(page.getByRole('alert')).filter({ hasText: words }).first()).toBeVisible()
}

const action = (page: Page, name: string) => page.getByRole('region', { name: '可以办理' }).getByRole('button', { name, exact: true })

export async function dispatchAsProposed(page: Page, number: string): Promise<void> {
  await page.goto(`/desk/dispatch/${await caseId(page, number)}`)
  await page.getByRole('button', { name: '按建议派单' }).click()
  await expectTold(page, '已派给')
}

export async function sign(page: Page): Promise<void> {
  await action(page, '签收').click()
  // The message may have gone again on a busy machine; what the case says stays.
  await expect(action(page, '报送结果')).toBeVisible()
}

/** Opens the form of an action, on a case's page or in the dispatch desk. */
export async function begin(page: Page, name: string) {
  await action(page, name).click()
  const dialog = page.getByRole('dialog', { name })
  await expect(dialog).toBeVisible()
  return dialog
}

export async function fileResult(page: Page, words: string, outcome = '已解决'): Promise<void> {
  const dialog = await begin(page, '报送结果')
  await dialog.getByText(outcome, { exact: true }).click()
  await dialog.getByLabel('办理情况').fill(words)
  await dialog.getByRole('button', { name: '报送', exact: true }).click()
  await expect(dialog).toBeHidden()
  await expectTold(page, '结果已报送')
}
