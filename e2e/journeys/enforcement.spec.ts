import { expectTold, signIn } from '../support/desk.js'
import { choose, write } from '../support/admin.js'
import { PHONE, expect, expectAccessible, expectNoSidewaysScroll, test, type Page } from '../support/test.js'

const OFFICER = 'changhuifang'
const REVIEWER = 'liangshufen'
const HEAD = 'shenguodong'
/** The smallest picture a browser can make. */
const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAFElEQVR42mP4z8DwHxtmGFoSAAA3ZT/BTUJO9gAAAABJRU5ErkJggg==', 'base64')

async function take(page: Page, name: string, fill: (dialog: ReturnType<Page['getByRole']>) => Promise<void> = async () => undefined): Promise<void> {
  await page.getByRole('button', { name, exact: true }).first().click()
  const dialog = page.getByRole('dialog', { name })
  await expect(dialog).toBeVisible()
  await fill(dialog)
  await dialog.getByRole('button', { name, exact: true }).click()
  await expect(dialog).toBeHidden()
}

test('from a street check to a published decision, and taken back when it is annulled', async ({ someone }) => {
  const officer = await someone(PHONE)
  await signIn(officer, OFFICER)
  await officer.goto('/desk/')
  await expect(officer.getByRole('heading', { name: '综合执法' })).toBeVisible()
  await officer.getByRole('link', { name: '检查', exact: true }).click()
  await officer.getByRole('button', { name: '登记检查' }).click()
  await expectNoSidewaysScroll(officer)
  await expectAccessible(officer)
  // The partner is filled in: there is only one other with a certificate.
  await expect(officer.locator('#content').getByText('任晓波')).toBeVisible()
  await officer.getByRole('button', { name: '保存' }).click()
  await expect(officer.getByText('请填写此项。').first()).toBeVisible()
  await choose(officer, '赋权事项', '擅自占道经营')
  await officer.getByLabel('具体位置').fill('英南路口东侧')
  await officer.getByText('拟立案', { exact: true }).click()
  await officer.getByLabel('现场情况').fill('店外摆放货架三个，占用人行道约四平方米，已劝导两次。')
  await officer.getByRole('button', { name: '保存' }).click()
  await expectTold(officer, '已登记检查')

  // Filing begins with what the check found.
  await expect(officer.getByRole('heading', { name: '立案' })).toBeVisible()
  await expect(officer.getByLabel('案由')).toHaveValue(/店外摆放货架/)
  await officer.getByLabel('姓名或单位名称').fill('王大明')
  await officer.getByLabel('联系电话（选填）').fill('13812345678')
  await officer.getByRole('button', { name: '立案', exact: true }).click()
  await expectTold(officer, '已立案')
  await expect(officer.getByText('王**').first()).toBeVisible()
  await expect(officer.getByText('王大明')).toHaveCount(0)
  await expect(officer.getByText(/还缺：现场检查笔录/)).toBeVisible()
  await expectNoSidewaysScroll(officer)
  await expectAccessible(officer)
  const address = new URL(officer.url()).pathname

  await take(officer, '补充材料', async (dialog) => {
    await dialog.getByLabel('内容').fill('人行道上摆放货架三个，长约两米。')
    await dialog.locator('input[type=file]').first().setInputFiles({ name: 'scene.png', mimeType: 'image/png', buffer: PNG })
    await expect(dialog.locator('img').first()).toBeVisible()
    await officer.waitForLoadState('networkidle')
  })
  await take(officer, '补充材料', async (dialog) => {
    await choose(officer, '材料种类', '询问（陈述）笔录', '')
    await dialog.getByLabel('内容').fill('当事人承认摆放，愿意改正。')
  })
  await take(officer, '告知当事人', async (dialog) => {
    await dialog.getByLabel('事实和理由').fill('于今日在英南路口东侧占用人行道经营，经劝导仍不改正')
    await dialog.getByText('罚款', { exact: true }).click()
    await dialog.getByLabel('罚款（元）').fill('500')
  })
  await expect(officer.getByText(/还缺：陈述申辩期满/)).toBeVisible()
  // The address was not known on the street; a decision names it.
  await expect(officer.getByText('还缺：当事人地址')).toBeVisible()
  await take(officer, '登记当事人地址', async (dialog) => dialog.getByLabel('地址', { exact: true }).fill('英雄南路 12 号'))
  await expect(officer.getByText('还缺：当事人地址')).toBeHidden()
  await take(officer, '登记陈述、申辩', async (dialog) => {
    await dialog.getByText('书面放弃').click()
    await dialog.getByLabel('内容').fill('当事人书面放弃陈述、申辩。')
  })
  await take(officer, '送法制审核')
  await expect(officer.getByText('现在没有您可以办的步骤。')).toBeVisible()

  const reviewer = await someone()
  await signIn(reviewer, REVIEWER)
  await reviewer.goto('/desk/')
  await reviewer.getByRole('link', { name: /待法制审核/ }).click()
  await expect(reviewer.getByText('王**').first()).toBeVisible()
  await expectAccessible(reviewer)
  await reviewer.goto(address)
  await take(reviewer, '法制审核', async (dialog) => dialog.getByLabel('审核意见').fill('事实清楚、程序合法，同意。'))

  const head = await someone()
  await signIn(head, HEAD)
  await head.goto('/desk/')
  await head.getByRole('link', { name: /待决定/ }).first().click()
  await head.goto(address)
  await head.getByRole('button', { name: '作出决定', exact: true }).click()
  const dialog = head.getByRole('dialog', { name: '作出决定' })
  await dialog.getByLabel('罚款（元）').fill('600')
  await dialog.getByLabel('决定理由').fill('当事人及时改正，从轻处罚。')
  await dialog.getByText('有一定社会影响').click()
  await dialog.getByRole('button', { name: '作出决定', exact: true }).click()
  await expect(dialog.getByText(/决定不能比告知的更重，告知的是罚款 500 元/)).toBeVisible()
  await dialog.getByLabel('罚款（元）').fill('200')
  await dialog.getByRole('button', { name: '作出决定', exact: true }).click()
  await expect(dialog).toBeHidden()
  await expect(head.getByText(/英雄南路街道罚决字/).first()).toBeVisible()
  const number = (await head.getByText(/英雄南路街道罚决字/).first().textContent())!.replace(/^决定书 /, '')

  await officer.goto(address)
  await take(officer, '送达')
  const [file] = await Promise.all([officer.waitForEvent('download'), officer.getByRole('button', { name: '决定书', exact: true }).click()])
  expect(file.suggestedFilename()).toMatch(/^决定书-.+\.pdf$/)

  await reviewer.goto(address)
  await take(reviewer, '公示', async (form) => form.getByLabel('公示摘要').fill('一处店外占道经营被处罚款，当事人已改正。'))
  const resident = await someone()
  await resident.goto('/open/enforcement?look=decisions')
  const row = resident.getByRole('listitem').filter({ hasText: number })
  await expect(row.getByText('个人（姓名不公开）')).toBeVisible()
  await expectAccessible(resident)

  await take(reviewer, '登记撤销、变更', async (form) => form.getByLabel('理由').fill('行政复议机关撤销原决定。'))
  await expect(reviewer.getByText('应撤回公示').first()).toBeVisible()
  await take(reviewer, '撤回公示', async (form) => form.getByLabel('撤回理由（公开）').fill('该决定已被行政复议机关撤销。'))
  await expect(reviewer.getByText('不再进行（决定被撤销）')).toBeVisible()
  await resident.reload()
  await expect(row.getByText('该决定已被行政复议机关撤销。')).toBeVisible()
  await expect(row.getByText('200')).toHaveCount(0)
})

