import { DISPATCHER, caseId, signIn } from '../support/desk.js'
import { follow, report, unique } from '../support/resident.js'
import { PHONE, type Page, expect, expectAccessible, expectNoSidewaysScroll, test } from '../support/test.js'

test('in English from end to end', async ({ someone }) => {
  const resident = await someone(PHONE)
  await resident.goto('/')
  await resident.getByRole('button', { name: 'English' }).click()
  await expect(resident.locator('html')).toHaveAttribute('lang', 'en')
  await expectEnglish(resident)
  await expectAccessible(resident)
  await resident.getByRole('link', { name: /report/i }).first().click()
  const words = unique('The manhole cover is broken at the corner')
  await resident.locator('#text').fill(words)
  await resident.locator('form button[type=submit]').click()
  await resident.locator('#place-search').fill('yanwu')
  await resident.getByRole('button', { name: /^Yanwu Community/ }).click()
  await expectEnglish(resident)
  await expectAccessible(resident)
  await resident.locator('form button[type=submit]').click()
  await expectEnglish(resident)
  await expectNoSidewaysScroll(resident)
  await resident.locator('form button[type=submit]').click()
  await expect(resident).toHaveURL(/\/report\/done$/)
  await expectEnglish(resident)
  await expectAccessible(resident)
  const number = /\d{6}-\d{6}-\d{6}-\d/.exec(await resident.locator('.slip').innerText())?.[0] ?? ''
  await resident.getByRole('link', { name: /see how it stands|follow|progress/i }).first().click()
  await expect(resident.getByRole('heading', { level: 1 })).toBeVisible()
  await expect(resident.getByText(words).first()).toBeVisible()
  await expectEnglish(resident)
  await expectAccessible(resident)

  const staff = await someone()
  await signIn(staff, DISPATCHER)
  await staff.addInitScript(() => localStorage.setItem('jishi.lang', 'en'))
  await staff.goto('/desk/')
  const toEnglish = staff.getByRole('button', { name: /English|切换到英文/ })
  if (await toEnglish.count()) await toEnglish.first().click()
  await expect(staff.locator('html')).toHaveAttribute('lang', 'en')
  await staff.goto(`/desk/dispatch/${await caseId(staff, number)}`)
  await expect(staff.getByText(words).first()).toBeVisible()
  await expectAccessible(staff)
})

/** What the page itself says; what people wrote and how they are called stays as it is. */
async function expectEnglish(page: Page): Promise<void> {
  const left = await page.evaluate(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    const found: string[] = []
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const text = node.textContent?.trim() ?? ''
      if (/\p{Script=Han}/u.test(text) && text !== '中文' && node.parentElement?.checkVisibility()) found.push(text)
    }
    return found
  })
  expect(left, page.url()).toEqual([])
}

test('in the old browser inside a messenger, without WebGL', async ({ someone }) => {
  const resident = await someone(PHONE)
  await resident.addInitScript(() => {
    const remove = (owner: object, ...names: string[]) => {
      for (const name of names) Object.defineProperty(owner, name, { value: undefined, configurable: true, writable: true })
    }
    remove(Crypto.prototype, 'randomUUID')
    remove(Array.prototype, 'at', 'findLast', 'findLastIndex', 'toSorted', 'toReversed', 'with', 'toSpliced')
    remove(String.prototype, 'at', 'replaceAll', 'isWellFormed')
    remove(Object, 'hasOwn', 'groupBy')
    remove(Promise, 'withResolvers', 'any')
    remove(globalThis, 'structuredClone', 'BroadcastChannel')
    remove(AbortSignal, 'any', 'timeout')
    remove(Navigator.prototype, 'locks', 'clipboard')
    remove(Element.prototype, 'checkVisibility', 'replaceChildren')
    remove(Intl, 'Segmenter')
    const getContext = HTMLCanvasElement.prototype.getContext
    HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement, kind: string, ...rest: unknown[]) {
      return /webgl/.test(kind) ? null : (getContext as (...all: unknown[]) => unknown).call(this, kind, ...rest)
    } as typeof getContext
  })
  const told = await report(resident, {
    words: unique('学校门口井盖破损'), withPhoto: true,
    atPlace: async (page) => {
      await page.getByRole('button', { name: '在地图上点' }).click()
      await expect(page.getByText('这部手机画不了地图，请从下面选择地方。')).toBeVisible()
    },
  })
  await resident.getByRole('link', { name: '现在就看进度' }).click()
  await expect(resident.getByText('已经收到，工作人员正在判断该由谁办理。')).toBeVisible()
  await expect(resident.getByText(told.words).first()).toBeVisible()
})

test('a point on the map finds its grid', async ({ someone }) => {
  const resident = await someone(PHONE)
  await report(resident, {
    words: unique('公园旁边井盖破损'),
    atPlace: async (page) => {
      await page.getByRole('button', { name: '在地图上点' }).click()
      const map = page.locator('.maplibregl-canvas')
      await expect(map).toBeVisible({ timeout: 30_000 })
      await expect(page.getByText('网格边界为演示用示意数据，不是实际边界。')).toBeVisible()
      await page.waitForTimeout(1_500)
      await map.click()
      await expect(page.getByRole('status').filter({ hasText: '演武社区' })).toBeVisible()
      await expectAccessible(page)
    },
  })
})

test('the position of the phone, asked for on a tap', async ({ someone }) => {
  const resident = await someone({ ...PHONE, geolocation: { longitude: 113.1096, latitude: 36.1832 }, permissions: ['geolocation'] })
  await resident.goto('/report')
  await resident.getByLabel('请用自己的话说').fill(unique('脚下的井盖在响'))
  await resident.getByRole('button', { name: '下一步：在哪里' }).click()
  await resident.getByRole('button', { name: '用我现在的位置' }).click()
  await expect(resident.getByRole('status').filter({ hasText: '英雄南路街道' })).toBeVisible()
})

test('large type on the narrowest phone, and what was written is kept', async ({ someone }) => {
  const resident = await someone({ viewport: { width: 320, height: 568 }, isMobile: true, hasTouch: true })
  await resident.goto('/')
  await resident.getByRole('button', { name: '大字' }).click()
  await expectNoSidewaysScroll(resident)
  await expectAccessible(resident)
  await resident.goto('/report')
  const words = unique('楼道里的灯坏了')
  await resident.getByLabel('请用自己的话说').fill(words)
  await expectNoSidewaysScroll(resident)
  await resident.waitForTimeout(500)
  await resident.goto('/')
  await resident.getByRole('link', { name: '接着写' }).click()
  await expect(resident.getByLabel('请用自己的话说')).toHaveValue(words)
  await expectAccessible(resident)
})

test('a receipt that does not exist is said to be unknown, beside the field', async ({ someone }) => {
  const resident = await someone(PHONE)
  await resident.goto('/follow')
  await resident.getByLabel('回执号码').fill('1234 5678')
  await resident.getByRole('button', { name: '查看' }).click()
  await expect(resident.getByText('回执是 16 位数字，请核对后再输入。')).toBeVisible()
  await resident.getByLabel('回执号码').fill('1234 5678 1234 5678')
  await resident.getByRole('button', { name: '查看' }).click()
  await expect(resident.getByText('没有找到这张回执。请核对每一位数字。')).toBeVisible()
  await expectAccessible(resident)
})

test('a receipt opens the case on another phone', async ({ someone }) => {
  const told = await report(await someone(PHONE), { words: unique('河边护栏松动') })
  const other = await someone(PHONE)
  await follow(other, told.receipt)
  await expect(other.getByText(told.words).first()).toBeVisible()
})
