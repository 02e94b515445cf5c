import { DISPATCHER, HANDLER, caseId, expectTold, sign, signIn } from '../support/desk.js'
import { follow, report, unique } from '../support/resident.js'
import { type Page, PHONE, expect, expectAccessible, expectNoSidewaysScroll, test } from '../support/test.js'

const HOUSING = 'changjianming'
const TRANSPORT = 'duanwenbin'
const COUNTY = 'yanshaohua'

/** A moment of the place, so many minutes from now, as a field for date and time takes it on a desk. */
const inMinutes = (minutes: number): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai', dateStyle: 'short', timeStyle: 'short' }).format(Date.now() + minutes * 60_000)

/** A unit out of all there are, added to those that are called; one that is offered is added with one tap. */
async function call(page: Page, name: string): Promise<void> {
  const offered = page.getByRole('button', { name: new RegExp(`^\\+ ${name}`) })
  if (await offered.count()) return offered.first().click()
  const field = page.getByRole('combobox', { name: '另找单位' })
  await field.locator('xpath=ancestor::*[contains(@class, "el-select__wrapper")]').click()
  await field.fill(name)
  await page.getByRole('option', { name }).filter({ visible: true }).first().click()
}

const card = (page: Page, name: string) => page.getByRole('article', { name })

test('three departments are called from a case, come, and one answers the resident @phone', async ({ someone }) => {
  const resident = await someone(PHONE)
  const told = await report(resident, { words: unique('南门路灯不亮，旁边物业堆料占了半条路'), matter: '路灯不亮或损坏' })
  const desk = await someone()
  await signIn(desk, DISPATCHER)
  const id = await caseId(desk, told.number)
  await desk.goto(`/desk/dispatch/${id}`)
  await desk.getByRole('button', { name: '按建议派单' }).click()
  await expectTold(desk, '已派给')

  // Raised from the case: what it knows is filled in, whom one would call is offered.
  await desk.goto(`/desk/cases/${id}`)
  await desk.getByRole('button', { name: '为这件工单吹哨' }).click()
  await expect(desk.getByText(`这次吹哨为工单 ${told.number}`)).toBeVisible()
  await desk.getByRole('button', { name: '吹哨', exact: true }).click()
  await expect(desk.getByText('至少叫一个单位')).toBeVisible()
  await expectAccessible(desk)
  await expectNoSidewaysScroll(desk)
  const goal = unique('三家一起把南门整治好')
  await desk.getByLabel('要达到什么目标').fill(goal)
  const meeting = desk.getByLabel('什么时候集合')
  await meeting.fill(inMinutes(90))
  await meeting.press('Enter')
  // What is asked for follows the time that was chosen.
  await expect(desk.getByText(`${inMinutes(90)} 前应哨`)).toBeVisible()
  for (const name of ['潞州区城市管理局', '潞州区住房和城乡建设局', '潞州区交通运输局']) await call(desk, name)
  await desk.getByLabel('请它做什么 潞州区住房和城乡建设局').fill('督促物业清走堆料')
  await desk.getByRole('button', { name: '吹哨', exact: true }).click()
  await expect(desk.getByRole('heading', { name: goal })).toBeVisible()
  await expectAccessible(desk)
  const room = new URL(desk.url()).pathname

  // Each department answers on its telephone: two taps; one cannot, and says why.
  const handler = await someone(PHONE)
  await signIn(handler, HANDLER)
  await handler.goto('/desk/')
  await handler.getByRole('link', { name: new RegExp(goal.slice(0, 8)) }).first().click()
  await handler.getByRole('button', { name: '来 潞州区城市管理局', exact: true }).click()
  await expect(card(handler, '潞州区城市管理局').getByText('来，未到')).toBeVisible()
  await expectAccessible(handler)
  await expectNoSidewaysScroll(handler)
  const housing = await someone(PHONE)
  await signIn(housing, HOUSING)
  await housing.goto(room)
  await housing.getByRole('button', { name: '来 潞州区住房和城乡建设局', exact: true }).click()
  const transport = await someone(PHONE)
  await signIn(transport, TRANSPORT)
  await transport.goto(room)
  await transport.getByRole('button', { name: '来不了 潞州区交通运输局' }).click()
  await transport.getByRole('button', { name: '说明来不了' }).click()
  await expect(transport.getByText('请填写').first()).toBeVisible()
  await transport.getByRole('dialog').getByLabel('理由').fill('全员在除雪')
  await transport.getByRole('button', { name: '说明来不了' }).click()
  await expect(transport.getByRole('dialog')).toBeHidden()
  // The board on the desk follows by itself.
  await expect(card(desk, '潞州区交通运输局').getByText('全员在除雪')).toBeVisible()
  await expect(card(desk, '潞州区交通运输局').getByText('来不了').first()).toBeVisible()
  // The counts add up to those that were called, and each opens its units.
  await desk.getByRole('button', { name: '1 来不了' }).click()
  await expect(desk.getByRole('article')).toHaveCount(2)
  await desk.getByRole('button', { name: '3 应到' }).click()
  await expect(desk.getByText(/^从集合起 5 个工作日，到/)).toBeVisible()

  // They arrive: one tap, and a wrong one is taken back.
  await handler.getByRole('button', { name: '已到 潞州区城市管理局' }).click()
  await handler.getByRole('button', { name: '撤回到场 潞州区城市管理局' }).click()
  await handler.getByRole('button', { name: '已到 潞州区城市管理局' }).click()
  await expect(card(handler, '潞州区城市管理局').getByText('已到场')).toBeVisible()
  await desk.getByRole('button', { name: '记到场 潞州区住房和城乡建设局' }).click()
  await desk.getByRole('dialog').getByRole('button', { name: '记到场' }).click()
  await expect(card(desk, '潞州区住房和城乡建设局').getByText('已到场')).toBeVisible()
  for (const [page, name, words] of [[handler, '潞州区城市管理局', '更换灯头两个'], [housing, '潞州区住房和城乡建设局', '物业已清走堆料']] as const) {
    await page.getByRole('button', { name: `报结果 ${name}` }).click()
    await page.getByRole('dialog').getByLabel('做了什么，结果怎样').fill(words)
    await page.getByRole('dialog').getByRole('button', { name: '报结果' }).click()
    await expect(card(page, name).getByText('已办完').first()).toBeVisible()
  }

  // The lead writes one answer out of what everyone filed.
  await expect(card(handler, '潞州区住房和城乡建设局').getByText('已办完').first()).toBeVisible()
  await handler.getByRole('button', { name: '牵头答复' }).click()
  const answer = handler.getByRole('dialog')
  await expect(answer.getByLabel('答复')).toHaveValue(/城市管理局：更换灯头两个。[\s\S]*住房和城乡建设局：物业已清走堆料。/)
  await answer.getByText('已解决', { exact: true }).click()
  await answer.getByLabel('答复').fill('路灯已修好，堆料已清走，三家联合办结。')
  await expectAccessible(handler)
  await answer.getByRole('button', { name: '提交答复' }).click()
  await expect(handler.getByText('已结束').first()).toBeVisible()

  // It is the draft of the case's result, which is filed by hand.
  await handler.goto(`/desk/cases/${id}`)
  await sign(handler)
  await handler.getByRole('region', { name: '可以办理' }).getByRole('button', { name: '报送结果' }).click()
  await expect(handler.getByRole('dialog').getByLabel('办理情况')).toHaveValue('路灯已修好，堆料已清走，三家联合办结。')
  await handler.getByRole('dialog').getByRole('button', { name: '报送', exact: true }).click()
  await expect(handler.getByRole('dialog')).toBeHidden()

  // The resident reads which departments were called and when they met; no persons, no reasons of theirs.
  await follow(resident, told.receipt)
  await expect(resident.getByText(/叫了.*潞州区城市管理局.*一起处理.*集合/)).toBeVisible()
  await expect(resident.getByText('各部门处理完了，由潞州区城市管理局汇总答复')).toBeVisible()
  await expect(resident.getByText('路灯已修好，堆料已清走').first()).toBeVisible()
  await expect(resident.getByText('除雪')).toHaveCount(0)
  await expectAccessible(resident)
  await expectNoSidewaysScroll(resident)

  // Both sides rate each other; units, never persons.
  await desk.reload()
  await desk.getByRole('button', { name: '评单位 潞州区城市管理局' }).click()
  await desk.getByRole('dialog').getByText('好', { exact: true }).click()
  await desk.getByRole('dialog').getByRole('button', { name: '提交评价' }).click()
  await expect(card(desk, '潞州区城市管理局').getByText('乡镇（街道）评：好')).toBeVisible()
  await housing.reload()
  await housing.getByRole('button', { name: '评哨 潞州区住房和城乡建设局' }).click()
  await housing.getByRole('group', { name: '该不该吹这个哨' }).or(housing.getByRole('radiogroup', { name: '该不该吹这个哨' })).getByText('好', { exact: true }).click()
  await housing.getByRole('radiogroup', { name: '准备得充不充分' }).getByText('一般', { exact: true }).click()
  await housing.getByRole('dialog').getByRole('button', { name: '提交评价' }).click()
  await expect(card(desk, '潞州区住房和城乡建设局').getByText('单位评哨：该不该吹 好，准备 一般')).toBeVisible()
  await expectNoSidewaysScroll(housing)
})

