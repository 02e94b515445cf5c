import { randomInt } from 'node:crypto'
import { AUDIT, SECURITY, SYSTEM, choose, logIn, number, today, write } from '../support/admin.js'
import { expectTold, signIn } from '../support/desk.js'
import { type Page, expect, expectAccessible, expectNoSidewaysScroll, test } from '../support/test.js'
import { totp } from '../support/totp.js'

test('somebody new: created with a post, first password, second factor, devices, deputy, leaving', async ({ someone }) => {
  const login = `zhang.${number()}`
  const admin = await someone()
  await signIn(admin, SECURITY)
  await admin.goto('/desk/people')
  await admin.getByRole('button', { name: '新增人员' }).click()
  const form = admin.getByRole('dialog', { name: '新增人员' })
  await form.getByLabel('姓名').fill('张小燕')
  await form.getByLabel('用户名').fill('张')
  await choose(admin, '岗位', '网格员', '')
  await form.getByRole('button', { name: '新增人员' }).click()
  await expect(form.getByText('请填写此项')).toBeVisible()
  await choose(admin, '地点', '演武社区')
  await form.getByRole('button', { name: '新增人员' }).click()
  await expect(form.getByText('格式不对')).toBeVisible()
  await form.getByLabel('用户名').fill(login)
  await expectAccessible(admin)
  await form.getByRole('button', { name: '新增人员' }).click()
  const once = admin.getByRole('dialog', { name: '初始密码 · 张小燕' })
  const first = await once.locator('.secret').innerText()
  await once.getByRole('button', { name: '关闭', exact: true }).click()
  await expect(admin.getByRole('heading', { name: '张小燕', level: 1 })).toBeVisible()

  // The newcomer, on a device of their own.
  const own = await someone()
  await logIn(own, login, first)
  await expect(own.getByRole('heading', { name: '请先换掉初始密码' })).toBeVisible()
  const password = '上善若水任方圆-2026'
  await own.getByLabel('当前密码').fill(first)
  await own.getByLabel('新密码', { exact: true }).fill(password)
  await own.getByLabel('再输一次新密码').fill(password)
  await own.getByRole('button', { name: '更换密码' }).click()
  await expect(own.getByRole('heading', { name: '今日', level: 1 })).toBeVisible()
  await own.goto('/desk/me')
  await own.getByRole('button', { name: '开启', exact: true }).click()
  const secret = await own.locator('.totp .mono').first().innerText()
  await expectAccessible(own)
  await own.getByLabel(/输入验证器显示的/).fill(totp(secret))
  await own.getByRole('button', { name: '确认' }).click()
  await expect(own.getByText('已开启：登录时需要动态验证码')).toBeVisible()

  // Once more elsewhere, now with the second factor; then that device is logged out from here.
  const other = await someone()
  await logIn(other, login, password)
  // A code counts once: the next half minute has the next.
  await other.getByLabel('动态验证码').fill(totp(secret, Date.now() + 30_000))
  await other.getByRole('button', { name: '验证' }).click()
  await expect(other.getByRole('heading', { name: '今日', level: 1 })).toBeVisible()
  await own.reload()
  const devices = own.getByRole('region', { name: '登录中的设备' })
  await expect(devices.getByRole('listitem')).toHaveCount(2)
  await devices.getByRole('listitem').filter({ hasNotText: '本次登录' }).getByRole('button', { name: /结束/ }).click()
  await expect(devices.getByRole('listitem')).toHaveCount(1)
  await other.getByRole('link', { name: '工单', exact: true }).first().click()
  await expect(other.getByRole('dialog', { name: '登录已结束' })).toBeVisible()
  await expectAccessible(other)

  // Deputy for a colleague; the first post ends and stands among the past ones; leaving closes the account.
  await admin.reload()
  await admin.getByRole('button', { name: '授予岗位' }).click()
  const post = admin.getByRole('dialog', { name: '授予岗位 · 张小燕' })
  await post.getByText('代理他人').click()
  await choose(admin, '代理谁的岗位', '王丽华')
  await expect(post.getByLabel('代理哪个岗位')).toBeVisible()
  await post.getByRole('button', { name: '授予岗位' }).click()
  await expect(admin.getByText('代理 王丽华')).toBeVisible()
  await admin.getByRole('button', { name: '结束岗位：网格员' }).first().click()
  await admin.getByRole('dialog').getByRole('button', { name: '确认' }).click()
  await expect(admin.getByText('以往岗位：1')).toBeVisible()
  await admin.getByText('以往岗位：1').click()
  await expectAccessible(admin)
  await admin.getByRole('button', { name: '离岗' }).click()
  await admin.getByRole('dialog', { name: '张小燕 离岗' }).getByRole('button', { name: '离岗' }).click()
  await expect(admin.getByText(/离岗，不能登录/)).toBeVisible()
  await logIn(other, login, password)
  await expect(other.getByRole('alert')).toContainText('登录名或密码不对')
})

