import { GRID_WORKER, expectTold, signIn } from '../support/desk.js'
import { press, tabTo } from '../support/keyboard.js'
import { unique } from '../support/resident.js'
import { expect, test } from '../support/test.js'

test('found, named in the register and settled without a mouse', async ({ page }) => {
  await signIn(page, GRID_WORKER)
  await page.goto('/desk/find')
  await expect(page.getByRole('heading', { name: '发现问题' })).toBeVisible()

  // What is missing is said beside its field, and the hand is led there.
  await press(page, page.getByRole('button', { name: '上报' }))
  const words = page.getByLabel('发现了什么')
  await expect(words).toBeFocused()
  await expect(page.getByText('请填写').first()).toBeVisible()
  await page.keyboard.type(unique('垃圾桶满了没人收，堆到路上'))
  await expect(page.getByText('这件事网格可以当场办。')).toBeVisible()

  // Which thing: typed for by its number, taken from the list.
  const thing = page.getByRole('combobox', { name: '按编号或名称查找' })
  await tabTo(page, thing)
  await page.keyboard.type('YX-T001')
  // The search has answered when nothing else is in the list.
  await expect(page.getByRole('option').filter({ visible: true })).toHaveText([/YX-T001/])
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('radio', { name: /垃圾投放点 YX-T001/ })).toBeChecked()

  await tabTo(page, page.getByLabel('怎么解决的'), true)
  await page.keyboard.type('已当场清走')
  await press(page, page.getByRole('button', { name: '当场办结' }))
  await expect(page.getByRole('heading', { name: '已当场办结' })).toBeFocused()
  await press(page, page.getByRole('button', { name: '打开工单' }))
  await expect(page.getByRole('link', { name: /YX-T001/ })).toBeVisible()
})

test('a dialog of a round takes the focus, leaves with Escape, and gives it back', async ({ page }) => {
  await signIn(page, GRID_WORKER)
  await page.goto('/desk/patrols')
  await press(page, page.getByRole('link', { name: '路灯和井盖月巡' }))
  const needs = page.getByRole('button', { name: /^有问题/ }).first()
  await press(page, needs)
  const dialog = page.getByRole('dialog', { name: '需要处理' })
  await expect(dialog).toBeVisible()
  await expect.poll(() => dialog.evaluate((box) => box.contains(document.activeElement))).toBe(true)
  await page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
  await expect(needs).toBeFocused()
  await press(page, page.getByRole('button', { name: /^完好/ }).first())
  await expectTold(page, '已打勾')
})

test('a report and its following without a mouse', async ({ page }) => {
  await page.goto('/report')
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await press(page, page.getByRole('button', { name: '下一步：在哪里' }))
  await expect(page.getByLabel('请用自己的话说')).toBeFocused()
  await page.keyboard.type(unique('门口路灯不亮'))
  await press(page, page.getByRole('button', { name: '下一步：在哪里' }))
  await tabTo(page, page.getByLabel('输入地名或拼音'))
  await page.keyboard.type('演武社区')
  await press(page, page.getByRole('button', { name: /^演武社区 / }).first())
  await press(page, page.getByRole('button', { name: '下一步', exact: true }))
  await press(page, page.getByRole('button', { name: '提交', exact: true }))
  await expect(page).toHaveURL(/\/report\/done$/)
  await press(page, page.getByRole('link', { name: '现在就看进度' }))
  await expect(page.getByRole('heading', { name: '办理经过' })).toBeVisible()
})
