import { readFile } from 'node:fs/promises'
import { expect, test } from '../support/test.js'
import { DISPATCHER, signIn } from '../support/desk.js'
import { write } from '../support/admin.js'

test('a summary is approved; a resident finds it, reads it in the figures and takes the data @phone', async ({ page }) => {
  await signIn(page, DISPATCHER)
  const words = `井盖换了新的，周围的路面也补平了（${crypto.randomUUID().slice(0, 6)}）`
  const report = { channel: 'visit', receipt: String(crypto.getRandomValues(new BigUint64Array(1))[0]).padStart(20, '7').slice(-16), text: '井盖坏了', matter: 'city.roads.manhole', identity: 'anonymous', place: { source: 'staff', region: '140403003001' } }
  const taken = await write<{ id: string; number: string; version: number }>(page, 'post', '/api/cases', report)
  await write(page, 'post', `/api/cases/${taken.id}/answer`, { version: taken.version, text: '今天换好了' })

  await page.goto(`/desk/cases/${taken.id}`)
  const card = page.getByRole('region', { name: '公开', exact: true })
  await card.getByRole('button', { name: '写公开摘要' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('公开摘要').fill('有事打13812345678')
  await dialog.getByRole('button', { name: '批准公开' }).click()
  await expect(dialog.getByText('138****5678”')).toBeVisible()
  await dialog.getByLabel('公开摘要').fill(words)
  await dialog.getByRole('button', { name: '批准公开' }).click()
  await expect(card.getByText(words)).toBeVisible()

  await page.goto('/')
  await page.getByRole('link', { name: /办理公开/ }).click()
  await page.getByLabel('办得怎么样').selectOption('not_fixed')
  await expect(page.getByText(words)).toBeVisible()
  expect(await page.locator('main').innerText()).not.toContain(taken.number)
  const download = page.waitForEvent('download')
  await page.getByRole('link', { name: '表格（CSV）' }).click()
  expect(await readFile((await (await download).path())!, 'utf8')).toContain(words)

  await page.goto('/open/140403003001')
  await page.getByRole('link', { name: /没有解决/ }).first().click()
  await expect(page.getByText(words)).toBeVisible()
})