test('units: a file with mistakes, mended; two who change the same; closed', async ({ someone }) => {
  const code = number()
  const page = await someone()
  await signIn(page, SYSTEM)
  await page.goto('/desk/units')
  await page.getByRole('button', { name: '导入单位' }).click()
  const dialog = page.getByRole('dialog', { name: '导入单位' })
  const file = (duty: string, parent: string) => ({
    name: 'units.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(`id_hint,name_zh,duty,region,parent\nbureau-${code},试验局${code},${duty},140403,\nstation-${code},试验站${code},water_supply,140403001,${parent}\n`),
  })
  await dialog.locator('input[type=file]').setInputFiles(file('Water', 'nobody'))
  await expect(dialog.getByText('有 1 处错误')).toBeVisible()
  await expect(dialog.getByRole('row', { name: /2 duty/ })).toBeVisible()
  await expectAccessible(page)
  await dialog.locator('input[type=file]').setInputFiles(file('water_supply', `bureau-${code}`))
  await expect(dialog.getByText('没有错误，可以写入')).toBeVisible()
  await dialog.getByRole('button', { name: '写入' }).click()
  await expect(dialog.getByText('已写入')).toBeVisible()
  await dialog.getByRole('button', { name: '关闭', exact: true }).last().click()

  // Found, and its list taken out: a line a row.
  await page.keyboard.press('/')
  await page.keyboard.type(code)
  await expect(page.getByText('已显示 2，共 2 条')).toBeVisible()
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: '导出 CSV' }).click()])
  const lines = (await (await download.createReadStream()).toArray()).join('').trim().split('\n')
  expect(lines).toHaveLength(3)

  // Two administrators at once: the second sees what the first did, and nothing typed is lost.
  await page.getByRole('button', { name: `编辑 试验局${code}` }).click()
  const mine = page.getByRole('dialog', { name: '修改单位' })
  await mine.getByLabel('英文名').fill('Trial Bureau')
  const { rows } = await (await page.request.get('/api/units', { params: { q: `试验局${code}` } })).json()
  const { id, names, duty, region, version } = rows[0]
  const answer = await page.request.put(`/api/units/${id}`, { data: { names, duty, region: region.code, phone: '0355-0000099', version }, headers: { 'Idempotency-Key': crypto.randomUUID() } })
  expect(answer.ok()).toBe(true)
  await mine.getByRole('button', { name: '保存' }).click()
  const news = mine.getByRole('alert').filter({ hasText: '有人改过这条记录' })
  await expect(news).toContainText('0355-0000099')
  await expect(mine.getByLabel('英文名')).toHaveValue('Trial Bureau')
  await expectAccessible(page)
  await mine.getByRole('button', { name: '保存' }).click()
  await expect(mine).toBeHidden()

  // Closed as of today, it is gone from the list and found among the closed.
  await page.getByRole('button', { name: `编辑 试验站${code}` }).click()
  const form = page.getByRole('dialog', { name: '修改单位' })
  await form.getByLabel('撤销日期').fill(today())
  await form.getByLabel('撤销日期').press('Enter')
  await form.getByRole('button', { name: '保存' }).click()
  await expect(page.getByText('已显示 1，共 1 条')).toBeVisible()
  await page.getByText('包括已撤销的').click()
  await expect(page.getByText('已显示 2，共 2 条')).toBeVisible()
})

test('the catalogue: a mistake at its line, a session that ends meanwhile, a new version, compared', async ({ someone }) => {
  const page = await someone()
  await signIn(page, SYSTEM)
  await page.goto('/desk/catalog/city.lighting.street-lamp')
  await page.getByRole('button', { name: '修改', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: /修改事项文本/ })
  const text = dialog.getByLabel('内容')
  await expect(text).toHaveValue(/street-lamp/)
  const before = await text.inputValue()
  await text.fill(before.replace('clock = { days = 7 }', 'clock = { days = "seven" }'))
  await dialog.getByRole('button', { name: '保存' }).click()
  const line = before.slice(0, before.indexOf('clock = { days = 7 }')).split('\n').length
  await expect(dialog.getByRole('alert').getByRole('button', { name: `第 ${line} 行` })).toBeVisible()
  await expectAccessible(page)
  const days = randomInt(8, 60)
  const mended = before.replace(/clock = \{ days = \d+ \}/, `clock = { days = ${days} }`)
  await text.fill(mended)

  // Logged out under the page: back in over it, and what was typed is still there.
  await page.context().clearCookies()
  await dialog.getByRole('button', { name: '保存' }).click()
  const again = page.getByRole('dialog', { name: '登录已结束' })
  await expectAccessible(page)
  await again.getByRole('button', { name: /以田建平的身份进入/ }).click()
  await expect(again).toBeHidden()
  await expect(text).toHaveValue(mended)
  await dialog.getByRole('button', { name: '保存' }).click()
  await expectTold(page, '新版本已保存')
  await expect(page.getByText(`${days} 个工作日`).or(page.getByText(`${days} 天`)).first()).toBeVisible()
  await page.getByRole('button', { name: '比较' }).click()
  await expect(page.getByRole('dialog', { name: '比较两个版本' }).locator('.come')).toContainText(`days = ${days}`)
  await expectAccessible(page)
})

