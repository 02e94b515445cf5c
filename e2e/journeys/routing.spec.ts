import { DISPATCHER, expectTold, caseId, signIn } from '../support/desk.js'
import { report, unique } from '../support/resident.js'
import { PHONE, expect, expectAccessible, expectNoSidewaysScroll, test } from '../support/test.js'

test('several go out together by keyboard, and two that are one are seen side by side', async ({ someone }) => {
  const resident = await someone(PHONE)
  const one = await report(resident, { words: unique('巷口井盖破损') })
  const other = await report(resident, { words: unique('巷口井盖破损') })
  const page = await someone()
  await signIn(page, DISPATCHER)
  await page.goto(`/desk/dispatch/${await caseId(page, one.number)}`)
  const alike = page.locator('.card').filter({ has: page.getByRole('heading', { name: '附近和相似' }) })
  await alike.getByRole('button').filter({ hasText: other.words }).click()
  const beside = page.getByRole('dialog', { name: '并排看两件' })
  await expect(beside.getByText(one.words).first()).toBeVisible()
  await expect(beside.getByText(other.words).first()).toBeVisible()
  await expectAccessible(page)
  await beside.getByRole('button', { name: '不是同一件' }).click()
  await expect(beside).toBeHidden()

  // This one by keyboard, the other by its box, then both at once.
  const box = (number: string) => page.getByRole('checkbox', { name: `选择 ${number}` })
  await page.keyboard.press('x')
  await expect(box(one.number)).toBeChecked()
  await box(other.number).check()
  // All and none by one key, with the box still in hand.
  await page.keyboard.press('a')
  await expect(page.getByRole('checkbox', { name: '全选' })).toBeChecked()
  await page.keyboard.press('a')
  await expect(box(one.number)).not.toBeChecked()
  await page.keyboard.press('x')
  await box(other.number).check()
  await page.keyboard.press('D')
  const together = page.getByRole('dialog', { name: '一起按建议派单' })
  await expect(together).toContainText('潞州区城市管理局')
  await expectAccessible(page)
  await together.getByRole('button', { name: '派出 2 件' }).click()
  await expectTold(page, '已派出 2 件')
  await expect(box(one.number)).toHaveCount(0)
})

test('a correction becomes a rule, the simulator follows it, and an example says so @phone', async ({ page, someone }, { project }) => {
  // Both sizes run on one city at once: each has a matter of its own.
  const [words, matter] = project.name === 'phone' ? ['路面坑洼', 'city.roads.pothole'] : ['公厕太脏', 'city.cleanliness.public-toilet']
  const told = await report(await someone(PHONE), { words: unique(words!) })
  const [name, reason] = [unique(words!), unique('街道自管')]
  await signIn(page, DISPATCHER)
  // What the simulator says before is kept as an example.
  await page.goto(`/desk/routing?region=140403003001001&matter=${matter}`)
  await page.getByRole('button', { name: '存为算例' }).click()
  const keeping = page.getByRole('dialog', { name: '存为算例' })
  await keeping.getByLabel('名称').fill(name)
  await keeping.getByRole('button', { name: '保存' }).click()
  await expectTold(page, '已存为算例')
  await expectNoSidewaysScroll(page)

  await page.goto(`/desk/dispatch/${await caseId(page, told.number)}`)
  await page.getByRole('button', { name: '改派' }).click()
  await page.getByRole('radio', { name: /英雄南路街道办事处/ }).check({ force: true })
  await page.getByLabel('改动的理由').fill(reason)
  await page.getByText('都建议派给它').click()
  await expectAccessible(page)
  await page.getByRole('button', { name: '按改动派单' }).click()
  await expectTold(page, '已派给')

  await page.goto('/desk/routing?part=examples')
  const example = page.getByRole('listitem').filter({ hasText: name })
  await expect(example).toContainText('主办变了')
  await expect(example).toContainText(reason)
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)
  await page.goto('/desk/routing?part=rules')
  const rule = page.getByRole('row').filter({ hasText: reason }).filter({ hasText: told.number })
  await rule.getByRole('button', { name: '停用' }).click()
  await page.getByRole('dialog').getByRole('button', { name: '确认', exact: true }).click()
  await expectTold(page, '规则已停用')
  await page.goto('/desk/routing?part=examples')
  await expect(example).toContainText('一致')
  await example.getByRole('button', { name: '删除' }).click()
  await page.getByRole('dialog').getByRole('button', { name: '确认', exact: true }).click()
  await expectTold(page, '已删除')
})
