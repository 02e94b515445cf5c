import { signIn } from '../support/desk.js'
import { type Page, expect, expectAccessible, expectNoSidewaysScroll, test } from '../support/test.js'

interface Row { id: string; version: number; state: string; unit: { id: string }; checker: { id: string }; case: { number: string } }

const rows = async (page: Page, query: string): Promise<Row[]> => {
  const answer = await page.request.get(`/api/rechecks?${query}&limit=100`)
  expect(answer.ok(), await answer.text()).toBe(true)
  return ((await answer.json()) as { rows: Row[] }).rows
}

test('what was drawn is looked at on the spot, the unit answers, the county decides @phone', async ({ page, someone, isMobile }) => {
  // The draws of the demo city are of scripted cases too; one that still waits is looked at here, by whoever it was given to.
  const county = await someone()
  await signIn(county, 'yanshaohua')
  await county.goto('/desk/rechecks')
  await expect(county.getByRole('heading', { name: '抽查复核' })).toBeVisible()
  await expectAccessible(county)
  await expectNoSidewaysScroll(county)
  const login = isMobile ? 'haocuilan' : 'guowenjun'
  await signIn(page, login)
  const waiting = (await rows(page, 'side=check&state=waiting'))[0]
  test.skip(!waiting, 'the demo gave this office nothing to look at')
  await page.goto('/desk/rechecks?side=check&state=waiting')
  await page.getByRole('button').filter({ hasText: '→' }).first().click()
  const panel = page.getByRole('region', { name: '复核这一件' })
  await expect(panel.getByText('单位说')).toBeVisible()
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)
  await panel.getByRole('button', { name: '记下' }).click()
  await expect(panel.getByText('请填写此项').first()).toBeVisible()
  await panel.getByText('不属实', { exact: true }).click()
  await panel.getByLabel('看到了什么').fill('到现场看过，问题还在。')
  await panel.getByRole('button', { name: '记下' }).click()
  await expect(panel.getByText('到现场看过，问题还在。')).toBeVisible()
})

test('the county sees units by name and draws with their seeds', async ({ page }) => {
  await signIn(page, 'yanshaohua')
  await page.goto('/desk/rechecks?side=draws')
  await expect(page.getByRole('columnheader', { name: '随机种子' })).toBeVisible()
  await expectAccessible(page)
  await page.goto('/desk/rechecks?side=units')
  await expect(page.getByText('不排名次').first()).toBeVisible()
  const auditor = page
  await signIn(auditor, 'miaozhiyuan')
  await auditor.goto('/desk/rechecks')
  await expect(auditor.getByRole('columnheader', { name: '随机种子' })).toBeVisible()
  await expect(auditor.getByText('同一个种子')).toBeVisible()
})
