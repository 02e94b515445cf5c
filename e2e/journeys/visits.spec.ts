import { signIn } from '../support/desk.js'
import { everythingKept, expectNothingOwed, keptItems, keptReads } from '../support/offline.js'
import { unique } from '../support/resident.js'
import { PHONE, type Page, expect, expectAccessible, expectNoSidewaysScroll, test } from '../support/test.js'

/** 包联干部 of 演武社区, and the officer of the same village. */
const CADRE = 'kangsufang'
const OFFICER = 'fengxiuying'
const VILLAGE = '140403003001'

test.use({ serviceWorkers: 'allow' })
const cut = (page: Page, isCut = true) => page.context().setOffline(isCut)

test('a visit without a network waits, arrives once, and its need is a case', async ({ someone }) => {
  const page = await someone({ ...PHONE, serviceWorkers: 'allow' })
  await signIn(page, CADRE)
  await page.goto('/desk/visits')
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined))
  await expect.poll(() => page.evaluate(() => Boolean(navigator.serviceWorker.controller)), { timeout: 30_000 }).toBe(true)
  await expect.poll(async () => (await keptReads(page)).some((name) => name.startsWith('/api/visits?')), { timeout: 60_000 }).toBe(true)
  await expect(page.getByText(/只有您自己看得到/)).toBeVisible()
  await cut(page)
  await page.goto('/desk/visits')
  await expect(page.getByRole('heading', { name: '记一次走访' })).toBeVisible()
  await page.getByRole('button', { name: '记下', exact: true }).click()
  await expect(page.getByText('请填写').first()).toBeVisible()
  const said = unique('说腿疼，夜里出门怕黑')
  const need = unique('单元门口的灯不亮')
  await page.getByRole('button', { name: '5 号楼 3 单元 401' }).click()
  await page.getByLabel('说了什么').fill(said)
  await page.getByLabel('需要解决什么').fill(`赵秀英${need}`)
  await page.getByLabel('见了谁，哪一户').fill('5 号楼 3 单元 401，赵秀英')
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)
  await page.getByRole('button', { name: '记下并转成工单' }).click()
  await expect(page.getByRole('heading', { name: '已存在本机，有网后自动发送' })).toBeVisible()
  expect(await keptItems(page)).toHaveLength(1)
  await page.goto('/desk/outbox')
  await expect(page.locator('article').filter({ hasText: '走访' })).toBeVisible()
  await cut(page, false)
  await expectNothingOwed(page)
  // What was said lies on no device after it has arrived.
  expect(await everythingKept(page)).not.toContain(said)

  await page.goto('/desk/visits')
  await page.getByRole('link', { name: new RegExp(need) }).click()
  await expect(page.getByText(said)).toBeVisible()
  await expect(page.getByText('已收集')).toBeVisible()
  await expect(page.getByText(`赵**${need}`).first()).toBeVisible()
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)
  const { rows } = (await (await page.request.get('/api/visits?limit=100')).json()) as { rows: { need?: string; case?: unknown }[] }
  expect(rows.filter((row) => row.need?.includes(need)).map((row) => Boolean(row.case))).toEqual([true])
})

test('the village office reads what is needed, makes it a case, and gives a reason for the rest', async ({ someone }) => {
  const cadre = await someone({ ...PHONE })
  await signIn(cadre, CADRE)
  const [said, need] = [unique('说了家里的难处'), unique('路口少一盏灯')]
  await cadre.goto('/desk/visits')
  await cadre.getByLabel('见了谁，哪一户').fill('东巷 12 号院')
  await cadre.getByLabel('说了什么').fill(said)
  await cadre.getByLabel('需要解决什么').fill(need)
  await cadre.getByRole('button', { name: '记下', exact: true }).click()
  await expect(cadre.getByRole('heading', { name: '记下了' })).toBeVisible()

  const office = await someone()
  await signIn(office, OFFICER)
  await office.goto('/desk/visits?list=place')
  await office.getByRole('link', { name: new RegExp(need) }).click()
  await expect(office.getByRole('heading', { name: need })).toBeVisible()
  await expect(office.getByText(said)).toHaveCount(0)
  await office.getByRole('button', { name: '查看见了谁、说了什么' }).click()
  const dialog = office.getByRole('dialog')
  await dialog.getByLabel('为什么查看').fill('准备上门帮忙')
  await dialog.getByRole('button', { name: '查看见了谁、说了什么' }).click()
  await expect(office.getByText(said)).toBeVisible()
  await office.getByRole('button', { name: '现在收起' }).click()
  await expect(office.getByText(said)).toHaveCount(0)
  await office.getByRole('button', { name: '转成工单' }).click()
  await expect(office.getByText('已转成工单').first()).toBeVisible()
  await expectAccessible(office)

  await cadre.getByRole('button', { name: '看这次走访' }).click()
  await expect(cadre.getByText(/准备上门帮忙/)).toBeVisible()
  await cadre.getByRole('button', { name: '修改' }).click()
  await expect(cadre.getByRole('dialog').getByText('已经转成工单，需要什么请在工单里补充。')).toBeVisible()
})

test('the office says how to reach the cadre, and everyone reads it', async ({ someone }) => {
  const page = await someone()
  await signIn(page, OFFICER)
  await page.goto('/desk/links')
  const card = page.locator('li').filter({ hasText: '康素芳' })
  await card.getByRole('button', { name: /联系方式/ }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: '办公电话' }).fill('13800001234')
  await dialog.getByRole('button', { name: '保存' }).click()
  await expect(dialog.getByText('这里填办公电话，不要填个人手机号。')).toBeVisible()
  await dialog.getByRole('textbox', { name: '办公电话' }).fill('0355-0002345')
  await dialog.getByLabel(/公开页上写出/).setChecked(true, { force: true })
  await dialog.getByRole('button', { name: '保存' }).click()
  await expect(card.getByText('0355-0002345')).toBeVisible()
  await page.getByRole('button', { name: '加一户' }).click()
  await dialog.getByLabel('门上的号').fill('王大爷家')
  await dialog.getByRole('button', { name: '保存' }).click()
  await expect(dialog.getByText(/不要写人名和电话/)).toBeVisible()
  const door = `8 号楼 1 单元 ${Math.floor(Math.random() * 9000) + 1000}`
  await dialog.getByLabel('门上的号').fill(door)
  await dialog.getByRole('button', { name: '保存' }).click()
  await expect(page.getByText(door)).toBeVisible()
  await expectAccessible(page)

  const resident = await someone({ ...PHONE })
  await resident.goto(`/open/${VILLAGE}`)
  const section = resident.getByRole('region', { name: /谁包联/ })
  await expect(section.getByText('康素芳')).toBeVisible()
  await expect(section.getByRole('link', { name: '0355-0002345' })).toBeVisible()
  await expect(section.getByText(/号楼/)).toHaveCount(0)
  await expectAccessible(resident)
  await expectNoSidewaysScroll(resident)
})
