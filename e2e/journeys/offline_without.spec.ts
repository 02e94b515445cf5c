import { GRID_WORKER, signIn } from '../support/desk.js'
import { KEPT, expectNothingOwed, expectOnce, keptPhotos, keptReads, onServer } from '../support/offline.js'
import { choosePlace, follow, unique } from '../support/resident.js'
import { PHONE, type Page, expect, expectAccessible, test } from '../support/test.js'

/**
 * What browsers lack, switched off before a page's first line runs: Background Sync on iPhones and in the system's web view,
 * workers inside some programs' windows, locks and channels on older ones, blobs in the database of old WebKit, the database
 * itself where a window keeps nothing. docs/handbook, chapter "grid", says which lacks what.
 */
const OFF = {
  'a service worker': () => Object.defineProperty(Navigator.prototype, 'serviceWorker', { get: () => undefined }),
  'being woken by the system': () => {
    Reflect.deleteProperty(globalThis, 'SyncManager')
    Object.defineProperty(ServiceWorkerRegistration.prototype, 'sync', { get: () => undefined })
  },
  'storage that is kept for good': () => Object.defineProperty(StorageManager.prototype, 'persist', { value: undefined }),
  'storage for which anybody is asked': () => Object.defineProperty(Navigator.prototype, 'storage', { get: () => undefined }),
  'locks': () => Object.defineProperty(Navigator.prototype, 'locks', { get: () => undefined }),
  'channels between tabs': () => Reflect.deleteProperty(globalThis, 'BroadcastChannel'),
  'blobs in the database': () => {
    const holdsBlob = (value: unknown): boolean =>
      value instanceof Blob || (typeof value === 'object' && value !== null && Object.values(value).some(holdsBlob))
    for (const name of ['put', 'add'] as const) {
      const write = IDBObjectStore.prototype[name]
      IDBObjectStore.prototype[name] = function (this: IDBObjectStore, ...args: Parameters<typeof write>) {
        if (holdsBlob(args[0])) throw new DOMException('no blobs', 'DataCloneError')
        return write.apply(this, args)
      }
    }
  },
  'what an address without TLS may not have': () => {
    for (const name of ['serviceWorker', 'storage', 'locks'] as const) Object.defineProperty(Navigator.prototype, name, { get: () => undefined })
    for (const name of ['subtle', 'randomUUID'] as const) Object.defineProperty(Crypto.prototype, name, { value: undefined })
    Reflect.deleteProperty(globalThis, 'caches')
  },
} satisfies Record<string, () => void>

/** A database that does not open, as in a private window. */
const noDatabase = () => {
  IDBFactory.prototype.open = () => {
    throw new DOMException('nothing is kept here', 'InvalidStateError')
  }
}

type Someone = (options?: object) => Promise<Page>
const cut = (page: Page, isCut = true) => page.context().setOffline(isCut)

/** A grid worker's phone whose browser lacks something, on the page where finds are written. */
async function without(someone: Someone, ...off: (() => void)[]): Promise<Page> {
  const page = await someone({ ...PHONE, serviceWorkers: 'allow' })
  for (const script of off) await page.context().addInitScript(script)
  await signIn(page, GRID_WORKER)
  await page.goto('/desk/find')
  await expect(page.getByLabel('发现了什么')).toBeVisible()
  return page
}

/** Writes what was found on the page that is open: nothing is loaded for it any more. */
async function write(page: Page, words: string): Promise<void> {
  await page.getByLabel('发现了什么').fill(words)
  await page.locator('input[type=file]').first().setInputFiles({ name: 'lamp.png', mimeType: 'image/png', buffer: PIXELS })
  await expect(page.getByText('已存，待发送')).toBeVisible()
  await expect(page.getByText('这件事由承办单位办，请上报。')).toBeVisible()
  await page.getByRole('button', { name: '上报' }).click()
}

async function expectOnceWithPhoto(page: Page, words: string): Promise<void> {
  await expectOnce(page, words)
  const [row] = await onServer(page, words)
  const found = (await (await page.request.get(`/api/cases/${row!.id}`)).json()) as { reports: { photos: unknown[] }[] }
  expect(found.reports[0]!.photos).toHaveLength(1)
}

for (const [name, off] of Object.entries(OFF)) {
  test(`what is written without a network arrives once, without ${name}`, async ({ someone }) => {
    const page = await without(someone, off)
    await expect.poll(() => keptReads(page), { timeout: 60_000 }).toContain('/api/matters')
    const words = unique('断网时发现井盖松动')
    await cut(page)
    await write(page, words)
    await expect(page.getByRole('heading', { name: KEPT })).toBeVisible()
    expect(await keptPhotos(page)).toHaveLength(1)
    await cut(page, false)
    await expectNothingOwed(page)
    await expectOnceWithPhoto(page, words)
    expect(await keptPhotos(page)).toHaveLength(0)
  })
}

