import { DISPATCHER, SECOND_DISPATCHER, caseId, signIn } from '../support/desk.js'
import { tabTo } from '../support/keyboard.js'
import { report, unique } from '../support/resident.js'
import { PHONE, expect, expectAccessible, test } from '../support/test.js'

test('two dispatchers at once: the second sees that it is decided, and by whom', async ({ someone }) => {
  const told = await report(await someone(PHONE), { words: unique('人行道上井盖破损') })
  const first = await someone()
  await signIn(first, DISPATCHER)
  const second = await someone()
  // The hint that something changed is lost on the way; what is shown is old.
  await second.route('**/api/events', (route) => route.abort())
  await signIn(second, SECOND_DISPATCHER)
  const id = await caseId(first, told.number)
  for (const page of [first, second]) {
    await page.goto(`/desk/dispatch/${id}`)
    await expect(page.getByRole('button', { name: '按建议派单' })).toBeVisible()
  }
  await first.getByRole('button', { name: '按建议派单' }).click()
  await expect(first.getByText('已派给').first()).toBeVisible()
  await second.getByRole('button', { name: '按建议派单' }).click()
  const news = second.getByRole('alert').filter({ hasText: '刚才有人动过这件工单' })
  await expect(news).toContainText('郭文君')
  await expect(second.getByText('这件工单现在不能派单')).toBeVisible()
  await expectAccessible(second)
})

test('dispatched without a mouse', async ({ someone }) => {
  const told = await report(await someone(PHONE), { words: unique('巷口井盖丢失') })
  const page = await someone()
  await signIn(page, DISPATCHER)
  await page.goto('/desk/')
  await expect(page.locator('h1').first()).toBeVisible()
  await page.keyboard.press('?')
  const help = page.getByRole('dialog', { name: '键盘快捷键' })
  await expect(help).toBeVisible()
  await expectAccessible(page)
  await page.keyboard.press('Escape')
  await expect(help).toBeHidden()

  // By the menu, with the tabulator.
  await tabTo(page, page.getByRole('link', { name: '派单台' }).first())
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: '按建议派单' })).toBeVisible()
  const mine = page.getByRole('link').filter({ hasText: told.words })
  await expect(mine).toBeVisible()
  for (let step = 0; step < 60; step++) {
    if ((await mine.getAttribute('aria-current')) !== null) break
    await page.keyboard.press('j')
    await page.waitForTimeout(150)
  }
  await expect(page.locator('.hand').getByText(told.words).first()).toBeVisible()
  await expect(page.locator('.hand').getByText('潞州区城市管理局').first()).toBeVisible()
  await page.keyboard.press('d')
  await expect(page.getByText(`${told.number} 已派给 潞州区城市管理局`).first()).toBeVisible()

  // And found again with the search.
  await tabTo(page, page.getByRole('link', { name: '工单', exact: true }).first())
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: '工单', exact: true })).toBeVisible()
  await page.keyboard.press('/')
  await page.keyboard.type(told.number)
  await page.keyboard.press('Enter')
  // The mark goes with a list that is read anew: it is set when the search has been answered.
  await expect(page).toHaveURL(/q=/)
  await expect(page.locator('main .line')).toHaveCount(1)
  await expect(page.locator('main .line')).toContainText(told.words)
  // Not by Escape, which empties the field.
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
  // The list is live: it may read itself again at any moment, and the mark stays on its row.
  await page.keyboard.press('j')
  await expect(page.locator('.line.marked')).toContainText(told.words)
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(new RegExp(await caseId(page, told.number)))
})
