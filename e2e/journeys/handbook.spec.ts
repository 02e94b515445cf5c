import { DISPATCHER, signIn } from '../support/desk.js'
import { expect, expectAccessible, expectNoSidewaysScroll, test } from '../support/test.js'

test('the handbook opens where it speaks of the page, and finds a word', async ({ page }) => {
  await signIn(page, DISPATCHER)
  await page.goto('/desk/cases')
  await page.getByRole('link', { name: '手册：这一页怎么用' }).click()
  await expect(page).toHaveURL(/\/desk\/handbook\/cases#lists$/)
  await expect(page.getByRole('heading', { name: '查工单' })).toBeInViewport()
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)

  const search = page.getByRole('searchbox', { name: '在手册里查找' })
  await search.pressSequentially('退回', { delay: 20 })
  await expect(search).toHaveValue('退回')
  await expect(page.getByRole('status').filter({ hasText: '找到' })).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('link', { name: '被退回的' }).click()
  await expect(page).toHaveURL(/\/desk\/handbook\/dispatch#returned$/)
  await expect(page.getByText('先办后议')).toBeInViewport()
  await page.getByRole('link', { name: '单位', exact: true }).last().click()
  await expect(page).toHaveURL(/\/desk\/handbook\/places#units$/)
  await page.goBack()
  await page.goBack()
  await expect(search).toHaveValue('退回')
})
