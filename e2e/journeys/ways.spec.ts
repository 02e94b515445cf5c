import { DISPATCHER, GRID_WORKER, HANDLER, caseId, dispatchAsProposed, expectTold, openCase, sign, signIn } from '../support/desk.js'
import { follow, readReceipt, report, unique } from '../support/resident.js'
import { SECURITY } from '../support/admin.js'
import { PHONE, expect, expectAccessible, expectNoSidewaysScroll, test } from '../support/test.js'

test('a grid worker settles it on the spot, and the resident finds it settled', async ({ someone }) => {
  const worker = await someone(PHONE)
  await signIn(worker, GRID_WORKER)
  await worker.goto('/desk/new')
  const words = unique('楼下垃圾没人清，垃圾桶满溢')
  await worker.getByText('来访', { exact: true }).click()
  await worker.getByLabel('群众说了什么').fill(words)
  await expect(worker.getByText('垃圾没人清、垃圾桶满溢').first()).toBeVisible()
  await chooseGrid(worker)
  await worker.getByText('当场解决', { exact: true }).click()
  await worker.getByLabel('怎么解决的').fill('已联系保洁员清走，并换了新桶。')
  await expectAccessible(worker)
  await expectNoSidewaysScroll(worker)
  await worker.getByRole('button', { name: '登记并办结' }).click()
  await expect(worker.getByRole('heading', { name: '诉求回执' })).toBeVisible()
  await expectAccessible(worker)
  const receipt = (await worker.locator('.slip .receipt').innerText()).replace(/\D/g, '')

  const resident = await someone(PHONE)
  await follow(resident, receipt)
  await expect(resident.getByText('网格员已当场办结。')).toBeVisible()
  await expect(resident.getByText('已联系保洁员清走，并换了新桶。').first()).toBeVisible()
})

/** The place of a grid worker is a grid; what is not filled in already is chosen from the lists. */
async function chooseGrid(page: import('../support/test.js').Page): Promise<void> {
  for (const [at, name] of ['潞州区', '英雄南路街道', '演武社区', '第一网格'].entries()) {
    await page.locator(`#entry-place-${at}`).selectOption({ label: name })
  }
}

test('a question is answered before it is sent', async ({ someone }) => {
  const resident = await someone(PHONE)
  await resident.goto('/report')
  await resident.getByLabel('请用自己的话说').fill(unique('身份证丢了怎么补办'))
  await expect(resident.getByRole('heading', { name: '这个问题可能已有答案' })).toBeVisible()
  await expectAccessible(resident)
  // One tap: neither where nor who is asked for an answer.
  await resident.getByRole('button', { name: '这就是我要的答案' }).click()
  const { receipt } = await readReceipt(resident)
  await follow(resident, receipt)
  await expect(resident.getByText('已经答复您，请看下面的内容。')).toBeVisible()
  await expect(resident.getByText('到居住地或户籍地派出所户籍窗口办理').first()).toBeVisible()
  await expect(resident.getByRole('link', { name: '还需要办理？重新反映' })).toBeVisible()
})

test('where a minute counts, the number to call stands first', async ({ someone }) => {
  const resident = await someone(PHONE)
  await resident.goto('/report')
  await resident.getByLabel('请用自己的话说').fill('楼上着火了')
  await expect(resident.getByRole('alert').getByRole('link', { name: '拨打 119' })).toHaveAttribute('href', 'tel:119')
  await expectAccessible(resident)
})

test('me too: two receipts, one piece of work', async ({ someone }) => {
  const first = await someone(PHONE)
  const told = await report(first, { words: unique('广场舞噪音扰民，夜里十点还在响'), place: '下南社区' })
  const second = await someone(PHONE)
  const joined = await report(second, {
    words: unique('广场舞噪音扰民，孩子没法睡觉'), place: '下南社区',
    atPlace: async (page) => {
      const nearby = page.getByRole('region', { name: '附近有人反映过同类的事' })
      await expect(nearby).toBeVisible()
      await expectAccessible(page)
      await nearby.getByRole('button', { name: '我也遇到' }).first().click()
      await expect(nearby.getByRole('button', { name: '一起反映' })).toHaveAttribute('aria-pressed', 'true')
    },
  })
  expect(joined.receipt).not.toBe(told.receipt)
  await follow(second, joined.receipt)
  await expect(second.getByText('您的反映与其他人反映的同一件事一起办理。')).toBeVisible()
  const staff = await someone()
  await signIn(staff, DISPATCHER)
  await openCase(staff, joined.number)
  await expect(staff.getByText(joined.words).first()).toBeVisible()
  await expect(staff.getByText('同样反映').first()).toBeVisible()
})

