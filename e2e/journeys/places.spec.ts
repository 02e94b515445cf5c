import { SYSTEM, number, ownGrid } from '../support/admin.js'
import { expectTold, signIn } from '../support/desk.js'
import { unique } from '../support/resident.js'
import { PHONE, type Page, expect, expectAccessible, expectNoSidewaysScroll, test } from '../support/test.js'

/** Holds the printer back, so that what would be printed can be looked at. */
async function withoutPrinter(page: Page): Promise<void> {
  await page.addInitScript(() => {
    window.print = () => void (document.documentElement.dataset.printed = 'yes')
  })
}

test('a sign is printed as one sheet, and who scans it reports from its place', async ({ someone }) => {
  const page = await someone()
  await withoutPrinter(page)
  await signIn(page, SYSTEM)
  const label = `岗亭${number()}`
  const grid = await ownGrid(page, `试验网格${number()}`)
  await page.goto(`/desk/places/${grid}`)
  await expect(page.getByText('这里还没有二维码')).toBeVisible()
  await page.getByRole('button', { name: '新建二维码' }).click()
  const form = page.getByRole('dialog', { name: '新建二维码' })
  await form.getByLabel('名称', { exact: true }).fill('')
  await form.getByRole('button', { name: '保存' }).click()
  await expect(form.getByText('请填写此项')).toBeVisible()
  await form.getByLabel('名称', { exact: true }).fill(label)
  await form.getByLabel(/英文名称/).fill('Sentry box')
  await form.getByRole('button', { name: '保存' }).click()
  await expect(page.getByRole('img', { name: `${label} 的二维码` })).toBeVisible()

  await page.getByRole('button', { name: '打印' }).click()
  await expect(page.locator('html')).toHaveAttribute('data-printed', 'yes')
  await page.emulateMedia({ media: 'print' })
  const sheet = page.locator('.print-sheet')
  await expect(sheet.getByRole('heading', { name: '扫码反映问题' })).toBeVisible()
  await expect(sheet.getByRole('heading', { name: 'Scan to report a problem' })).toBeVisible()
  await expect(sheet.getByRole('heading', { name: label })).toBeVisible()
  await expect(page.locator('main')).toBeHidden()
  const address = await sheet.locator('p').innerText()
  expect(address).toMatch(/\/p\/\w{8}$/)
  const pdf = (await page.pdf({ format: 'A4' })).toString('latin1')
  expect(pdf.match(/\/Type \/Page\b/g)).toHaveLength(1)
  // Printed: the page is itself again.
  await page.emulateMedia({ media: 'screen' })
  await expect(sheet).toHaveCount(0)
  await expect(page.locator('main')).toBeVisible()

  const resident = await someone(PHONE)
  await resident.goto(`http://${address}`)
  await resident.getByLabel('请用自己的话说').fill(unique('岗亭的灯不亮了'))
  await resident.getByRole('button', { name: '下一步：在哪里' }).click()
  await expect(resident.getByRole('status').filter({ hasText: label })).toBeVisible()
  await expectAccessible(resident)
})

