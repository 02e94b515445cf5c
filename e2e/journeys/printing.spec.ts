import { readFileSync } from 'node:fs'
import { DISPATCHER, caseId, expectTold, signIn } from '../support/desk.js'
import { report, unique } from '../support/resident.js'
import { PHONE, expect, expectAccessible, expectNoSidewaysScroll, test } from '../support/test.js'

test('a case is dispatched, printed, reminded of and printed again; then several from the list', async ({ someone }) => {
  const words = unique('人行道上井盖破损')
  const told = await report(await someone(PHONE), { words })
  const page = await someone()
  await signIn(page, DISPATCHER)
  const id = await caseId(page, told.number)
  await page.goto(`/desk/dispatch/${id}`)
  await page.getByRole('button', { name: '按建议派单' }).click()
  await expect(page.getByText('已派给').first()).toBeVisible()

  await page.goto(`/desk/cases/${id}`)
  const sheet = async (button: string) => {
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: button, exact: true }).click()])
    expect(readFileSync(await file.path()).subarray(0, 8).toString()).toBe('%PDF-1.7')
    return file.suggestedFilename()
  }
  expect(await sheet('打印交办单')).toBe(`交办单-${told.number}.pdf`)
  await expect(page.getByRole('button', { name: '打印催办单' })).toHaveCount(0)

  await page.getByRole('button', { name: '催办', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: '催办', exact: true }).click()
  await expect(dialog.getByText('请填写').first()).toBeVisible()
  await dialog.getByLabel('催什么').fill('请先到现场围挡。')
  await expectAccessible(page)
  await dialog.getByRole('button', { name: '催办', exact: true }).click()
  await expectTold(page, '已催办')
  expect(await sheet('打印催办单')).toBe(`催办单-${told.number}.pdf`)
  await expect(page.getByText('请先到现场围挡。')).toBeVisible()

  await page.goto(`/desk/cases?q=${encodeURIComponent(words)}`)
  await page.getByRole('button', { name: '批量打印、催办' }).click()
  await page.getByRole('checkbox', { name: `选择 ${told.number}` }).press(' ')
  await expect(page.getByText('已选 1 件')).toBeVisible()
  await expectAccessible(page)
  expect(await sheet('打印交办单')).toMatch(/^交办单-\d{4}-\d\d-\d\d\.pdf$/)
  await page.getByRole('button', { name: '催办', exact: true }).click()
  await dialog.getByLabel('催什么').fill('请今天内回复。')
  const [file] = await Promise.all([page.waitForEvent('download'), dialog.getByRole('button', { name: '催办并打印' }).click()])
  expect(file.suggestedFilename()).toContain('催办单')
  await page.setViewportSize({ width: 390, height: 800 })
  await expectNoSidewaysScroll(page)
})

test('the morning and the week are one printed page each, in both languages', async ({ someone }) => {
  const page = await someone()
  await signIn(page, 'shenguodong')
  await page.goto('/desk/morning')
  // The page keeps its own language when it has begun; chosen before that it would be written over.
  await expect(page.getByRole('heading', { level: 2 }).first()).toBeVisible()
  for (const [locale, words] of [['en', 'Now'], ['zh', '现在']] as const) {
    await page.evaluate((lang) => localStorage.setItem('jishi.lang', lang), locale)
    for (const path of ['/desk/week', '/desk/morning']) {
      await page.goto(path)
      await expect(page.getByRole('heading', { level: 2 }).first()).toBeVisible()
      const pages = (await page.pdf({ format: 'A4', preferCSSPageSize: true })).toString('latin1').match(/\/Type\s*\/Page[^s]/g)
      expect(pages, `${path} in ${locale}`).toHaveLength(1)
    }
    await expect(page.getByRole('heading', { name: words, exact: true })).toBeVisible()
  }
})
