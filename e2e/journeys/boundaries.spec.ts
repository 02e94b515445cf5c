import { randomInt } from 'node:crypto'
import { SYSTEM, number, write } from '../support/admin.js'
import { openCase, signIn } from '../support/desk.js'
import { unique } from '../support/resident.js'
import { PHONE, type Page, expect, expectAccessible, test } from '../support/test.js'

/** A village of the journey's own, far from all others, with one grid that is all of it. */
async function ownVillage(page: Page): Promise<{ village: string; grid: string; west: number; south: number }> {
  const village = `140403003${randomInt(500, 899)}`
  const answer = await page.request.post('/api/regions', {
    data: { code: village, kind: 'village', names: { zh: `画界村${number()}` } },
    headers: { 'Idempotency-Key': crypto.randomUUID() },
  })
  if (answer.status() === 422) return ownVillage(page)
  const grid = `${village}001`
  await write(page, 'post', '/api/regions', { code: grid, kind: 'grid', names: { zh: '全村网格' } })
  const [west, south] = [113.6 + randomInt(0, 900) / 10_000, 36.9 + randomInt(0, 900) / 10_000]
  const ring = [[0, 0], [0.01, 0], [0.01, 0.01], [0, 0.01], [0, 0]].map(([x, y]) => [west + x!, south + y!])
  const feature = (code: string) => ({ type: 'Feature', properties: { code, source: '试验' }, geometry: { type: 'Polygon', coordinates: [ring] } })
  await write(page, 'post', '/api/boundaries/import', { type: 'FeatureCollection', features: [feature(village), feature(grid)] })
  return { village, grid, west, south }
}

test('a line is drawn through a grid: what moves is told first, then the case lies in its new grid', async ({ someone }) => {
  const page = await someone()
  await signIn(page, SYSTEM)
  const { village, west, south } = await ownVillage(page)
  const resident = await someone(PHONE)
  const receipt = String(randomInt(1e7, 1e8 - 1)) + String(randomInt(1e7, 1e8 - 1))
  const place = { source: 'pin', lon: west + 0.002, lat: south + 0.008 }
  const { number: reported } = await write<{ number: string }>(resident, 'post', '/api/reports', { receipt, text: unique('北头路灯不亮'), identity: 'anonymous', place })

  await page.goto(`/desk/places/${village}`)
  await page.getByRole('link', { name: '画地界' }).click()
  await page.getByRole('button', { name: /全村网格/ }).click()
  const map = page.getByRole('application', { name: '画地界的地图' })
  await expect(map).toHaveAttribute('aria-busy', 'false')
  await page.getByRole('button', { name: '用线分割' }).click()
  const box = (await map.boundingBox())!
  const middle = box.y + box.height / 2
  // From edge to edge: the village fills the height of the map, and lies in its middle.
  await page.mouse.click(box.x + box.width * 0.1, middle)
  await page.mouse.click(box.x + box.width * 0.9, middle)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: /全村网格（2）/ })).toBeVisible()
  await page.getByRole('button', { name: '撤销一步' }).click()
  await expect(page.getByRole('button', { name: /全村网格（2）/ })).toHaveCount(0)
  await page.getByRole('button', { name: '重做一步' }).click()
  await expectAccessible(page)

  // A name is missing: told beside it, and nothing has happened.
  await page.getByRole('button', { name: /全村网格（1）/ }).click()
  await page.getByLabel('中文名').fill('')
  await page.getByRole('button', { name: '试算' }).click()
  await expect(page.getByText('请填写此项')).toBeVisible()
  await page.getByLabel('中文名').fill('一片')
  await page.getByRole('button', { name: /全村网格（2）/ }).click()
  await page.getByLabel('中文名').fill('二片')
  await page.getByRole('button', { name: '试算' }).click()
  const told = page.getByRole('dialog', { name: '试算结果' })
  await expect(told.getByText('没有发现重叠、空隙或越界')).toBeVisible()
  await expect(told.getByText(/全村网格 → [一二]片：1 件/)).toBeVisible()
  await expectAccessible(page)
  await told.getByRole('button', { name: '照此保存' }).click()
  const done = page.getByRole('dialog', { name: '已保存' })
  await expect(done.getByText('重划已生效')).toBeVisible()
  await done.getByRole('button', { name: '关闭' }).last().click()
  await expect(page.getByRole('link', { name: /一片/ })).toBeVisible()

  const desk = await someone()
  await signIn(desk, 'guowenjun')
  await openCase(desk, reported)
  await expect(desk.getByText(/[一二]片/).first()).toBeVisible()
  await expect(desk.getByText('网格（地界）重划')).toBeVisible()

  // It was a mistake: told first, then taken back, and the case is where it was.
  const past = page.getByRole('region', { name: '最近的重划' })
  await page.goto(`/desk/places/${village}`)
  await expect(past.getByText(/新设 2 个.*撤销 1 个.*移动工单 1 件/)).toBeVisible()
  await past.getByRole('button', { name: '撤回' }).first().click()
  const back = page.getByRole('dialog', { name: '撤回这次重划' })
  await expect(back.getByText(/[一二]片 → 全村网格：1 件/)).toBeVisible()
  await expectAccessible(page)
  await back.getByRole('button', { name: '确认撤回' }).press('Enter')
  await expect(past.getByText(/^已撤回：/)).toBeVisible()
  await expect(page.getByRole('link', { name: /全村网格/ })).toBeVisible()
  await expect(page.getByRole('link', { name: /一片/ })).toHaveCount(0)
  await openCase(desk, reported)
  await expect(desk.getByText('重划已撤回')).toBeVisible()
  await expect(desk.getByText(/全村网格/).first()).toBeVisible()

  const phone = await someone(PHONE)
  await signIn(phone, SYSTEM)
  await phone.goto(`/desk/places/${village}/draw`)
  await expect(phone.getByText('请在电脑或横放的平板上操作')).toBeVisible()
})
