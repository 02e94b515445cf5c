import { signIn } from '../support/desk.js'
import { type Page, expect, expectAccessible, expectNoSidewaysScroll, test } from '../support/test.js'

/** Every page of the desk as somebody who uses it; what only opens from another page is looked at by that page's journey. */
const DESK: [login: string, paths: string[]][] = [
  ['guowenjun', ['', 'cases', 'dispatch', 'new', 'routing?region=140403003001001&matter=city.roads.manhole', 'routing?part=rules', 'routing?part=examples', 'disclosures', 'me']],
  ['niuxiaoliang', ['sources', 'sources?tab=out', 'sources?tab=past', 'places', 'places/140403003001', 'units', 'catalog', 'catalog/city.roads.manhole']],
  ['wanglihua', ['', 'cases', 'find', 'grid', 'patrols', 'phrases', 'me']],
  ['fengxiuying', ['', 'register']],
  ['shenguodong', ['morning', 'week', 'indicators', 'indicators/process.in-time', 'indicators/cases?day=in&any=received', 'pleas', 'pleas?list=all', 'supervision']],
  ['liangzhiyong', ['', 'indicators', 'gaming-signs', 'shares', 'shares?whose=given', 'pleas?list=ours', 'supervision']],
  ['yanshaohua', ['', 'sources', 'calendar']],
  ['tianjianping', ['', 'roles', 'workbook', 'messages', 'sources?tab=admin']],
  ['cuihuimin', ['', 'people', 'objections', 'objections?view=all', 'processing', 'erasures']],
  ['miaozhiyuan', ['', 'audit', 'gaming-signs', 'handbook', 'handbook/start']],
]
/** Beside those every entry is tried with. */
const RESIDENTS = ['/find', '/open', '/open/140403003', '/help', '/privacy', '/my-data', '/nowhere']
/** Those who walk about and those who decide use a phone as well. */
const WITH_A_PHONE = ['guowenjun', 'niuxiaoliang', 'wanglihua', 'fengxiuying', 'shenguodong']

async function look(page: Page, path: string): Promise<void> {
  await page.goto(path)
  await expect(page.locator('h1').first()).toBeVisible()
  await expect(page.locator('[aria-busy=true]')).toHaveCount(0)
  if (path !== '/nowhere') await expect(page.getByRole('heading', { name: '没有这个页面' })).toHaveCount(0)
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)
}

for (const [login, paths] of DESK) {
  test(`every page of ${login} is accessible and fits${WITH_A_PHONE.includes(login) ? ' @phone' : ''}`, async ({ page }) => {
    await signIn(page, login)
    for (const path of paths) await look(page, `/desk/${path}`)
  })
}

test('every page of residents is accessible and fits @phone', async ({ page }) => {
  for (const path of RESIDENTS) await look(page, path)
})

test('the dark pages have the same contrast', async ({ someone }) => {
  const resident = await someone({ colorScheme: 'dark' })
  for (const path of ['/', '/report', '/open/140403003']) await look(resident, path)
  for (const [login, paths] of [
    ['guowenjun', ['', 'cases', 'dispatch', 'routing?region=140403003001001&matter=city.roads.manhole', 'disclosures']],
    ['wanglihua', ['find', 'patrols']],
    ['shenguodong', ['morning', 'week', 'indicators', 'indicators/outcome.solved']],
    ['tianjianping', ['workbook']],
  ] as const) {
    const page = await someone({ colorScheme: 'dark' })
    await signIn(page, login)
    for (const path of paths) await look(page, `/desk/${path}`)
  }
})
