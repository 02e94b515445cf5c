import { SECOND_DISPATCHER, DISPATCHER, signIn } from '../support/desk.js'
import { unique } from '../support/resident.js'
import { type Page, expect, expectAccessible, expectNoSidewaysScroll, test } from '../support/test.js'

/** Keeps what a list shows under a name, by keyboard. */
async function keep(page: Page, name: string, whose?: RegExp): Promise<void> {
  await page.getByRole('button', { name: '存为常用视图' }).press('Enter')
  const form = page.getByRole('dialog', { name: '存为常用视图' })
  await form.getByLabel('名称').fill(name)
  if (whose) await form.locator('label').filter({ hasText: whose }).last().click()
  await expectAccessible(page)
  await form.getByLabel('名称').press('Enter')
  await expect(form).toHaveCount(0)
}

test('filters of requests and of whistles are kept, opened again, shared with the unit and forgotten @phone', async ({ someone, isMobile }) => {
  const page = await someone()
  await signIn(page, DISPATCHER)
  const [late, running] = [unique('超时申请').slice(0, 30), unique('进行中').slice(0, 30)]

  // On the phone and at a desk others are kept: both are the same person's.
  const [plea, whistle] = isMobile ? ['pause', 'emergency'] : ['extension', 'key_work']
  const lateOnes = `/desk/pleas?list=all&late=true&kind=${plea}`
  await page.goto(lateOnes)
  await keep(page, late)
  const kept = page.getByRole('navigation', { name: '常用视图' })
  await expect(kept.getByRole('link', { name: late })).toHaveAttribute('aria-current', 'page')

  // Another list has its own, and this one is the unit's.
  await page.goto(`/desk/whistles?view=running&kind=${whistle}`)
  await expect(page.getByRole('link', { name: late })).toHaveCount(0)
  await keep(page, running, /所|街道|镇|办|中心|局/)
  await expect(kept.getByRole('link', { name: running })).toBeVisible()

  // One's own stays with oneself; the unit's is there for a colleague, and opens what it names.
  await page.goto('/desk/pleas')
  await kept.getByRole('link', { name: late }).press('Enter')
  await expect(page).toHaveURL(/late=true/)
  await expectNoSidewaysScroll(page)
  const mate = await someone()
  await signIn(mate, SECOND_DISPATCHER)
  await mate.goto('/desk/pleas')
  await expect(mate.getByRole('heading', { level: 1 })).toBeVisible()
  await expect(mate.getByRole('link', { name: late })).toHaveCount(0)
  await mate.goto('/desk/whistles')
  await mate.getByRole('navigation', { name: '常用视图' }).getByRole('link', { name: running }).click()
  await expect(mate).toHaveURL(new RegExp(`kind=${whistle}`))
  await expect(mate.getByRole('link', { name: '导出 Excel' })).toHaveAttribute('href', new RegExp(`/api/whistles\\.xlsx\\?.*kind=${whistle}`))
  const [file] = await Promise.all([mate.waitForEvent('download'), mate.getByRole('link', { name: '导出 Excel' }).click()])
  expect(file.suggestedFilename()).toMatch(/^whistles-.+\.xlsx$/)

  // Forgotten by whoever has it open: the unit's is gone for all.
  await mate.getByRole('button', { name: '删除', exact: true }).click()
  await mate.getByRole('dialog').getByRole('button', { name: '确认' }).click()
  await expect(mate.getByRole('link', { name: running })).toHaveCount(0)
  await page.goto(lateOnes)
  await page.getByRole('button', { name: '删除', exact: true }).click()
  await page.getByRole('dialog').getByRole('button', { name: '确认' }).click()
  await expect(page.getByRole('link', { name: late })).toHaveCount(0)
  await expect(page.getByRole('button', { name: '存为常用视图' })).toBeVisible()
})
