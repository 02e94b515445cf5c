import { signIn } from '../support/desk.js'
import { PHONE, expect, expectAccessible, expectNoSidewaysScroll, test } from '../support/test.js'

const LEADER = 'shenguodong'

test('a leader takes up what comes again and again, and it is watched', async ({ someone }) => {
  const leader = await someone()
  await signIn(leader, LEADER)
  await leader.goto('/desk/topics')
  await expect(leader.getByRole('heading', { name: '课题', exact: true })).toBeVisible()
  await expectAccessible(leader)
  await leader.locator('main li a').first().click()
  await expect(leader.getByRole('heading', { name: '每月件数' })).toBeVisible()
  await expectAccessible(leader)
  const figure = Number((await leader.locator('h2#behind span').textContent())!.replace(/\D/g, ''))
  expect(figure).toBeGreaterThan(1)
  // Each bar opens its cases.
  const bar = leader.getByRole('link', { name: /^\d{4}-\d{2}，[1-9]\d* 件$/ }).first()
  const of = Number((await bar.getAttribute('aria-label'))!.match(/，(\d+) 件/)![1])
  await bar.click()
  await expect(leader.locator('h2#behind span')).toHaveText(String(of))
  await leader.getByRole('button', { name: '不立题' }).click()
  const dialog = leader.getByRole('dialog', { name: '不立题' })
  await dialog.getByRole('button', { name: '保存' }).click()
  await expect(dialog.getByText('请填写此项')).toBeVisible()
  await dialog.getByRole('textbox', { name: '不立题的原因' }).fill('已列入年度改造计划')
  await dialog.getByRole('button', { name: '保存' }).click()
  await expect(leader.getByText('已列入年度改造计划').first()).toBeVisible()
})

test('the topic of the month is on the morning and in public @phone', async ({ someone }) => {
  const leader = await someone(PHONE)
  await signIn(leader, LEADER)
  await leader.goto('/desk/morning')
  await expect(leader.getByText('本月一题')).toBeVisible()
  await leader.goto('/desk/topics?state=active')
  await leader.locator('main li a').first().click()
  await expect(leader.getByRole('heading', { name: '每月件数' })).toBeVisible()
  await expectNoSidewaysScroll(leader)
  await expectAccessible(leader)
  const resident = await someone(PHONE)
  await resident.goto('/open/140403')
  await expect(resident.getByRole('heading', { name: '每月一题' })).toBeVisible()
  await expectAccessible(resident)
})