test('a place is renamed and gets its sign; the trail tells who did it', async ({ someone }) => {
  const page = await someone()
  await signIn(page, SYSTEM)
  await page.goto('/desk/places/140403001003')
  await page.getByRole('button', { name: '修改', exact: true }).click()
  const form = page.getByRole('dialog', { name: '修改' })
  const name = `试名社区${number()}`
  await form.getByLabel('中文名').fill(name)
  await expectAccessible(page)
  await form.getByRole('button', { name: '保存' }).click()
  await expect(page.getByRole('heading', { name: new RegExp(name) })).toBeVisible()
  await page.getByRole('button', { name: '新建二维码' }).click()
  await page.getByRole('dialog', { name: '新建二维码' }).getByRole('button', { name: '保存' }).click()
  await expect(page.getByRole('img', { name: `${name} 的二维码` }).first()).toBeVisible()
  await page.getByRole('button', { name: '导入边界' }).click()
  const dialog = page.getByRole('dialog', { name: '导入边界' })
  await dialog.locator('input[type=file]').setInputFiles({ name: 'map.geojson', mimeType: 'application/geo+json', buffer: Buffer.from('code,name\n') })
  await expect(dialog.getByText('这不是 GeoJSON 文件')).toBeVisible()
  await expectNoSidewaysScroll(page)

  const auditor = await someone()
  await signIn(auditor, AUDIT)
  await auditor.goto('/desk/audit')
  await choose(auditor, '操作', '修改地点')
  await expect(auditor.getByRole('row').filter({ hasText: name })).toContainText('田建平')
  await expectAccessible(auditor)
})

test('a forgotten password: a new first one, shown once; old sessions end, and it is changed at log-in', async ({ someone }) => {
  const [login, name] = [`li.${number()}`, `李忘记${number()}`]
  const admin = await someone()
  await signIn(admin, SECURITY)
  const posts = [{ role: 'grid_worker', region: '140403001001001' }]
  const made = await write<{ person: { id: string }; first_password: string }>(admin, 'post', '/api/people', { name, login, posts })
  const own = await someone()
  await logIn(own, login, made.first_password)
  const change = async (page: Page, from: string, to: string) => {
    await expect(page.getByRole('heading', { name: '请先换掉初始密码' })).toBeVisible()
    await page.getByLabel('当前密码').fill(from)
    await page.getByLabel('新密码', { exact: true }).fill(to)
    await page.getByLabel('再输一次新密码').fill(to)
    await page.getByRole('button', { name: '更换密码' }).click()
    await expect(page.getByRole('heading', { name: '今日', level: 1 })).toBeVisible()
  }
  await change(own, made.first_password, '沁河岸边柳色新绿-1')

  await admin.goto(`/desk/people/${made.person.id}`)
  await admin.getByRole('button', { name: '重置密码' }).click()
  await admin.getByRole('dialog').getByRole('button', { name: '取消' }).click()
  await admin.getByRole('button', { name: '重置密码' }).click()
  await expectAccessible(admin)
  await admin.getByRole('dialog').getByRole('button', { name: '确认' }).click()
  const slip = admin.getByRole('dialog', { name: `初始密码 · ${name}` })
  const second = await slip.locator('.secret').innerText()
  expect(second).not.toBe(made.first_password)
  await expect(slip).toContainText('只显示这一次')
  // A key pressed by mistake does not lose it.
  await admin.keyboard.press('Escape')
  await expectAccessible(admin)
  await slip.getByRole('button', { name: '关闭', exact: true }).click()
  await admin.reload()
  await expect(admin.getByRole('heading', { name, level: 1 })).toBeVisible()
  await expect(admin.getByText(second)).toHaveCount(0)

  // A list that follows live may have told it before anything is clicked.
  await own.getByRole('link', { name: '工单', exact: true }).first().click({ timeout: 3_000 }).catch(() => undefined)
  await expect(own.getByRole('dialog', { name: '登录已结束' })).toBeVisible()
  await logIn(own, login, '沁河岸边柳色新绿-1')
  await expect(own.getByRole('alert')).toContainText('登录名或密码不对')
  await logIn(own, login, second)
  await change(own, second, '沁河岸边柳色新绿-2')

  const auditor = await someone()
  await signIn(auditor, AUDIT)
  await auditor.goto('/desk/audit')
  await choose(auditor, '操作', '重置密码')
  await expect(auditor.getByRole('row').filter({ hasText: name })).toContainText('崔慧敏')
})

