import { readFileSync } from 'node:fs'
import { dispatchAsProposed, DISPATCHER, signIn } from '../support/desk.js'
import { follow, report, unique } from '../support/resident.js'
import { PHONE, expect, expectAccessible, expectNoSidewaysScroll, test } from '../support/test.js'

test('a resident checks on their own phone that nothing was altered, and a forged file is found out', async ({ someone }) => {
  // The log is written once a minute.
  test.slow()
  const phone = await someone(PHONE)
  const told = await report(phone, { words: unique('小区门口垃圾没人清运') })
  const desk = await someone()
  await signIn(desk, DISPATCHER)
  await dispatchAsProposed(desk, told.number)
  await follow(phone, told.receipt)
  await phone.getByRole('link', { name: '核验：记录有没有被改过' }).click()
  await expect(phone.getByRole('heading', { level: 1 })).toHaveText('核验办理记录')
  await expect(async () => {
    await phone.reload()
    await expect(phone.getByText(/核对无误：\d+ 个步骤都原样在日志里/)).toBeVisible({ timeout: 5_000 })
    await expect(phone.getByText(/个步骤刚刚发生/)).toHaveCount(0)
  }).toPass({ timeout: 150_000 })
  await expect(phone.getByText('中间还有')).toHaveCount(0)
  await expectAccessible(phone)
  await expectNoSidewaysScroll(phone)
  const [kept] = await Promise.all([phone.waitForEvent('download'), phone.getByRole('button', { name: '保存核验文件' }).click()])
  const file = readFileSync(await kept.path(), 'utf8')
  expect(kept.suggestedFilename()).toBe(`${told.number}.proof.json`)
  expect(file).not.toContain('郭文军')

  // Another device that has seen nothing yet checks the file alone, and a word changed in it is found out.
  const other = await someone(PHONE)
  await other.goto('/verify')
  const choose = (text: string) => other.getByLabel('核对以前保存的核验文件').setInputFiles({ name: 'proof.json', mimeType: 'application/json', buffer: Buffer.from(text) })
  await choose(file)
  await expect(other.getByText(/核对无误/)).toBeVisible()
  await expect(other.getByText('这台设备从现在起记住了这个树头')).toBeVisible()
  await choose(file.replace('小区门口垃圾没人清运', '小区门口垃圾有人清运'))
  await expect(other.getByRole('alert')).toContainText('文字对不上')
  await choose(file.replace('"dispatched"', '"returned"'))
  await expect(other.getByRole('alert')).toContainText('步骤对不上')
  await choose('不是文件')
  await expect(other.getByRole('alert')).toContainText('这不是能识别的核验文件')
  await choose(file)
  await expect(other.getByText('从那以后只增不改')).toBeVisible()
})

test('everyone reads the signed heads, in both languages', async ({ someone }) => {
  const page = await someone(PHONE)
  await page.goto('/open')
  await page.getByRole('link', { name: /可核验日志/ }).click()
  await expect(page.getByText('最新的签名树头')).toBeVisible()
  await expect(page.getByText(/个步骤，.* 签名/)).toBeVisible()
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)
  const plain = await page.request.get('/log/checkpoint')
  expect(plain.headers()['content-type']).toContain('text/plain')
  expect(await plain.text()).toMatch(/^jishi\/[0-9a-f]{16}\n\d+\n\S{44}\nat \d+\n\n— jishi\//)
  await page.evaluate(() => localStorage.setItem('jishi.lang', 'en'))
  await page.reload()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('The log of all steps')
  await expectNoSidewaysScroll(page)
})
