import { readFile } from 'node:fs/promises'
import { DISPATCHER, GRID_WORKER, signIn } from '../support/desk.js'
import { KEPT, everythingKept, expectNothingOwed, expectOnce, find, findOffline, keptItems, keptPhotos, keptReads, onServer, prepare } from '../support/offline.js'
import { choosePlace, follow, unique } from '../support/resident.js'
import { PHONE, type Page, expect, expectAccessible, expectNoSidewaysScroll, test } from '../support/test.js'

test.use({ serviceWorkers: 'allow' })
// Each has a browser of its own; the network is cut for all of it.
const worker = async (someone: (options?: object) => Promise<Page>): Promise<Page> => {
  const page = await someone({ ...PHONE, serviceWorkers: 'allow' })
  await prepare(page, GRID_WORKER)
  return page
}
const cut = (page: Page, isCut = true) => page.context().setOffline(isCut)

test('the desk opens without a network and shows what was read', async ({ someone }) => {
  const page = await worker(someone)
  const first = (await (await page.request.get('/api/cases?view=open&region=140403003001001&limit=50')).json()) as { rows: { id: string; summary: string }[] }
  const shown = first.rows[0]!
  await expect.poll(() => keptReads(page), { timeout: 60_000 }).toContain(`/api/cases/${shown.id}`)
  await cut(page)
  await page.goto('/desk/')
  await expect(page.getByRole('heading', { name: '我的网格' })).toBeVisible()
  await expect(page.getByText(/^离线：显示 \d\d:\d\d 的内容$/)).toBeVisible()
  await expectNoSidewaysScroll(page)
  await expectAccessible(page)
  await page.goto('/desk/grid')
  await expect(page.getByText(shown.summary).first()).toBeVisible()
  await expect(page.locator('.maplibregl-canvas').or(page.getByText('网格边界为演示用示意数据'))).not.toHaveCount(0, { timeout: 30_000 })
  await page.goto(`/desk/cases/${shown.id}`)
  await expect(page.getByText(shown.summary).first()).toBeVisible()
  await page.goto('/desk/find')
  await page.getByLabel('发现了什么').fill('垃圾桶满了没人收，堆到路上')
  // The catalogue is here, so what the grid may settle is known.
  await expect(page.getByText('这件事网格可以当场办。')).toBeVisible()
  await cut(page, false)
  await page.goto('/desk/')
  await expect(page.getByText(/离线：显示/)).toHaveCount(0)
})

test('what is found without a network sends itself, once, with its photo', async ({ someone }) => {
  const page = await worker(someone)
  const words = unique('断网时发现井盖松动')
  await cut(page)
  await findOffline(page, words, true)
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)
  await expect(page.getByText(/\d{4} \d{4} \d{4} \d{4}（送达后生效）|（送达后生效）/)).toBeVisible()
  // Closed and opened again: it is still there, and said in the bar.
  await page.reload()
  await page.getByRole('link', { name: '1 件待发送' }).click()
  await expect(page.getByRole('heading', { name: '待发送' })).toBeVisible()
  await expect(page.getByText(words)).toBeVisible()
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)
  expect(await keptPhotos(page)).toHaveLength(1)
  await cut(page, false)
  await expect(page.locator('[data-state=delivered]').filter({ hasText: words })).toBeVisible({ timeout: 30_000 })
  await expectOnce(page, words)
  const [row] = await onServer(page, words)
  const found = (await (await page.request.get(`/api/cases/${row!.id}`)).json()) as { reports: { photos: unknown[] }[] }
  expect(found.reports[0]!.photos).toHaveLength(1)
  expect(await keptPhotos(page)).toHaveLength(0)
})

test('settled on the spot without a network', async ({ someone }) => {
  const page = await worker(someone)
  const words = unique('垃圾桶满了没人收，堆到路上')
  await cut(page)
  await page.goto('/desk/find')
  await page.getByLabel('发现了什么').fill(words)
  await page.getByLabel('怎么解决的').fill('已联系保洁当场清走')
  await page.getByRole('button', { name: '当场办结' }).click()
  await expect(page.getByRole('heading', { name: KEPT })).toBeVisible()
  await cut(page, false)
  await expect(page.getByRole('heading', { name: '已送达' })).toBeVisible({ timeout: 30_000 })
  await page.getByRole('button', { name: '打开工单' }).click()
  await expect(page.getByText('当场解决').first()).toBeVisible()
  await expectNothingOwed(page)
})

