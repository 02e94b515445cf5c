import { signIn } from '../support/desk.js'
import { PHONE, expect, expectAccessible, expectNoSidewaysScroll, test } from '../support/test.js'

test('an auditor finds a sign, sees its cases without anybody’s contact, and says what was found', async ({ someone }) => {
  const auditor = await someone({ viewport: { width: 1280, height: 900 } })
  await signIn(auditor, 'miaozhiyuan')
  await auditor.goto('/desk/gaming-signs')
  await expect(auditor.getByRole('heading', { level: 1 })).toHaveText('疑点')
  await expectAccessible(auditor)
  const first = auditor.getByRole('main').getByRole('listitem').filter({ hasText: '待看' }).first()
  await first.getByRole('link').click()
  await expect(auditor.getByText('疑点不作废任何评价')).toBeVisible()
  await expectAccessible(auditor)
  const page = await auditor.request.get(auditor.url().replace('/desk/', '/api/') + '/cases')
  expect(JSON.stringify(await page.json())).not.toMatch(/1\d{2}\*{4}|phone|contact/)
  await auditor.getByRole('button', { name: '写审看意见' }).click()
  const form = auditor.getByRole('dialog')
  await form.getByRole('button', { name: '保存' }).click()
  await expect(form.getByText('请填写此项')).toBeVisible()
  await form.getByLabel('意见').fill('抽看了三件，同一处、同一批，说得通。')
  await form.getByRole('button', { name: '保存' }).click()
  await expect(auditor.getByText('同一批，说得通')).toBeVisible()
  await expect(auditor.getByText('说得通', { exact: true })).toBeVisible()
})

test('the page of signs fits a phone', async ({ someone }) => {
  const auditor = await someone(PHONE)
  await signIn(auditor, 'miaozhiyuan')
  await auditor.goto('/desk/gaming-signs')
  await expect(auditor.getByRole('heading', { level: 1 })).toHaveText('疑点')
  await expectAccessible(auditor)
  await expectNoSidewaysScroll(auditor)
})
