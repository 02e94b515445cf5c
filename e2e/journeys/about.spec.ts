import { DISPATCHER, signIn } from '../support/desk.js'
import { follow, report, unique } from '../support/resident.js'
import { PHONE, expect, expectAccessible, expectNoSidewaysScroll, test } from '../support/test.js'

test('what is said about an office is out of its sight until another office has it', async ({ someone }) => {
  const words = unique('窗口的人推来推去，材料交了三次')
  const resident = await someone(PHONE)
  const { receipt, number } = await report(resident, {
    words,
    atWho: async (page) => {
      await page.getByText('反映的是某个单位或它的人').click()
      await page.getByLabel('哪个单位').selectOption({ label: '英雄南路街道办事处' })
      await expectAccessible(page)
      await expectNoSidewaysScroll(page)
    },
  })
  await follow(resident, receipt)
  await expect(resident.getByText(words).first()).toBeVisible()
  await expect(resident.getByText('演武社区').first()).toBeVisible()

  const office = await someone()
  await signIn(office, DISPATCHER)
  await office.goto(`/desk/cases?q=${number}`)
  await expect(office.getByText(/没有找到|没有符合/).first()).toBeVisible()
  expect(((await (await office.request.get('/api/cases', { params: { q: number } })).json()) as { count: number }).count).toBe(0)

  const county = await someone()
  await signIn(county, 'yanshaohua')
  await county.goto(`/desk/cases?q=${number}`)
  await county.getByRole('link', { name: new RegExp(words.slice(0, 8)) }).first().click()
  await expect(county.getByText(/反映的是英雄南路街道办事处或它的人：派给别的单位之前/)).toBeVisible()
  await expectAccessible(county)
})