test('the lists of checks, cases and items, in both languages @phone', async ({ page }) => {
  await signIn(page, OFFICER)
  await page.goto('/desk/enforcement/checks?waiting=true')
  await expect(page.getByRole('link', { name: /待复查/ }).first()).toBeVisible()
  await expect(page.getByRole('listitem').filter({ hasText: '责令限期改正' }).first()).toBeVisible()
  await expectNoSidewaysScroll(page)
  await expectAccessible(page)
  await page.getByRole('listitem').filter({ hasText: '责令限期改正' }).first().getByRole('link').click()
  await page.getByRole('button', { name: '复查', exact: true }).click()
  await expect(page.getByRole('heading', { name: /^复查 / })).toBeVisible()
  await page.getByLabel('现场情况').fill('已经改正，现场整洁。')
  await page.getByRole('button', { name: '保存' }).click()
  await expectTold(page, '已登记检查')

  await write(page, 'put', '/api/session/locale', { locale: 'en' })
  await page.addInitScript(() => localStorage.setItem('jishi.lang', 'en'))
  await page.goto('/desk/enforcement/cases')
  await expect(page.getByRole('heading', { name: 'Enforcement cases' })).toBeVisible()
  await expect(page.getByRole('listitem').filter({ hasText: /Fine CNY/ }).first()).toBeVisible()
  await expectNoSidewaysScroll(page)
  await expectAccessible(page)
  await page.goto('/desk/enforcement/items')
  await expect(page.getByText('Trading on the pavement without permission')).toBeVisible()
  await expectNoSidewaysScroll(page)
  await expectAccessible(page)
  await page.goto('/open/enforcement')
  await expect(page.getByText('Straw and leaves burnt in the open')).toBeVisible()
  await expectNoSidewaysScroll(page)
  await write(page, 'put', '/api/session/locale', { locale: 'zh' })
})