test('an emergency is met now, goes to the county, and every figure opens, in English too', async ({ someone }) => {
  const desk = await someone()
  await signIn(desk, DISPATCHER)
  await desk.goto('/desk/whistles')
  await expect(desk.getByRole('heading', { name: '吹哨报到', level: 1 })).toBeVisible()
  await expectAccessible(desk)
  await desk.getByRole('button', { name: '吹哨', exact: true }).click()
  await expect(desk).toHaveURL(/whistles\/new/)
  await desk.locator('form').getByText('应急处置哨', { exact: true }).click()
  const goal = unique('楼道起烟，已疏散')
  await desk.getByLabel('要达到什么目标').fill(goal)
  await call(desk, '潞州区消防救援大队')
  await desk.getByRole('button', { name: '吹哨', exact: true }).click()
  await expect(desk.locator('.banner.urgent')).toBeVisible()
  await expectAccessible(desk)
  const room = new URL(desk.url()).pathname
  await desk.getByRole('button', { name: '升级到县（区）' }).click()
  await desk.getByRole('dialog').getByLabel('理由').fill('街道力量不够')
  await desk.getByRole('dialog').getByRole('button', { name: '升级', exact: true }).click()
  await expect(desk.getByText('已升级到县（区）').first()).toBeVisible()

  const county = await someone()
  await signIn(county, COUNTY)
  await county.addInitScript(() => localStorage.setItem('jishi.lang', 'en'))
  await county.goto('/desk/whistles?view=escalated')
  await expect(county.getByRole('heading', { name: 'Whistles', level: 1 })).toBeVisible()
  await county.getByRole('link', { name: new RegExp(goal.slice(0, 6)) }).first().click()
  await expect(county).toHaveURL(new RegExp(`${room}$`))
  await county.getByRole('button', { name: 'The county decides' }).click()
  const decision = county.getByRole('dialog')
  await decision.getByText('Solved', { exact: true }).click()
  await decision.getByLabel('Decision').fill('消防到场，隐患已排除。')
  await expectAccessible(county)
  await decision.getByRole('button', { name: 'Decide', exact: true }).click()
  await expect(county.getByText('消防到场，隐患已排除。')).toBeVisible()

  await county.goto('/desk/whistles/figures')
  const due = county.getByRole('row').filter({ hasText: 'Yingxiong' }).getByRole('link').first()
  const count = Number(await due.innerText())
  await expectAccessible(county)
  await due.click()
  // Other journeys whistle meanwhile: never fewer than the figure said.
  await expect.poll(async () => (await county.getByRole('row').count()) - 1).toBeGreaterThanOrEqual(Math.min(count, 50))
  await expectAccessible(county)
  await expectNoSidewaysScroll(county)
})
