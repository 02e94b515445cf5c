import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { signIn } from '../support/desk.js'
import { type Page, expect, expectAccessible, expectNoSidewaysScroll, test } from '../support/test.js'

interface Row { id: string; version: number; state: string; unit: { names: { zh: string } }; checker: { names: { zh: string } }; case: { number: string } }

const HANDLERS = ['department_handler', 'village_officer', 'township_dispatcher']
const LOOKERS = ['village_officer', 'branch_secretary', 'township_dispatcher']
const csv = (file: string) => readFileSync(join('../demo/changzhi', file), 'utf8').split('\n').map((line) => line.split(','))

/** Somebody of a unit with one of these roles, by the demo city's own lists. */
function memberOf(unit: string, roles: string[]): string {
  const [id] = csv('units.csv').find((row) => row[1] === unit)!
  return csv('staff.csv').find((row) => row[4] === id && roles.includes(row[2]!))![0]!
}

const rows = async (page: Page, query: string): Promise<Row[]> => {
  const answer = await page.request.get(`/api/rechecks?${query}&limit=100`)
  expect(answer.ok(), await answer.text()).toBe(true)
  return ((await answer.json()) as { rows: Row[] }).rows
}

test('what was drawn is looked at on the spot, the unit answers, the county decides @phone', async ({ page, someone, isMobile }) => {
  const county = await someone()
  await signIn(county, 'yanshaohua')
  await county.goto('/desk/rechecks')
  await expect(county.getByRole('heading', { name: '抽查复核' })).toBeVisible()
  await expectAccessible(county)
  await expectNoSidewaysScroll(county)
  // What was drawn of the scripted cases still waits: one of the desk and one of the phone.
  const drawn = await rows(county, 'side=county&state=waiting')
  await signIn(page, memberOf(drawn.at(isMobile ? -1 : 0)!.checker.names.zh, LOOKERS))
  const own = (await rows(page, 'side=check&state=waiting'))[0]!
  await page.goto('/desk/rechecks?side=check&state=waiting')
  await page.getByRole('button').filter({ hasText: '→' }).first().click()
  const panel = page.getByRole('region', { name: '复核这一件' })
  await expect(panel.getByText('单位说', { exact: true })).toBeVisible()
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)
  await panel.getByRole('button', { name: '记下' }).click()
  await expect(panel.getByText('请填写此项').first()).toBeVisible()
  await panel.getByText('不属实', { exact: true }).click()
  await panel.getByLabel('看到了什么').fill('到现场看过，问题还在。')
  await panel.getByRole('button', { name: '记下' }).click()
  // It no longer waits, and stands with those of which the unit is heard.
  await expect.poll(async () => (await rows(page, 'side=check&state=contested')).length).toBeGreaterThan(0)
  await page.goto('/desk/rechecks?side=check&state=contested')
  await page.getByRole('button').filter({ hasText: '→' }).first().click()
  await expect(panel.getByText('到现场看过，问题还在。')).toBeVisible()

  // The unit is heard once, then the county decides; who said "done" and had not, has it marked.
  const unit = await someone()
  await signIn(unit, memberOf(own.unit.names.zh, HANDLERS))
  await unit.goto('/desk/')
  await unit.getByRole('link', { name: /抽查结果待说明/ }).click()
  await unit.getByRole('button').filter({ hasText: '→' }).first().click()
  await unit.getByLabel('单位说明').fill('报早了，今天补办。')
  await unit.getByRole('button', { name: '提交说明' }).click()
  await expect(unit.getByText('没有需要说明的')).toBeVisible()
  await county.goto('/desk/rechecks?side=county&state=answered')
  await county.getByRole('button').filter({ hasText: own.unit.names.zh }).first().click()
  const decision = county.getByRole('region', { name: '复核这一件' })
  await expect(decision.getByText('报早了，今天补办。')).toBeVisible()
  await decision.getByLabel('理由').fill('没有办就报了办结。')
  await decision.getByRole('button', { name: '认定为虚假办结' }).click()
  await expect.poll(async () => (await rows(county, 'side=county&state=false_result')).map((row) => row.id)).toContain(own.id)
  await expectAccessible(county)
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
