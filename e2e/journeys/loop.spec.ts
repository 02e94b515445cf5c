import { DISPATCHER, HANDLER, begin, caseId, dispatchAsProposed, enterAs, fileResult, openCase, sign, signIn } from '../support/desk.js'
import { follow, rate, report, unique } from '../support/resident.js'
import { PHONE, expect, expectAccessible, expectNoSidewaysScroll, test } from '../support/test.js'

test('from the first word to the verdict, with the resident watching', async ({ someone }) => {
  const resident = await someone(PHONE)
  const told = await report(resident, {
    words: unique('演武小学门口路灯不亮，孩子放学看不清路'), detail: '南门东侧第二根灯杆', withPhoto: true,
    atPlace: expectAccessible, atWho: expectAccessible,
  })
  await expectAccessible(resident)
  await expectNoSidewaysScroll(resident)
  await resident.getByRole('link', { name: '现在就看进度' }).click()
  await expect(resident.getByText('已经收到，工作人员正在判断该由谁办理。')).toBeVisible()
  await expectAccessible(resident)

  const dispatcher = await someone()
  await enterAs(dispatcher, '郭文君')
  await expectAccessible(dispatcher)
  await dispatcher.getByRole('link', { name: '派单台' }).first().click()
  await dispatcher.getByRole('link').filter({ hasText: told.words }).click()
  await expect(dispatcher.getByText('潞州区城市管理局').first()).toBeVisible()
  await expectAccessible(dispatcher)
  await dispatcher.getByRole('button', { name: '按建议派单' }).click()
  // The resident's page changes by itself: nobody reloads it.
  await expect(resident.getByText('已派给潞州区城市管理局，等待签收。')).toBeVisible()

  await expect(resident.getByText('派给潞州区城市管理局', { exact: true })).toBeVisible()

  const handler = await someone()
  await enterAs(handler, '梁志勇')
  await openCase(handler, told.number)
  await expectAccessible(handler)
  await sign(handler)
  await expect(resident.getByText('潞州区城市管理局已签收，即将办理。')).toBeVisible()
  await fileResult(handler, '更换了灯杆内的整流器，今晚已亮。')

  await expect(resident.getByRole('heading', { name: '真的解决了吗？' })).toBeVisible()
  await expectAccessible(resident)
  await rate(resident, '解决了', '满意', '亮了，谢谢')
  await expect(resident.getByText('已经办结，并经您确认。')).toBeVisible()
  await expect(handler.getByText('群众已确认').first()).toBeVisible()
  await expectAccessible(handler)
})

test('not solved: it is done again until it is', async ({ someone }) => {
  const resident = await someone(PHONE)
  const told = await report(resident, { words: unique('街角井盖破损，晚上很危险') })
  const staff = await someone()
  await signIn(staff, DISPATCHER)
  await dispatchAsProposed(staff, told.number)
  const handler = await someone()
  await signIn(handler, HANDLER)
  await openCase(handler, told.number)
  await sign(handler)
  await fileResult(handler, '已换新井盖。')

  await follow(resident, told.receipt)
  await rate(resident, '没解决', '不满意', '换的是另一个，坏的还在')
  await expect(resident.getByText('潞州区城市管理局正在办理。')).toBeVisible()
  await expect(resident.getByText('没有解决，重新办理')).toBeVisible()

  await expect(handler.getByText('重办 1 次').first()).toBeVisible()
  await fileResult(handler, '这次换的是街角那一个，照片可查。')
  await expect(resident.getByRole('heading', { name: '真的解决了吗？' })).toBeVisible()
  await rate(resident, '解决了', '基本满意')
  await expect(resident.getByText('已经办结，并经您确认。')).toBeVisible()
})

test('a question back to the resident, and the answer', async ({ someone }) => {
  const resident = await someone(PHONE)
  const told = await report(resident, { words: unique('路口有个井盖丢了') })
  const staff = await someone()
  await signIn(staff, DISPATCHER)
  await openCase(staff, told.number)
  const ask = await begin(staff, '询问群众')
  await ask.getByLabel('问题').fill('请问是哪个路口？')
  await ask.getByRole('button', { name: '发出问题' }).click()
  await expect(ask).toBeHidden()

  await follow(resident, told.receipt)
  await expect(resident.getByText('请问是哪个路口？').first()).toBeVisible()
  await resident.getByLabel('您的回答').fill('演武路和英雄路的路口')
  await resident.getByRole('button', { name: '提交回答' }).click()
  await expect(resident.getByText('您作了回答')).toBeVisible()
  await expect(staff.getByText('演武路和英雄路的路口')).toBeVisible()
})

test('the resident may withdraw, and then nobody works on it', async ({ someone }) => {
  const resident = await someone(PHONE)
  const told = await report(resident, { words: unique('垃圾没人清，味道很大') })
  await follow(resident, told.receipt)
  await resident.getByRole('button', { name: '撤回', exact: true }).click()
  await resident.getByLabel('为什么撤回？').fill('已经有人清走了')
  await resident.getByRole('button', { name: '确定撤回' }).click()
  await expect(resident.getByText('您已撤回，不再办理。')).toBeVisible()
  const staff = await someone()
  await signIn(staff, DISPATCHER)
  await staff.goto(`/desk/cases/${await caseId(staff, told.number)}`)
  await expect(staff.getByText('已撤回').first()).toBeVisible()
  await expect(staff.getByText('您的岗位在这一步没有要办的事')).toBeVisible()
})
