import { expect, expectAccessible, expectNoSidewaysScroll, test } from '../support/test.js'

test('shown around: a tour is chosen, led, folded, kept over both halves of the product, and ended @phone', async ({ page }) => {
  await page.goto('/desk/login')
  await page.getByRole('button', { name: /^开始：派单员/ }).click()
  const dock = page.getByRole('complementary', { name: /^导览：派单员/ })
  await expect(dock.getByText('第 1 步，共 7 步')).toBeVisible()
  await expect(page.getByRole('heading', { name: '今日', level: 1 })).toBeVisible()
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)

  // By keyboard: onwards, and the hand stays where it is.
  await dock.getByRole('button', { name: '下一步' }).focus()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/desk\/dispatch/)
  await expect(dock.getByText('第 2 步，共 7 步')).toBeVisible()
  await expect(dock.getByRole('button', { name: '下一步' })).toBeFocused()

  await dock.getByRole('button', { name: '收起' }).click()
  await expect(dock.getByRole('button', { name: '下一步' })).toHaveCount(0)
  await page.reload()
  await expect(dock.getByRole('button', { name: '展开' })).toBeVisible()

  // A resident's tour, from inside the desk.
  await page.getByRole('button', { name: '导览', exact: true }).click()
  await page.getByRole('button', { name: /^开始：居民/ }).click()
  const own = page.getByRole('complementary', { name: /^导览：居民/ })
  await expect(own.getByText('第 1 步，共 7 步')).toBeVisible()
  await page.getByRole('link', { name: '我要反映' }).click()
  await own.getByRole('button', { name: '下一步' }).click()
  await expect(own.getByText('第 2 步，共 7 步')).toBeVisible()
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)
  await own.getByRole('button', { name: '结束导览' }).click()
  await expect(own).toHaveCount(0)
})