test('by keyboard alone: a post given and ended, a place opened in the tree, versions compared', async ({ someone }) => {
  const page = await someone()
  await signIn(page, SECURITY)
  const name = `赵键盘${number()}`
  await write(page, 'post', '/api/people', { name, login: `zhao.${number()}` })
  await page.goto('/desk/people')
  await expect(page.getByRole('heading', { name: '人员与岗位' })).toBeVisible()
  await page.keyboard.press('/')
  await page.keyboard.type(name)
  await expect(page.getByText('已显示 1，共 1 条')).toBeVisible()
  await tabTo(page, new RegExp(name))
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible()

  const post = page.getByRole('dialog', { name: `授予岗位 · ${name}` })
  await tabTo(page, /^授予岗位/)
  // Out of a dialog from wherever one stands in it, and back to where one was; a list that is open closes first.
  for (const field of [null, /^岗位/, /^结束/]) {
    await page.keyboard.press('Enter')
    await expect(post).toBeVisible()
    if (field) await tabTo(page, field)
    if (await page.locator('[aria-expanded=true]:focus').count()) await page.keyboard.press('Escape')
    await page.keyboard.press('Escape')
    await expect(post).toBeHidden()
    await expect(page.getByRole('button', { name: '授予岗位' })).toBeFocused()
  }
  await page.keyboard.press('Enter')
  await tabTo(page, /^岗位/)
  await pick(page, '', '网格员')
  await tabTo(page, /^地点/)
  await pick(page, '演武社区', '演武社区')
  await tabTo(page, /^授予岗位/)
  await page.keyboard.press('Enter')
  await expect(post).toBeHidden()
  await expect(page.getByRole('button', { name: '授予岗位' })).toBeFocused()
  const question = page.getByRole('dialog', { name: '请确认' })
  await tabTo(page, /^结束岗位/)
  await page.keyboard.press('Enter')
  await expect(question).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(question).toHaveCount(0)
  await expect(page.getByRole('button', { name: /^结束岗位/ })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(question).toBeVisible()
  await tabTo(page, /^确认/)
  await page.keyboard.press('Enter')
  await expect(page.getByText('以往岗位：1')).toBeVisible()

  await signIn(page, SYSTEM)
  await page.goto('/desk/places')
  await expect(page.getByRole('link', { name: /^潞州区/ })).toBeVisible()
  await tabTo(page, /^潞州区/)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: /^潞州区/ })).toBeVisible()
  await tabTo(page, /^修改/)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog', { name: '修改' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('button', { name: '修改' })).toBeFocused()

  await page.goto('/desk/catalog/city.lighting.street-lamp')
  await expect(page.getByRole('button', { name: '修改', exact: true })).toBeVisible()
  await tabTo(page, /^修改/)
  await page.keyboard.press('Enter')
  await expect(page.getByLabel('内容')).toHaveValue(/street-lamp/)
  await tabTo(page, /^适用于/)
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog', { name: /^修改事项文本/ })).toBeHidden()
  await expect(page.getByRole('button', { name: '修改', exact: true })).toBeFocused()
})

/** Goes on with the tab key to what is called so, as somebody without a mouse does, and sees where that is. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let steps = 0; steps < 60; steps++) {
    await page.keyboard.press('Tab')
    const here = await page.evaluate(() => {
      const at = document.activeElement as HTMLElement
      const marked = (element: Element | null) => element !== null && getComputedStyle(element).boxShadow !== 'none'
      // A field is marked at its frame.
      const isSeen = marked(at) || marked(at.closest('.el-input__wrapper, .el-select__wrapper'))
      return { name: at.getAttribute('aria-label') ?? at.textContent?.trim() ?? '', isSeen }
    })
    if (!name.test(here.name)) continue
    expect(here.isSeen, `${here.name} shows that it has the focus`).toBe(true)
    return
  }
  throw new Error(`no way by the tab key to ${name}`)
}

async function pick(page: Page, words: string, option: string): Promise<void> {
  await page.keyboard.press('Enter')
  if (words) await page.keyboard.type(words)
  const wanted = page.getByRole('option', { name: option }).filter({ visible: true }).first()
  await expect(wanted).toBeVisible()
  for (let steps = 0; steps < 20; steps++) {
    await page.keyboard.press('ArrowDown')
    if (/is-hovering/.test((await wanted.getAttribute('class')) ?? '')) break
  }
  await page.keyboard.press('Enter')
  await expect(wanted).toBeHidden()
}
