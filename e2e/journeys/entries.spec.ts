import { expect, expectAccessible, expectNoSidewaysScroll, test } from '../support/test.js'

const entries = ['/', '/report', '/follow', '/ask', '/desk/', '/link']

for (const path of entries) {
  test(`${path} opens, is accessible and fits @phone`, async ({ page }) => {
    await page.goto(path)
    await expect(page.locator('h1').first()).toBeVisible()
    await expect(page).toHaveTitle(/\S/)
    await expectAccessible(page)
    await expectNoSidewaysScroll(page)
  })

  test(`${path} fits the narrowest phone`, async ({ page }) => {
    await page.setViewportSize({ width: 320, height: 568 })
    await page.goto(path)
    await expect(page.locator('h1').first()).toBeVisible()
    await expectNoSidewaysScroll(page)
  })
}

test('the page says which language it speaks', async ({ page }) => {
  await page.goto('/')
  await expect(page.locator('html')).toHaveAttribute('lang', /^zh/)
})