test('the page is killed in the middle of sending a photo', async ({ someone }) => {
  const page = await worker(someone)
  const context = page.context()
  const words = unique('发送到一半页面被关')
  await cut(page)
  await findOffline(page, words, true)
  let asked = 0
  // The photo goes out and no answer ever comes.
  await context.route('**/api/photos', () => void asked++)
  await cut(page, false)
  await expect.poll(() => asked, { timeout: 30_000 }).toBeGreaterThan(0)
  expect((await keptItems(page)).find((one) => one.state !== 'delivered')?.state).toBe('sending')
  await page.close()
  await context.unrouteAll({ behavior: 'ignoreErrors' })
  const again = await context.newPage()
  await again.goto('/desk/outbox')
  await expect(again.locator('[data-state=delivered]').filter({ hasText: words })).toBeVisible({ timeout: 60_000 })
  await expectOnce(again, words)
})

test('the answer is lost after the server has taken it', async ({ someone }) => {
  const page = await worker(someone)
  const words = unique('服务器收到了但回话丢了')
  let lost = 0
  await page.context().route('**/api/cases', async (route) => {
    if (route.request().method() !== 'POST' || lost > 0) return route.fallback()
    lost++
    await route.fetch()
    await route.abort('connectionreset')
  })
  await find(page, words)
  await expect(page.getByRole('heading', { name: KEPT }).or(page.getByRole('heading', { name: '已送达' }))).toBeVisible({ timeout: 30_000 })
  await expectNothingOwed(page)
  expect(lost).toBe(1)
  await expectOnce(page, words)
})

test('two tabs send one outbox', async ({ someone }) => {
  const page = await worker(someone)
  const context = page.context()
  const other = await context.newPage()
  await other.goto('/desk/')
  const all = [1, 2, 3].map((n) => unique(`两个页面同时开着${n}`))
  await cut(page)
  for (const [at, words] of all.entries()) await findOffline(at % 2 ? other : page, words)
  const keys: string[] = []
  context.on('request', (request) => {
    if (request.method() === 'POST' && request.url().endsWith('/api/cases')) keys.push(request.headers()['idempotency-key'] ?? '')
  })
  await cut(page, false)
  await expectNothingOwed(page)
  for (const words of all) await expectOnce(page, words)
  // Not only once on the server: one of the two did the work.
  expect(new Set(keys).size).toBe(keys.length)
})

test('a network that answers with its own page has taken nothing', async ({ someone }) => {
  const page = await worker(someone)
  const context = page.context()
  const words = unique('连上了要登录的无线网')
  const portal = (route: { fulfill(answer: object): Promise<void> }) => route.fulfill({ status: 200, contentType: 'text/html', body: '<html><body>请先登录无线网络</body></html>' })
  await context.route('**/api/**', portal)
  await page.goto('/desk/find')
  await page.getByLabel('发现了什么').fill(words)
  await page.getByRole('button', { name: '上报' }).click()
  await expect(page.getByRole('heading', { name: KEPT })).toBeVisible({ timeout: 30_000 })
  expect((await keptItems(page)).filter((one) => one.state === 'delivered')).toHaveLength(0)
  await page.goto('/desk/')
  await expect(page.getByText(/离线：显示/)).toBeVisible()
  await context.unroute('**/api/**', portal)
  await page.goto('/desk/outbox')
  await expectNothingOwed(page)
  await expectOnce(page, words)
})

