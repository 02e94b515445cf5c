import { randomInt } from 'node:crypto'
import { GRID_WORKER, expectTold, signIn } from '../support/desk.js'
import { PHONE, expect, expectAccessible, expectNoSidewaysScroll, test } from '../support/test.js'

const OFFICER = 'fengxiuying'
/** A number of the journey's own, so that it may be run again on the same city. */
const ownNumber = () => `JY-${randomInt(1e6, 1e7)}`

test('a file becomes a lamp with a sign, a resident reports this lamp with two taps, its page shows the case', async ({ someone }) => {
  const desk = await someone()
  await signIn(desk, OFFICER)
  const number = ownNumber()
  const head = '类别,编号,名称,地点,经度,纬度,来源,光源,灯杆高度（米）'
  const file = (height: string) => ({ name: '路灯.csv', mimeType: 'text/csv', buffer: Buffer.from(`${head}\n路灯,${number},试验路灯,演武社区,113.1123,36.1839,普查,LED,${height}\n`) })

  await desk.goto('/desk/register')
  await desk.getByRole('button', { name: '导入台账' }).click()
  const dialog = desk.getByRole('dialog', { name: '导入台账' })
  await dialog.locator('input[type=file]').setInputFiles(file('很高'))
  await expect(dialog.getByText('灯杆高度（米）', { exact: true })).toBeVisible()
  await expect(dialog.getByText('格式不对，应为数字。')).toBeVisible()
  await dialog.locator('input[type=file]').setInputFiles(file('8'))
  await dialog.getByRole('button', { name: '写入' }).click()
  await expect(dialog.getByText('已写入').first()).toBeVisible()
  await dialog.getByRole('button', { name: '关闭' }).last().click()

  await desk.getByRole('link', { name: '地图', exact: true }).click()
  await expect(desk.getByText(/地图上有 \d+ 件/)).toBeVisible()
  await expectAccessible(desk)
  await desk.getByRole('link', { name: '列表', exact: true }).click()
  await desk.getByRole('searchbox', { name: '搜索名称、编号或位置' }).fill(number)
  await desk.getByRole('link', { name: new RegExp(number) }).click()
  await expect(desk.getByText('8 米').first()).toBeVisible()
  await desk.getByRole('button', { name: '生成标牌' }).click()
  await expect(desk.getByRole('img', { name: new RegExp(number) })).toBeVisible()
  await expectAccessible(desk)
  const item = (await (await desk.request.get(`/api${new URL(desk.url()).pathname.replace('/desk', '')}`)).json()) as { sign: string }

  const resident = await someone(PHONE)
  await resident.goto(`/p/${item.sign}`)
  await expect(resident.getByRole('heading', { name: new RegExp(number) })).toBeVisible()
  await expectAccessible(resident)
  await expectNoSidewaysScroll(resident)
  await resident.getByRole('button', { name: '路灯不亮或损坏' }).click()
  await resident.getByRole('button', { name: '提交' }).click()
  await expect(resident).toHaveURL(/\/report\/done/)

  await desk.reload()
  await expect(desk.getByRole('link', { name: '近 12 个月 1 件' })).toBeVisible()
  await desk.getByRole('link', { name: /路灯不亮或损坏/ }).first().click()
  await expect(desk.getByRole('link', { name: new RegExp(`路灯 ${number} 试验路灯`) })).toBeVisible()
})

test('a grid worker ticks a round off; what needs something is a case @phone', async ({ page }) => {
  await signIn(page, GRID_WORKER)
  const number = ownNumber()
  const made = await page.request.post('/api/register', {
    data: { kind: 'facilities.street-lamp', number, name: '巡查试验灯', region: '140403003001001', lon: 113.1123, lat: 36.1839 },
    headers: { 'Idempotency-Key': crypto.randomUUID() },
  })
  expect(made.ok(), await made.text()).toBe(true)
  await page.goto('/desk/patrols')
  await page.getByRole('link', { name: '路灯和井盖月巡' }).click()
  await page.getByRole('button', { name: new RegExp(`有问题 路灯 ${number}`) }).click()
  const dialog = page.getByRole('dialog', { name: '需要处理' })
  await dialog.getByLabel('哪里有问题（选填）').fill('灯罩破了')
  await dialog.getByRole('button', { name: '生成工单' }).click()
  await expectTold(page, '并生成工单')
  await page.getByRole('link', { name: /已看/ }).click()
  const row = page.getByRole('listitem').filter({ hasText: number })
  await expect(row.getByText('灯罩破了')).toBeVisible()
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)
  await row.getByRole('button', { name: /完好/ }).click()
  await expectTold(page, '已打勾')
})