test('registered elsewhere: handled where one lives, with the place of registration assisting', async ({ someone }) => {
  const resident = await someone(PHONE)
  await resident.goto('/ask')
  await resident.getByLabel('找一件事').fill('土地流转')
  await resident.getByRole('link', { name: /流转/ }).first().click()
  await expectAccessible(resident)
  await resident.getByRole('link', { name: '反映这件事' }).click()
  const words = unique('老家的土地流转费两年没给了')
  await resident.getByLabel('请用自己的话说').fill(words)
  await resident.getByRole('button', { name: '下一步：在哪里' }).click()
  await resident.getByLabel('输入地名或拼音').fill('yanwu')
  await resident.getByRole('button', { name: /^演武社区 / }).click()
  await resident.getByRole('button', { name: '下一步', exact: true }).click()
  await resident.getByText('户口在别的村、社区？').click()
  for (const [at, name] of ['上党区', '荫城镇', '荫城村'].entries()) {
    await resident.locator(`#registered-${at}`).selectOption({ label: name })
  }
  await expectAccessible(resident)
  await resident.getByRole('button', { name: '提交', exact: true }).click()
  const { number } = await readReceipt(resident)

  const staff = await someone()
  await signIn(staff, DISPATCHER)
  await staff.goto(`/desk/dispatch/${await caseId(staff, number)}`)
  await expect(staff.getByText(/户籍地：.*荫城村/)).toBeVisible()
  await expect(staff.getByText(/权利与户籍地有关/)).toBeVisible()
  await staff.getByRole('button', { name: '按建议派单' }).click()
  await expect(staff.getByText('已派给').first()).toBeVisible()
})

test('a contact detail: masked, opened for a purpose, and the resident sees who looked', async ({ someone }) => {
  const resident = await someone(PHONE)
  const told = await report(resident, { words: unique('门口的井盖松动，一压就响'), identity: '实名', name: '周先生', phone: '13835512345' })
  const dispatcher = await someone()
  await signIn(dispatcher, DISPATCHER)
  await dispatchAsProposed(dispatcher, told.number)
  const handler = await someone()
  await signIn(handler, HANDLER)
  await openCase(handler, told.number)
  await sign(handler)
  await expect(handler.getByText('13835512345')).toHaveCount(0)
  await handler.getByRole('button', { name: '查看电话' }).click()
  const dialog = handler.getByRole('dialog', { name: '查看电话' })
  await dialog.getByText('联系群众了解情况').click()
  await dialog.getByLabel('具体说明').fill('约上门时间')
  await expectAccessible(handler)
  await dialog.getByRole('button', { name: '查看', exact: true }).click()
  await expect(handler.getByRole('link', { name: '13835512345' })).toBeVisible()
  await handler.getByRole('button', { name: '立即隐藏' }).click()
  await expect(handler.getByText('13835512345')).toHaveCount(0)

  await follow(resident, told.receipt)
  const accesses = resident.getByRole('region', { name: '谁看过我的联系方式' })
  await expect(accesses.getByRole('listitem')).toContainText('潞州区城市管理局')
  await expect(accesses.getByRole('listitem')).toContainText('联系您了解情况')
  await expectAccessible(resident)

  // They object; somebody who does not handle their case answers, and sees neither the number nor their words.
  await accesses.getByRole('button', { name: /提出异议/ }).click()
  await accesses.getByLabel('为什么有异议').fill('不行')
  await accesses.getByRole('button', { name: '提交异议' }).click()
  await expect(accesses.getByText('请至少写 5 个字。')).toBeVisible()
  await expectAccessible(resident)
  const objection = unique('说好晚上联系，没有人打来电话')
  await accesses.getByLabel('为什么有异议').fill(objection)
  await accesses.getByRole('button', { name: '提交异议' }).click()
  await expect(accesses.getByText('等安全管理员答复')).toBeVisible()
  await expect(accesses.getByRole('button', { name: /提出异议/ })).toHaveCount(0)

  const security = await someone()
  await signIn(security, SECURITY)
  await security.goto('/desk/')
  await security.getByRole('link', { name: /查看异议待答复/ }).click()
  await security.getByRole('button', { name: objection }).click()
  const panel = security.getByRole('region', { name: '异议', exact: true })
  await expect(panel.getByText('约上门时间')).toBeVisible()
  await expect(panel.getByText(told.number)).toBeVisible()
  await expect(security.getByText(told.words)).toHaveCount(0)
  await expectAccessible(security)
  await panel.getByRole('button', { name: '答复', exact: true }).click()
  await expect(panel.getByText('请填写').first()).toBeVisible()
  await panel.getByText('不当', { exact: true }).click()
  await panel.getByLabel('写给群众的答复').fill('已核对：查看后没有联系您，已要求该单位整改。')
  await panel.getByRole('button', { name: '答复', exact: true }).click()
  await expectTold(security, '已答复，群众凭回执可以看到')
  await security.getByRole('navigation', { name: '异议列表' }).getByRole('link', { name: /已答复/ }).click()
  await expect(security.getByRole('button', { name: objection })).toContainText('不当')
  await expectAccessible(security)
  // Narrowed to a place, which is called by its name: another county has none of it, its own has it.
  for (const [region, name, times] of [['140404', '上党区', 0], ['140403', '潞州区', 1]] as const) {
    await security.goto(`/desk/objections?view=answered&region=${region}`)
    await expect(security.getByRole('main').getByText(name, { exact: true })).toBeVisible()
    await expect(security.getByText(times ? /已显示/ : '放宽或清除筛选条件再看。')).toBeVisible()
    await expect(security.getByRole('button', { name: objection })).toHaveCount(times)
  }
  await expectNoSidewaysScroll(security)

  await expect(accesses.getByText('经核实，这一次查看不当')).toBeVisible()
  await expect(accesses.getByText('已要求该单位整改')).toBeVisible()
  await expectAccessible(resident)
})