test('a clock that jumps changes neither the order nor the count', async ({ someone }) => {
  const page = await worker(someone)
  await cut(page)
  const all = ['钟走对的时候', '钟拨快三年以后', '钟拨慢十年以后'].map(unique)
  const years = [0, 3, -10]
  for (const [at, words] of all.entries()) {
    await page.addInitScript((ms) => {
      const now = Date.now.bind(Date)
      Date.now = () => now() + ms
    }, years[at]! * 365 * 86_400_000)
    await findOffline(page, words)
  }
  const kept = await keptItems(page)
  expect(kept.sort((a, b) => a.seq - b.seq).map((one) => JSON.stringify(one.body))).toEqual(all.map((words) => expect.stringContaining(words)))
  await cut(page, false)
  await expectNothingOwed(page)
  for (const words of all) await expectOnce(page, words)
  const numbers = await Promise.all(all.map(async (words) => (await onServer(page, words))[0]!.id))
  expect([...numbers].sort()).toEqual(numbers)
})

test('a full phone says so at once and keeps nothing by halves', async ({ someone }) => {
  const page = await worker(someone)
  await page.addInitScript(() => {
    const put = IDBObjectStore.prototype.put
    IDBObjectStore.prototype.put = function (this: IDBObjectStore, ...args: Parameters<typeof put>) {
      if (this.name === 'photos') throw new DOMException('full', 'QuotaExceededError')
      return put.apply(this, args)
    }
  })
  const words = unique('手机存满了')
  await cut(page)
  await find(page, words, true)
  await expect(page.getByText(/手机存储已满，这一件没有存下/)).toBeVisible()
  expect(await keptItems(page)).toHaveLength(0)
  expect(await keptPhotos(page)).toHaveLength(0)
  // It is still in the form, and goes when there is a network.
  await expect(page.getByLabel('发现了什么')).toHaveValue(words)
  await cut(page, false)
  await page.getByRole('button', { name: '上报' }).click()
  await expect(page.getByRole('heading', { name: '已上报' })).toBeVisible()
  await expectOnce(page, words)
})

test('what one person wrote waits for them, and nothing that was read stays after log-out', async ({ someone }) => {
  const page = await worker(someone)
  const words = unique('换人登录以后')
  await cut(page)
  await findOffline(page, words)
  await page.context().route('**/api/cases', (route) => (route.request().method() === 'POST' ? route.abort() : route.fallback()))
  await cut(page, false)
  await page.goto('/desk/me')
  await page.getByRole('button', { name: '退出' }).click()
  await expect(page).toHaveURL(/\/desk\/login/)
  expect((await keptReads(page)).filter((name) => !name.startsWith('/api/setup'))).toEqual([])
  await page.context().unrouteAll({ behavior: 'wait' })
  // A colleague of the next grid.
  await signIn(page, 'haocuilan')
  await page.goto('/desk/')
  await page.waitForTimeout(1_500)
  expect((await keptItems(page)).map((one) => one.state)).toEqual(['waiting'])
  await page.context().clearCookies()
  await signIn(page, GRID_WORKER)
  await page.goto('/desk/outbox')
  await expectNothingOwed(page)
  await expectOnce(page, words)
})

test('whoever logs out without a network is out once there is one', async ({ someone }) => {
  const page = await worker(someone)
  await cut(page)
  await page.goto('/desk/me')
  await page.getByRole('button', { name: '退出' }).click()
  await expect(page).toHaveURL(/\/desk\/login/)
  await page.goto('/desk/grid')
  await expect(page).toHaveURL(/\/desk\/login/)
  await cut(page, false)
  await page.goto('/desk/grid')
  await expect(page).toHaveURL(/\/desk\/login/)
  expect((await page.request.get('/api/session')).status()).toBe(401)
})

test('a file takes what waits to another device, and it arrives once from both', async ({ someone }) => {
  const page = await worker(someone)
  const words = unique('导出到另一台设备')
  await cut(page)
  await findOffline(page, words, true)
  await page.getByRole('button', { name: '看待发送' }).click()
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: '导出为文件' }).click()])
  const content = await readFile(await file.path())
  const other = await someone({ ...PHONE, serviceWorkers: 'allow' })
  await signIn(other, GRID_WORKER)
  await other.goto('/desk/outbox')
  await other.locator('input[type=file]').setInputFiles({ name: 'outbox.json', mimeType: 'application/json', buffer: Buffer.from('{"format":"other"}') })
  await expect(other.getByText('这不是待发送的导出文件')).toBeVisible()
  await other.locator('input[type=file]').setInputFiles({ name: 'outbox.json', mimeType: 'application/json', buffer: content })
  await expect(other.locator('[data-state=delivered]').filter({ hasText: words })).toBeVisible({ timeout: 30_000 })
  await cut(page, false)
  await expectNothingOwed(page)
  await expectOnce(page, words)
})

