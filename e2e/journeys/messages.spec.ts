import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SYSTEM, choose, number } from '../support/admin.js'
import { expectTold, signIn } from '../support/desk.js'
import { expect, expectAccessible, expectNoSidewaysScroll, test } from '../support/test.js'

/** A gateway of short messages that takes everything and remembers it. */
async function gateway() {
  const taken: { to: string; text: string }[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      taken.push(JSON.parse(body))
      response.end('{}')
    })
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const { port } = server.address() as AddressInfo
  return { taken, address: `http://127.0.0.1:${port}/send`, close: () => server.close() }
}

test('short messages are set up and tried, and a lost receipt is found by telephone @phone', async ({ someone }) => {
  const outside = await gateway()
  const [name, phone] = [`短信${number()}`, `13900${number()}`]
  const admin = await someone()
  await signIn(admin, SYSTEM)
  await admin.goto('/desk/messages')
  await admin.getByRole('button', { name: '新增通道' }).click()
  const form = admin.getByRole('dialog')
  await form.getByLabel('名称').fill(name)
  await form.getByLabel('地址').fill('http://sms.example.cn/send')
  await choose(admin, '服务哪个地方', /长治市/, '长治市')
  await form.getByRole('button', { name: '保存' }).click()
  await expect(form.getByText('格式不对，应为以 https:// 开头的网址。')).toBeVisible()
  await expect(form.getByText('至少 16 个字。')).toBeVisible()
  await form.getByLabel('地址').fill(outside.address)
  await form.getByLabel('签名密钥').fill('a secret of the journeys')
  await form.getByRole('button', { name: '保存' }).click()
  await expectTold(admin, '已保存')
  await admin.getByRole('button', { name: `试发 ${name}` }).click()
  await admin.getByLabel('发到哪个手机').fill(phone)
  await admin.getByRole('dialog').getByRole('button', { name: '试发' }).click()
  await expect(admin.getByText('对方已接收')).toBeVisible()
  expect(outside.taken.map((one) => one.to)).toEqual([phone])
  await admin.getByRole('dialog').getByRole('button', { name: '取消' }).click()
  await expectAccessible(admin)
  await expectNoSidewaysScroll(admin)

  const resident = await someone()
  await resident.goto('/')
  const receipt = Array.from({ length: 16 }, () => Math.floor(Math.random() * 10)).join('')
  const sent = await resident.request.post('/api/reports', {
    data: { receipt, text: '楼道灯坏了', matter: 'city.lighting.street-lamp', identity: 'named', contact: { phone }, wants_messages: true, place: { source: 'chosen', region: '140403003' } },
    headers: { 'Idempotency-Key': crypto.randomUUID() },
  })
  const { number: caseNumber } = (await sent.json()) as { number: string }
  await resident.getByRole('link', { name: '回执丢了' }).click()
  await resident.getByLabel('电话').fill('123')
  await resident.getByRole('button', { name: '获取验证码' }).click()
  await expect(resident.getByText('电话号码不对')).toBeVisible()
  await resident.getByLabel('电话').fill(phone)
  await resident.getByRole('button', { name: '获取验证码' }).click()
  await expect(resident.getByText('验证码已经发出')).toBeVisible()
  await expect.poll(() => outside.taken.at(-1)?.text).toContain('找回您的回执')
  const code = /验证码 (\d{6})/.exec(outside.taken.at(-1)!.text)![1]!
  await expectAccessible(resident)
  await resident.getByLabel('6 位验证码').fill(code === '000000' ? '000001' : '000000')
  await resident.getByRole('button', { name: '找回', exact: true }).click()
  await expect(resident.getByText('验证码不对或已过期')).toBeVisible()
  await resident.getByLabel('6 位验证码').fill(code)
  await resident.getByRole('button', { name: '找回', exact: true }).click()
  await expect(resident.getByText('找到 1 件')).toBeVisible()
  await expectNoSidewaysScroll(resident)
  await resident.getByRole('button', { name: '路灯不亮或损坏' }).click()
  await expect(resident.getByText(caseNumber)).toBeVisible()
  const wants = resident.getByLabel('有进展时发短信告诉我')
  await expect(wants).toBeChecked()
  await wants.click()
  await expect(wants).not.toBeChecked()

  // Nobody else is to be told by this journey's gateway.
  await admin.getByRole('button', { name: `编辑 ${name}` }).click()
  await admin.getByRole('dialog').getByText('启用这个通道').click()
  await admin.getByRole('dialog').getByRole('button', { name: '保存' }).click()
  await expect(admin.getByRole('listitem').filter({ hasText: name })).toContainText('已停用')
  outside.close()
})
