import { fileURLToPath } from 'node:url'
import { DISPATCHER, HANDLER, caseId, fileResult, openCase, sign, signIn } from '../support/desk.js'
import { choosePlace, readReceipt } from '../support/resident.js'
import { PHONE, type Page, expect, test } from '../support/test.js'

const DESK = { viewport: { width: 1440, height: 900 } }

const take = async (page: Page, name: string) => {
  await page.evaluate(() => scrollTo(0, 0))
  await page.mouse.move(0, 0)
  // Passing messages belong to the moment, not to the picture.
  await expect(page.locator('.toast')).toHaveCount(0)
  await page.screenshot({ path: fileURLToPath(new URL(`../../docs/pictures/${name}.png`, import.meta.url)), animations: 'disabled' })
}

/** The map says nothing when it has drawn the outlines; it takes a moment. */
const drawn = async (page: Page) => {
  await expect(page.locator('.maplibregl-canvas')).toBeVisible({ timeout: 30_000 })
  await page.waitForLoadState('networkidle')
  await page.waitForTimeout(3_000)
}

test('one case, four pictures', async ({ someone }) => {
  const resident = await someone(PHONE)
  await resident.goto('/report')
  await resident.getByLabel('请用自己的话说').fill('演武小学南门的路灯不亮一星期了，孩子放学看不清路。')
  await expect(resident.getByRole('radio', { name: '路灯不亮或损坏' })).toBeChecked()
  await resident.getByLabel('请用自己的话说').blur()
  await take(resident, 'report-phone')
  await resident.getByRole('button', { name: '下一步：在哪里' }).click()
  await choosePlace(resident, '演武社区')
  await resident.getByLabel('具体在哪儿').fill('南门东侧第二根灯杆')
  await resident.getByRole('button', { name: '下一步', exact: true }).click()
  await resident.getByRole('button', { name: '提交', exact: true }).click()
  const { number } = await readReceipt(resident)
  await resident.getByRole('link', { name: '现在就看进度' }).click()

  const dispatcher = await someone(DESK)
  await signIn(dispatcher, DISPATCHER)
  await dispatcher.goto(`/desk/dispatch/${await caseId(dispatcher, number)}`)
  await expect(dispatcher.getByText('潞州区城市管理局').first()).toBeVisible()
  await drawn(dispatcher)
  await take(dispatcher, 'dispatch-desk')
  await dispatcher.getByRole('button', { name: '按建议派单' }).click()
  await expect(dispatcher.getByText('已派给').first()).toBeVisible()

  const handler = await someone(DESK)
  await signIn(handler, HANDLER)
  await openCase(handler, number)
  await sign(handler)
  await expect(resident.getByText('潞州区城市管理局已签收，即将办理。')).toBeVisible()
  await take(resident, 'follow-phone')
  await fileResult(handler, '更换了灯杆内的整流器，今晚已亮。')
  await take(handler, 'case-page')
})