test('a step on a case that went on meanwhile is shown with both versions', async ({ someone }) => {
  const page = await worker(someone)
  const words = unique('离线时写的备注')
  const about = unique('3 号楼前井盖松动，断网期间被派走')
  await find(page, about)
  await expect(page.getByRole('heading', { name: '已上报' })).toBeVisible()
  const [row] = await onServer(page, about)
  await page.goto(`/desk/cases/${row!.id}`)
  await expect(page.getByText(about).first()).toBeVisible()
  await cut(page)
  await page.getByRole('region', { name: '可以办理' }).getByRole('button', { name: '补充说明' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox').first().fill(words)
  await dialog.getByRole('button', { name: '保存' }).click()
  await expect(page.getByText('这件事有 1 步还没有送出。')).toBeVisible()

  const dispatcher = await someone()
  await signIn(dispatcher, DISPATCHER)
  await dispatcher.goto(`/desk/dispatch/${row!.id}`)
  await dispatcher.getByRole('button', { name: '按建议派单' }).click()
  await expect(dispatcher.getByText(/已派给/).first()).toBeVisible()

  await cut(page, false)
  await page.goto('/desk/outbox')
  const item = page.locator('article').filter({ hasText: words })
  await expect(item).toHaveAttribute('data-state', 'look', { timeout: 30_000 })
  await expect(item.getByText('需要你看一下')).toBeVisible()
  await item.getByRole('button', { name: '看一下' }).click()
  await expect(item.getByRole('heading', { name: '您写的' })).toBeVisible()
  await expect(item.getByRole('heading', { name: '现在的情况' })).toBeVisible()
  await expect(item.getByText('派单').first()).toBeVisible()
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)
  await item.getByRole('button', { name: '按现在的情况再发' }).click()
  await expectNothingOwed(page)
  await page.goto(`/desk/cases/${row!.id}`)
  await expect(page.getByText(words)).toHaveCount(1)
})

test('no contact detail lies on the device after it has arrived', async ({ someone }) => {
  const page = await worker(someone)
  const phone = '13900007654'
  await cut(page)
  await page.goto('/desk/new')
  await page.getByLabel('群众说了什么').fill(unique('替人登记的事'))
  await page.getByText('保密', { exact: true }).click()
  await page.getByLabel('电话').last().fill(phone)
  await page.getByRole('button', { name: '登记', exact: true }).click()
  await expect(page.getByRole('heading', { name: KEPT })).toBeVisible()
  expect(await everythingKept(page)).toContain(phone)
  await cut(page, false)
  await expectNothingOwed(page)
  expect(await everythingKept(page)).not.toContain(phone)
})

test('a resident writes without a signal, has the receipt at once, and it holds once it has arrived', async ({ someone }) => {
  const page = await someone({ ...PHONE, serviceWorkers: 'allow' })
  const words = unique('没有信号时写的路灯不亮')
  await page.goto('/report')
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined))
  await page.getByLabel('请用自己的话说').fill(words)
  await page.getByRole('button', { name: '下一步：在哪里' }).click()
  await choosePlace(page, '演武社区')
  await cut(page)
  await page.getByRole('button', { name: '下一步', exact: true }).click()
  await page.getByRole('button', { name: '提交', exact: true }).click()
  await expect(page.getByRole('heading', { name: '已存在这部手机，还没有送出' })).toBeVisible()
  await expect(page.getByText('送达后生效')).toBeVisible()
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)
  const receipt = (await page.locator('.slip .digits').innerText()).replace(/\D/g, '')
  // The phone is put away and taken out again, still without a signal.
  await page.goto('/')
  await expect(page.getByRole('heading', { name: '等待送出' })).toBeVisible()
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)
  await cut(page, false)
  await expect(page.getByRole('heading', { name: '等待送出' })).toHaveCount(0, { timeout: 30_000 })
  await expectNothingOwed(page)
  await follow(page, receipt)
  await expect(page.getByText(words).first()).toBeVisible()
})
