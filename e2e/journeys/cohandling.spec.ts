import { DISPATCHER, HANDLER, caseId, dispatchAsProposed, expectTold, openCase, sign, signIn } from '../support/desk.js'
import { addPhoto, follow, report, unique } from '../support/resident.js'
import { PHONE, type Page, expect, expectAccessible, expectNoSidewaysScroll, test } from '../support/test.js'

/** The one handler of the power company's office in the demo city, and one of the housing bureau. */
const POWER = 'luweimin'
const HOUSING = 'changjianming'

/** A street lamp in the hands of the lamps' office. */
async function inHand(lead: Page, desk: Page, resident: Page, words: string) {
  const told = await report(resident, { words: unique(words), matter: '路灯不亮或损坏' })
  await signIn(desk, DISPATCHER)
  await dispatchAsProposed(desk, told.number)
  await signIn(lead, HANDLER)
  await openCase(lead, told.number)
  await sign(lead)
  return told
}

const shares = (page: Page) => page.getByRole('region', { name: '分工', exact: true })

async function chooseUnit(page: Page, dialog: ReturnType<Page['getByRole']>, name: string): Promise<void> {
  await dialog.getByLabel('单位', { exact: true }).click()
  await page.keyboard.type(name)
  await page.getByRole('option', { name: new RegExp(name) }).first().click()
}

async function give(page: Page, unit: string, task: string): Promise<void> {
  await shares(page).getByRole('button', { name: '给单位分工' }).click()
  const dialog = page.getByRole('dialog', { name: '给单位分工' })
  await dialog.getByRole('button', { name: '给单位分工' }).click()
  await expect(dialog.getByText('请填写').first()).toBeVisible()
  const assistant = dialog.getByRole('button', { name: unit })
  if (await assistant.count()) await assistant.click()
  else await chooseUnit(page, dialog, unit)
  await dialog.getByLabel('要做什么').fill(task)
  await expectAccessible(page)
  await dialog.getByRole('button', { name: '给单位分工' }).click()
  await expect(dialog).toBeHidden()
  await expect(shares(page).getByText(task)).toBeVisible()
}

/** Finds a share on the page of all shares. */
async function share(page: Page, task: string) {
  await page.goto('/desk/shares?whose=mine')
  const row = page.getByRole('main').getByRole('listitem').filter({ hasText: task })
  await expect(row).toBeVisible()
  return row
}

async function words(page: Page, title: string, text: string): Promise<void> {
  const dialog = page.getByRole('dialog', { name: title })
  await dialog.getByRole('textbox').first().fill(text)
  await dialog.locator('button[type=submit]').click()
  await expect(dialog).toBeHidden()
}

test('three units work on one case, and one answers the resident', async ({ someone }) => {
  const [resident, desk, lead, power, housing] = [await someone(PHONE), await someone(), await someone(), await someone(), await someone(PHONE)]
  const told = await inHand(lead, desk, resident, '小区门口三盏路灯都不亮')
  const [check, help] = [unique('查一下电源'), unique('开一下配电间的门')]
  await give(lead, '供电服务中心', check)
  await give(lead, '住房和城乡建设局', help)
  await expectAccessible(lead)

  // Whoever was not dispatched to is asked, and sees the share alone until it agrees.
  await signIn(housing, HOUSING)
  const asked = await share(housing, help)
  await expect(asked.getByRole('link')).toHaveCount(0)
  await asked.getByRole('button', { name: '同意协办' }).click()
  await expectTold(housing, '已同意')
  await expectAccessible(housing)
  await expectNoSidewaysScroll(housing)
  await (await share(housing, help)).getByRole('button', { name: '退回' }).click()
  await words(housing, '退回分工', '配电间归供电，不归我们')
  await expect(shares(lead).getByText('退回理由：配电间归供电，不归我们')).toBeVisible()

  await signIn(power, POWER)
  const own = await share(power, check)
  const agree = own.getByRole('button', { name: '同意协办' })
  if (await agree.count()) await agree.click()
  await own.getByRole('button', { name: '签收' }).click()
  await expectTold(power, '已签收')
  await (await share(power, check)).getByRole('button', { name: '答复' }).click()
  await words(power, '答复主办单位', '已送电')
  await shares(lead).getByRole('button', { name: '退回补充' }).click()
  await words(lead, '退回补充', '请说明停电原因')
  await power.goto(`/desk/cases/${await caseId(power, told.number)}`)
  await expect(shares(power).getByText('请补充：请说明停电原因')).toBeVisible()
  await shares(power).getByRole('button', { name: '答复' }).click()
  await words(power, '答复主办单位', '漏电跳闸，已修好送电')

  await shares(lead).getByRole('button', { name: '采纳' }).click()
  await expectTold(lead, '已采纳')
  await lead.getByRole('region', { name: '可以办理' }).getByRole('button', { name: '报送结果', exact: true }).click()
  const result = lead.getByRole('dialog', { name: '报送结果' })
  await result.getByText('已解决', { exact: true }).click()
  await result.getByRole('button', { name: /填入.*供电服务中心.*的答复/ }).click()
  await expect(result.getByLabel('办理情况')).toHaveValue(/漏电跳闸，已修好送电/)
  await expectAccessible(lead)
  await result.getByRole('button', { name: '报送', exact: true }).click()
  await expect(result).toBeHidden()

  await follow(resident, told.receipt)
  await expect(resident.getByText('几个单位一起办理')).toBeVisible()
  await expect(resident.getByText(check)).toHaveCount(0)
  await expectAccessible(resident)
})

