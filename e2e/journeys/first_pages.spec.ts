import { DISPATCHER, GRID_WORKER, signIn } from '../support/desk.js'
import { PHONE, expect, expectAccessible, expectNoSidewaysScroll, test } from '../support/test.js'

const VILLAGE_OFFICER = 'haocuilan'

test('a community is shown its services, a village its livelihood, and a figure opens what it counts', async ({ someone }) => {
  const worker = await someone(PHONE)
  await signIn(worker, GRID_WORKER)
  await worker.goto('/desk/')
  const own = worker.getByRole('region', { name: /^本社区/ })
  await expect(own.getByRole('heading', { level: 3 })).toHaveText(['服务', '共享资源', '安全'])
  await expectAccessible(worker)
  await expectNoSidewaysScroll(worker)
  const figure = own.getByRole('link', { name: /^环境卫生与绿化，未办结：/ })
  const count = Number((await figure.innerText()).replace(/\D/g, ''))
  await figure.focus()
  await worker.keyboard.press('Enter')
  await expect(worker).toHaveURL(/matters=city\.cleanliness/)
  await expect(worker.getByText(/环境卫生.*乱扔垃圾/)).toBeVisible()
  const listed = await worker.request.get(`/api/cases${new URL(worker.url()).search}`)
  expect((await listed.json()).count).toBe(count)

  const officer = await someone({ viewport: { width: 1280, height: 900 } })
  await signIn(officer, VILLAGE_OFFICER)
  await officer.goto('/desk/')
  const village = officer.getByRole('region', { name: /^本村/ })
  await expect(village.getByRole('heading', { level: 3 })).toHaveText(['民生', '集体与公共设施', '安全'])
  await expectAccessible(officer)
  await expect(village.getByText('还没有登记：').first()).toBeVisible()
  await village.getByRole('link', { name: '到台账登记' }).first().click()
  await expect(officer).toHaveURL(/\/desk\/register\?region=140404102216/)

  const township = await someone()
  await signIn(township, DISPATCHER)
  await township.goto('/desk/places/140403003001')
  await expect(township.getByRole('region', { name: /^本社区/ }).getByRole('heading', { level: 3 }).first()).toHaveText('服务')
})
