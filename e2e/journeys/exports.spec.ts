import { readFile } from 'node:fs/promises'
import { AUDIT } from '../support/admin.js'
import { DISPATCHER, signIn } from '../support/desk.js'
import { expect, test } from '../support/test.js'

test('a list that somebody took out leads the auditor to whoever took it', async ({ someone }) => {
  const desk = await someone()
  await signIn(desk, DISPATCHER)
  await desk.goto('/desk/cases')
  for (const [link, end] of [['导出 Excel', 'xlsx'], ['导出 CSV', 'csv']] as const) {
    const [file] = await Promise.all([desk.waitForEvent('download'), desk.getByRole('link', { name: link }).click()])
    const name = file.suggestedFilename()
    expect(name).toMatch(new RegExp(`^cases-\\d{8}-[0-9A-Z]{5}-[0-9A-Z]{5}\\.${end}$`))
    const number = name.split('-').slice(2).join('-').split('.')[0]!
    // Whoever passes it on gives it another name.
    const found = { name: `名单.${end}`, mimeType: 'application/octet-stream', buffer: await readFile(await file.path()) }
    const auditor = await someone()
    await signIn(auditor, AUDIT)
    await auditor.goto('/desk/audit')
    await auditor.locator('input[type=file]').setInputFiles(found)
    await expect(auditor.getByRole('row').filter({ hasText: '导出清单' })).toHaveCount(1)
    await expect(auditor.getByRole('row').filter({ hasText: number }).getByText('郭文君')).toBeVisible()
    await expect(auditor.getByLabel('工单号、地点代码或编号')).toHaveValue(number)
  }
})

test('a file that was not exported here is told so, and the page stays as it was', async ({ page }) => {
  await signIn(page, AUDIT)
  await page.goto('/desk/audit')
  await page.locator('input[type=file]').setInputFiles({ name: '别处.csv', mimeType: 'text/csv', buffer: Buffer.from('甲,乙\n1,2\n') })
  await expect(page.getByRole('alert')).toContainText('读不出导出编号')
  await expect(page.getByLabel('工单号、地点代码或编号')).toHaveValue('')
})
