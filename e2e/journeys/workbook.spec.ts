import writeXlsx from 'write-excel-file/node'
import { SECURITY, SYSTEM, logIn, number } from '../support/admin.js'
import { expectTold, signIn } from '../support/desk.js'
import { type Page, expect, expectAccessible, expectNoSidewaysScroll, test } from '../support/test.js'

type Rows = string[][]

/** A workbook as another program than ours writes it. */
async function workbook(sheets: Record<string, Rows>): Promise<Buffer> {
  const of = ([sheet, rows]: [string, Rows]) => ({ sheet, data: rows.map((row) => row.map((value) => ({ value }))) })
  return writeXlsx(Object.entries(sheets).map(of)).toBuffer()
}

async function chooseFile(page: Page, buffer: Buffer, name = '迁入.xlsx'): Promise<void> {
  const mimeType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
  await page.getByLabel(/^(选择工作簿|Choose the workbook)$/).setInputFiles({ name, mimeType, buffer })
}

test('a county moves in: checked, mended, written by two administrators, and taken back @phone', async ({ someone }) => {
  const tail = number()
  // Others move in at the same time: each takes back its own.
  const name = `迁入${tail}.xlsx`
  const [grid, unit, person] = [`迁入网格${tail}`, `迁入路灯所${tail}`, `迁入人员${tail}`]
  const sheets = (village: string): Record<string, Rows> => ({
    网格: [['村（社区）', '名称', '网格员'], [village, grid, person]],
    单位: [['名称', '职责', '服务的地方'], [unit, '城市管理', '潞州区']],
    人员: [['姓名', '用户名', '工作电话', '岗位', '地方'], [person, `moved.${tail}`, '13900000001', '', '演武社区']],
  })
  const system = await someone()
  await signIn(system, SYSTEM)
  await system.goto('/desk/workbook')
  const [file] = await Promise.all([system.waitForEvent('download'), system.getByRole('link', { name: '下载工作簿' }).click()])
  expect(file.suggestedFilename()).toBe('jishi.xlsx')

  await chooseFile(system, await workbook(sheets('没有这个社区')), name)
  await expect(system.getByText(/有 \d+ 处错误/)).toBeVisible()
  const wrong = system.getByRole('row').filter({ hasText: 'A2' })
  await expect(wrong).toContainText('没有找到“没有这个社区”')
  await expect(system.getByRole('button', { name: '写入', exact: true })).toBeDisabled()
  await expectAccessible(system)
  await expectNoSidewaysScroll(system)

  await chooseFile(system, await workbook(sheets('演武社区')), name)
  await expect(system.getByText('没有错误，可以写入')).toBeVisible()
  await expect(system.getByRole('row').filter({ hasText: '人员' })).toContainText('1 行由另一位管理员导入')
  await system.getByRole('button', { name: '写入', exact: true }).click()
  await expectTold(system, '已写入')

  const security = await someone()
  await signIn(security, SECURITY)
  await security.goto('/desk/workbook')
  await chooseFile(security, await workbook(sheets('演武社区')), name)
  await security.getByRole('button', { name: '写入', exact: true }).click()
  await expectTold(security, '已写入')
  await security.goto(`/desk/people?q=${encodeURIComponent(person)}`)
  await expect(security.getByText(`moved.${tail} · 13900000001`)).toBeVisible()

  // What stands on another is taken back after it.
  const undo = async (page: Page) => {
    await page.goto('/desk/workbook')
    await page.getByRole('listitem').filter({ hasText: name }).filter({ has: page.getByRole('button', { name: '撤销' }) }).first().getByRole('button', { name: '撤销' }).click()
    await page.getByRole('dialog').getByRole('button', { name: '确认' }).click()
  }
  await undo(security)
  await expectTold(security, '已撤销')
  await security.goto(`/desk/people?q=${encodeURIComponent(person)}`)
  await expect(security.getByText('没有符合条件的人员')).toBeVisible()
})

test('whom a workbook brought gets a slip, and in', async ({ someone }) => {
  const tail = number()
  const login = `slip.${tail}`
  const people: Rows = [['姓名', '用户名', '岗位', '地方'], [`凭条${tail}甲`, `${login}.a`, '网格员', '140403003001001'], [`凭条${tail}乙`, login, '网格员', '140403003001001']]
  const security = await someone()
  await signIn(security, SECURITY)
  await security.goto('/desk/workbook')
  await chooseFile(security, await workbook({ 人员: people }))
  await security.getByRole('button', { name: '写入', exact: true }).click()
  await expectTold(security, '已写入')
  await security.goto(`/desk/people?waiting=true&q=${encodeURIComponent(`凭条${tail}`)}`)
  await security.getByRole('button', { name: '发放初始密码（2 人）' }).click()
  await security.getByRole('dialog').getByRole('button', { name: '确认' }).click()
  const once = security.getByRole('dialog', { name: '2 位新人员的初始密码' })
  const password = await once.getByRole('row').filter({ hasText: `${login}.a` }).locator('td').last().innerText()
  await expectAccessible(security)
  await security.evaluate(() => {
    window.print = () => {}
  })
  await once.getByRole('button', { name: '打印凭条' }).click()
  await security.emulateMedia({ media: 'print' })
  const slips = security.locator('.slips section')
  await expect(slips).toHaveCount(2)
  await expect(slips.filter({ hasText: password })).toContainText('首次登录后请立即换成自己的密码')
  await expect(security.getByRole('heading', { name: '人员与岗位' })).toBeHidden()
  await security.emulateMedia({ media: null })
  await once.getByRole('button', { name: '关闭', exact: true }).click()
  await expect(security.getByText('没有符合条件的人员')).toBeVisible()

  const own = await someone()
  await logIn(own, `${login}.a`, password)
  await expect(own.getByRole('heading', { name: '请先换掉初始密码' })).toBeVisible()
})

test('what is no workbook is told in the reader’s language', async ({ someone }) => {
  const page = await someone()
  await signIn(page, SYSTEM)
  await page.goto('/desk/workbook')
  await page.getByRole('button', { name: '切换到英文' }).click()
  await expect(page.getByRole('heading', { name: 'Moving in' })).toBeVisible()
  await chooseFile(page, Buffer.from('name,code\n'))
  await expect(page.getByRole('alert')).toContainText('an Excel workbook')
})