test('a file of places: its mistakes by line and nothing changed, then mended and in', async ({ someone }) => {
  const page = await someone()
  await signIn(page, SYSTEM)
  const parent = await ownGrid(page, `母网格${number()}`)
  await page.goto(`/desk/places/${parent}`)
  await page.getByRole('button', { name: '导入 CSV' }).click()
  const dialog = page.getByRole('dialog', { name: '导入地点' })
  const name = `微网格${number()}`
  const file = (...rows: string[]) => ({ name: 'places.csv', mimeType: 'text/csv', buffer: Buffer.from(`code,name_zh,kind,lon,lat\n${rows.join('\n')}\n`) })
  const choosing = dialog.locator('input[type=file]')
  await choosing.setInputFiles(file(`${parent}01,${name},micro_grid,,`, `${parent}02,,micro_grid,,`, `${parent}03,丙,town,,`, `14040300,丁,micro_grid,,`, `${parent}04,戊,micro_grid,四,36`))
  await expect(dialog.getByText('有 4 处错误')).toBeVisible()
  for (const mistake of [/^3 name_zh/, /^4 kind/, /^5 code/, /^6 lon/]) await expect(dialog.getByRole('row', { name: mistake })).toBeVisible()
  await expect(dialog.getByRole('button', { name: '写入' })).toHaveCount(0)
  await expectAccessible(page)
  const { rows } = await (await page.request.get('/api/regions', { params: { parent } })).json()
  expect(rows).toEqual([])

  await choosing.setInputFiles(file(`${parent}01,${name},micro_grid,,`, `${parent}02,${name}乙,micro_grid,113.12,36.19`))
  await expect(dialog.getByText('没有错误，可以写入')).toBeVisible()
  await expect(dialog.locator('.facts')).toContainText(/新增\s*2/)
  await dialog.getByRole('button', { name: '写入' }).click()
  await expect(dialog.getByText('已写入')).toBeVisible()
  await dialog.getByRole('button', { name: '关闭', exact: true }).last().click()
  const tree = page.getByRole('navigation', { name: '层级' })
  await expect(tree.getByRole('link', { name: new RegExp(name) })).toHaveCount(2)
  await expectNoSidewaysScroll(page)
})

test('a year of holidays: a wrong file says what and where, a right one is published', async ({ someone }) => {
  // A year that no other run has published.
  const year = 2030 + (Number(number()) % 160)
  const page = await someone()
  await signIn(page, SYSTEM)
  await page.goto(`/desk/calendar/${year}`)
  await expect(page.getByText(`${year} 年放假安排尚未公布`)).toBeVisible()
  await page.getByRole('button', { name: '导入一年' }).click()
  const dialog = page.getByRole('dialog', { name: `导入一年 · ${year}` })
  const choosing = dialog.locator('input[type=file]')
  const file = (text: string) => ({ name: `cn-${year}.toml`, mimeType: 'text/plain', buffer: Buffer.from(text) })
  await dialog.getByRole('button', { name: '填入样例' }).click()
  await dialog.getByRole('button', { name: '保存' }).click()
  await expect(dialog.getByRole('alert')).toContainText('没有写依据')
  await choosing.setInputFiles(file(`year = ${year}\npublished = true\nsource = "通知"\n[[day]]\ndate = "${year}-02-30"\nkind = "holiday"\nname = { zh = "春节" }\n`))
  await dialog.getByRole('button', { name: '保存' }).click()
  await expect(dialog.getByRole('alert').getByRole('button', { name: '第 5 行' })).toBeVisible()
  await expect(dialog.getByRole('alert')).toContainText('不是日期')
  await expectAccessible(page)
  await dialog.getByRole('button', { name: '第 5 行' }).click()
  await expect(dialog.getByLabel('内容')).toBeFocused()
  await choosing.setInputFiles({ name: 'photo.toml', mimeType: 'text/plain', buffer: Buffer.from([0xff, 0xd8, 0xff, 0xe0]) })
  await expectTold(page, '这不是日历文件')
  await choosing.setInputFiles(file(`year = ${year}\npublished = true\nsource = "试验通知〔${year}〕1号"\n[[day]]\ndate = "${year}-01-01"\nkind = "holiday"\nname = { zh = "元旦", en = "New Year's Day" }\n`))
  await dialog.getByRole('button', { name: '保存' }).click()
  await expect(dialog).toBeHidden()
  await expect(page.getByText('放假安排已公布')).toBeVisible()
  await expect(page.getByText(`${year}-01-01`)).toBeVisible()
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)
  // What stands is there to be corrected.
  await page.getByRole('button', { name: '导入一年' }).click()
  await expect(dialog.getByLabel('内容')).toHaveValue(/元旦/)
})
