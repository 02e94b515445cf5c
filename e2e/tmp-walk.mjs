import { chromium } from '@playwright/test'
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--use-gl=swiftshader', '--enable-unsafe-swiftshader'] })
const B = 'http://127.0.0.1:4199'
const S = '/tmp/w/e-shots/'
for (const [kind, size] of [['d', { width: 1440, height: 900 }], ['p', { width: 390, height: 844 }]]) {
  const ctx = await browser.newContext({ viewport: size, locale: 'zh-CN', timezoneId: 'Asia/Shanghai' })
  const page = await ctx.newPage()
  page.on('console', (m) => m.type() === 'error' && console.log(kind, 'console', m.text().slice(0, 200)))
  await page.goto(B + '/desk/login'); await page.getByRole('button', { name: /^开始/ }).first().waitFor()
  await page.screenshot({ path: `${S}login-${kind}.png` })
  const names = await page.getByRole('button', { name: /^开始/ }).allInnerTexts()
  console.log(names.length)
  for (let i = 0; i < names.length; i++) {
    await page.goto(B + '/desk/login'); 
    const b = page.getByRole('button', { name: /^开始/ }).nth(i); await b.waitFor(); await b.click()
    await page.waitForLoadState('networkidle').catch(() => {})
    const dock = page.locator('aside.dock')
    await dock.waitFor()
    for (let n = 1; n < 12; n++) {
      await page.waitForTimeout(900)
      await page.screenshot({ path: `${S}t${i}-${n}-${kind}.png` })
      console.log(kind, i, n, page.url().replace(B, ''), (await dock.locator('header b').innerText()))
      const next = dock.getByRole('button', { name: '下一步' })
      if (!(await next.count())) break
      await next.click()
    }
  }
  await ctx.close()
}
await browser.close()
