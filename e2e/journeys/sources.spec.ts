import writeXlsx from 'write-excel-file/node'
import { choose, number, today } from '../support/admin.js'
import { DISPATCHER, expectTold, signIn } from '../support/desk.js'
import { type Page, expect, expectAccessible, expectNoSidewaysScroll, test } from '../support/test.js'

const HEAD = ['工单号', '问题分类', '反映的事', '来电人', '来电人电话/账号', '被反映街乡镇', '村/社区', '创建时间']

/** A file as a hotline's own program writes it, with a heading of its own. */
async function chooseOrders(page: Page, rows: string[][]): Promise<void> {
  const data = [HEAD, ...rows].map((row) => row.map((value) => ({ value })))
  const buffer = await writeXlsx([{ sheet: 'Sheet1', data }]).toBuffer()
  const mimeType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
  await page.getByLabel(/^(选择文件|Choose a file)$/).setInputFiles({ name: '热线工单.xlsx', mimeType, buffer })
}
const figure = (page: Page, name: string) => page.getByRole('status').locator('dl > div').filter({ hasText: name }).locator('dd')

test('a day’s hotline orders come in, are found by their numbers, and go back answered @phone', async ({ someone }) => {
  const tail = number()
  const [lamp, noise, wrong] = [`GD${tail}1`, `GD${tail}2`, `GD${tail}3`]
  const at = `${today()} 00:05:00`
  const order = (code: string, words: string, village: string) => [code, '城市管理->市政设施->路灯照明', words, '王小明', '13900000011', '英雄南路街道', village, at]
  const page = await someone()
  await signIn(page, DISPATCHER)
  await page.goto('/desk/sources')

  // A column this hotline calls otherwise is chosen by hand.
  await chooseOrders(page, [order(lamp, '演武社区门口路灯不亮', '演武社区'), order(noise, '路灯一闪一闪', ''), order(wrong, '路灯坏了', '演武小社区')])
  await expect(page.getByRole('alert')).toContainText('主要内容')
  await choose(page, '主要内容', '反映的事')
  await expect(figure(page, '新工单')).toHaveText('2')
  await expect(figure(page, '有错误的行')).toHaveText('1')
  await expect(page.getByRole('row').filter({ hasText: '演武小社区' })).toContainText('演武社区')
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: '下载有错误的 1 行' }).click()])
  expect(file.suggestedFilename()).toMatch(/待改.*\.xlsx$/)
  await page.getByRole('button', { name: '导入 2 件新工单' }).click()
  await expect(page.getByRole('heading', { name: '导入结果' })).toBeVisible()

  // Found by the number it has there; answered at once.
  await page.goto(`/desk/cases?q=${lamp}`)
  await page.getByRole('link', { name: /路灯/ }).first().click()
  await expect(page.getByText(`12345 热线 ${lamp}`).first()).toBeVisible()
  const id = page.url().split('/').pop()!.split('?')[0]!
  const shown = (await (await page.request.get(`/api/cases/${id}`)).json()) as { version: number }
  const answered = await page.request.post(`/api/cases/${id}/answer`, { data: { version: shown.version, text: '已报修，今晚恢复照明。' }, headers: { 'Idempotency-Key': crypto.randomUUID() } })
  expect(answered.ok(), await answered.text()).toBe(true)

  // The answer goes back once.
  await page.goto(`/desk/sources?tab=out&from=${today()}`)
  await expect(page.getByText('已报修，今晚恢复照明。')).toBeVisible()
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)
  const [out] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: /^交回 \d+ 件$/ }).click()])
  expect(out.suggestedFilename()).toMatch(/^12345-answers-.*\.xlsx$/)
  await expect(page.getByText('没有要交回的答复')).toBeVisible()

  // Taken back, what nobody has touched is withdrawn, and the answered one is named.
  await page.goto('/desk/sources?tab=past')
  await page.getByRole('listitem').filter({ hasText: '热线工单.xlsx' }).getByRole('button', { name: '撤销' }).first().click()
  await page.getByRole('dialog').getByRole('button', { name: '确认' }).click()
  await expectTold(page, '已撤回 1 件')
  await expect(page.getByText('有 1 件已经有人办理')).toBeVisible()
  // The switch of languages stands on another page of a phone.
  const english = page.getByRole('button', { name: '切换到英文' })
  if (!(await english.isVisible())) return
  await english.click()
  await expect(page.getByText(/undone .*, 1 withdrawn/).first()).toBeVisible()
})
