import { signIn } from './desk.js'
import { type Page, expect } from './test.js'

/** Opens the desk and waits until it can do without a network: the shell is kept, and what a day needs has been read. */
export async function prepare(page: Page, login: string): Promise<void> {
  await signIn(page, login)
  await page.goto('/desk/')
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined))
  await expect.poll(() => keptReads(page), { timeout: 60_000 }).toContain('/api/matters')
  await expect.poll(async () => (await keptReads(page)).some((name) => name.startsWith('/api/cases?')), { timeout: 30_000 }).toBe(true)
  await expect.poll(() => page.evaluate(() => Boolean(navigator.serviceWorker.controller)), { timeout: 30_000 }).toBe(true)
}

/** The page's database, read as a person with its tools would. */
async function stored<T>(page: Page, store: string): Promise<T[]> {
  return page.evaluate(
    (name) =>
      new Promise<unknown[]>((done, fail) => {
        const opening = indexedDB.open('jishi')
        opening.onerror = () => fail(new Error('no database'))
        opening.onsuccess = () => {
          const db = opening.result
          if (!db.objectStoreNames.contains(name)) {
            db.close()
            return done([])
          }
          const asking = db.transaction(name).objectStore(name).getAll()
          asking.onsuccess = () => {
            db.close()
            done(asking.result as unknown[])
          }
          asking.onerror = () => fail(new Error('unreadable'))
        }
      }),
    store,
  ) as Promise<T[]>
}

export const keptReads = async (page: Page): Promise<string[]> => (await stored<{ address: string }>(page, 'reads')).map((one) => one.address)
export const keptItems = (page: Page): Promise<{ key: string; state: string; seq: number; owner: string; body: unknown }[]> => stored(page, 'items')
export const keptPhotos = (page: Page): Promise<{ id: string }[]> => stored(page, 'photos')
export const everythingKept = async (page: Page): Promise<string> => JSON.stringify([await stored(page, 'reads'), await stored(page, 'items')])

/** Found on the way, up to the answer. */
export async function find(page: Page, words: string, photo = false): Promise<void> {
  await page.goto('/desk/find')
  await page.getByLabel('发现了什么').fill(words)
  if (photo) await page.locator('input[type=file]').first().setInputFiles({ name: 'lamp.png', mimeType: 'image/png', buffer: PIXELS })
  if (photo) await expect(page.getByText('已存，待发送')).toBeVisible()
  // The words have led to a matter, on line or from the kept catalogue, if they lead to one.
  if (/井盖/.test(words)) await expect(page.getByText('这件事由承办单位办，请上报。')).toBeVisible()
  await page.getByRole('button', { name: '上报' }).click()
}

export const KEPT = '已存在本机，有网后自动发送'

export async function findOffline(page: Page, words: string, photo = false): Promise<void> {
  await find(page, words, photo)
  await expect(page.getByRole('heading', { name: KEPT })).toBeVisible()
}

interface Row {
  id: string
  number: string
  summary: string
}
/** Cases on the server that say these words: each must be there once. */
export async function onServer(page: Page, words: string): Promise<Row[]> {
  const answer = await page.request.get('/api/cases', { params: { view: 'open', region: '140403003001001', limit: 100 } })
  const { rows } = (await answer.json()) as { rows: Row[] }
  return rows.filter((row) => row.summary.includes(words))
}

export const expectOnce = (page: Page, words: string) =>
  expect.poll(async () => (await onServer(page, words)).length, { timeout: 60_000, message: words }).toBe(1)

export async function expectNothingOwed(page: Page): Promise<void> {
  await expect.poll(async () => (await keptItems(page)).filter((one) => one.state !== 'delivered').length, { timeout: 60_000 }).toBe(0)
}

/** A picture of one colour, small enough to write down. */
const PIXELS = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEklEQVR4nGP4z8CAFWEXHbQSACj/P8Fu7N9hAAAAAElFTkSuQmCC',
  'base64',
)