test('without all of it two tabs send one outbox, and each item arrives once', async ({ someone }) => {
  const { 'blobs in the database': blobs, 'channels between tabs': channels, 'what an address without TLS may not have': secure } = OFF
  const page = await without(someone, blobs, channels, secure)
  await expect.poll(() => keptReads(page), { timeout: 60_000 }).toContain('/api/matters')
  const other = await page.context().newPage()
  await other.goto('/desk/find')
  await expect(other.getByLabel('发现了什么')).toBeVisible()
  const all = [page, other].map((tab) => ({ tab, words: unique('什么都没有的浏览器里井盖松动') }))
  await cut(page)
  for (const { tab, words } of all) await write(tab, words)
  for (const { tab } of all) await expect(tab.getByRole('heading', { name: KEPT })).toBeVisible()
  await cut(page, false)
  await expectNothingOwed(page)
  for (const { words } of all) await expectOnceWithPhoto(page, words)
})

test('the page closed, it goes when it is opened again: nothing wakes a browser without workers', async ({ someone }) => {
  const page = await without(someone, OFF['a service worker'])
  await expect.poll(() => keptReads(page), { timeout: 60_000 }).toContain('/api/matters')
  const context = page.context()
  const words = unique('关掉页面以后的井盖松动')
  await cut(page)
  await write(page, words)
  await expect(page.getByRole('heading', { name: KEPT })).toBeVisible()
  await page.close()
  await context.setOffline(false)
  const again = await context.newPage()
  await again.goto('/desk/')
  await expectNothingOwed(again)
  await expectOnceWithPhoto(again, words)
})

test('a browser that keeps nothing says so at once, loses no word, and sends on line', async ({ someone }) => {
  const page = await without(someone, noDatabase)
  const words = unique('什么都不存的浏览器里井盖松动')
  await cut(page)
  await page.getByLabel('发现了什么').fill(words)
  await page.getByRole('button', { name: '上报' }).click()
  await expect(page.getByText(/这个浏览器现在存不下内容。内容还在表单里/)).toBeVisible({ timeout: 30_000 })
  await expect(page.getByLabel('发现了什么')).toHaveValue(words)
  await expectAccessible(page)
  await cut(page, false)
  await page.getByRole('button', { name: '上报' }).click()
  await expect(page.getByRole('heading', { name: '已上报' })).toBeVisible()
  await expectOnce(page, words)
})

test('a resident whose browser lacks all of it keeps the report on the open page, and it arrives once', async ({ someone }) => {
  const page = await someone({ ...PHONE, serviceWorkers: 'allow' })
  for (const off of [OFF['channels between tabs'], OFF['blobs in the database'], OFF['what an address without TLS may not have']]) await page.context().addInitScript(off)
  const words = unique('微信里没有信号时写的路灯不亮')
  await page.goto('/report')
  await page.getByLabel('请用自己的话说').fill(words)
  await page.getByRole('button', { name: '下一步：在哪里' }).click()
  await choosePlace(page, '演武社区')
  await page.getByRole('button', { name: '下一步', exact: true }).click()
  await expect(page.getByRole('button', { name: '提交', exact: true })).toBeVisible()
  await cut(page)
  await page.getByRole('button', { name: '提交', exact: true }).click()
  await expect(page.getByRole('heading', { name: '已存在这部手机，还没有送出' })).toBeVisible({ timeout: 30_000 })
  await cut(page, false)
  const slip = page.locator('.slip .digits')
  await expect(slip).toBeVisible({ timeout: 30_000 })
  const receipt = (await slip.innerText()).replace(/\D/g, '')
  await expect.poll(async () => (await page.request.get('/api/receipt', { headers: { authorization: `Receipt ${receipt}` } })).status(), { timeout: 60_000 }).toBe(200)
  const told = (await (await page.request.get('/api/receipt', { headers: { authorization: `Receipt ${receipt}` } })).json()) as { timeline: { text: string | null }[] }
  expect(told.timeline.filter((entry) => entry.text?.includes(words))).toHaveLength(1)
  await follow(page, receipt)
  await expect(page.getByText(words).first()).toBeVisible()
})

/** A picture of one colour, small enough to write down. */
const PIXELS = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEklEQVR4nGP4z8CAFWEXHbQSACj/P8Fu7N9hAAAAAElFTkSuQmCC', 'base64')