test('a contractor works by a link on a phone, without an account', async ({ someone }) => {
  const [resident, desk, lead, phone] = [await someone(PHONE), await someone(), await someone(), await someone(PHONE)]
  const told = await inHand(lead, desk, resident, '紫薇路口路灯杆歪了')
  await shares(lead).getByRole('button', { name: '给施工单位链接' }).click()
  const dialog = lead.getByRole('dialog', { name: '给施工单位链接' })
  await dialog.getByLabel('施工单位名称').fill('晋通照明安装公司')
  await dialog.getByLabel('要做什么').fill('扶正灯杆，紧固螺栓')
  await expectAccessible(lead)
  await dialog.getByRole('button', { name: '生成链接' }).click()
  const made = lead.getByRole('dialog', { name: '链接已生成' })
  const link = await made.getByLabel('链接', { exact: true }).inputValue()
  expect(link).toMatch(/\/link#[0-9a-f]{48}$/)
  await expectAccessible(lead)
  await made.getByRole('button', { name: '已经发给他们了，关闭' }).click()

  await phone.goto(link)
  await expect(phone.getByText('扶正灯杆，紧固螺栓')).toBeVisible()
  await expect(phone.getByText(told.words)).toHaveCount(0)
  await expectAccessible(phone)
  await expectNoSidewaysScroll(phone)
  await phone.getByRole('button', { name: '签收' }).press('Enter')
  await expect(phone.getByText('已签收。')).toBeVisible()
  await phone.getByRole('textbox', { name: '进展' }).fill('升降车已到')
  await phone.getByRole('button', { name: '记一笔' }).click()
  await expect(phone.getByText('已记下')).toBeVisible()
  await expectAccessible(phone)
  await phone.getByRole('button', { name: 'English' }).click()
  await expect(phone.getByRole('heading', { name: 'Your task', level: 1 })).toBeVisible()
  await expectAccessible(phone)
  await expectNoSidewaysScroll(phone)
  await addPhoto(phone)
  await phone.getByLabel('What was done, with what result').fill('灯杆已扶正')
  await phone.getByRole('button', { name: 'File the answer' }).click()
  await expect(phone.getByText('Waiting for the unit to look at it')).toBeVisible()

  const card = shares(lead)
  await expect(card.getByText('灯杆已扶正')).toBeVisible()
  await expect(lead.getByText('施工单位答复（凭链接）')).toBeVisible()
  await card.getByRole('button', { name: '采纳' }).click()
  await expectTold(lead, '已采纳')
  await phone.reload()
  await expect(phone.getByText('Accepted by the unit')).toBeVisible()

  // Taken back, a link opens nothing any more; nor does one that never was.
  await card.getByRole('button', { name: '给施工单位链接' }).click()
  await dialog.getByLabel('施工单位名称').fill('另一家')
  await dialog.getByLabel('要做什么').fill('复查')
  await dialog.getByRole('button', { name: '生成链接' }).click()
  const other = await made.getByLabel('链接', { exact: true }).inputValue()
  await made.getByRole('button', { name: '已经发给他们了，关闭' }).click()
  await card.getByRole('button', { name: '收回' }).click()
  await words(lead, '收回分工', '不用复查了')
  for (const gone of [other, `${link}0`]) {
    const page = await someone(PHONE)
    await page.goto(gone)
    await expect(page.getByRole('alert')).toContainText('这个链接不对')
    await expectAccessible(page)
  }
})
