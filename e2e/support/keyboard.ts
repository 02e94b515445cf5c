import { type Locator } from '@playwright/test'
import { type Page, expect } from './test.js'

const FARTHEST = 60

/** To a control with the tabulator alone; where it lands, the eye must see it. */
export async function tabTo(page: Page, target: Locator, back = false): Promise<void> {
  for (let step = 0; step < FARTHEST; step++) {
    if (await target.evaluate((element) => element === document.activeElement)) return expectSeen(page)
    await page.keyboard.press(back ? 'Shift+Tab' : 'Tab')
  }
  throw new Error(`the tabulator does not lead to ${target}`)
}

/** The same, and pressed. */
export async function press(page: Page, target: Locator, key = 'Enter'): Promise<void> {
  await tabTo(page, target)
  await page.keyboard.press(key)
}

/** What has the focus is in view and wears a ring, itself or the box drawn around it. */
async function expectSeen(page: Page): Promise<void> {
  const told = await page.evaluate(() => {
    const element = document.activeElement as HTMLElement
    const drawn = [element, element.parentElement, element.closest('.el-input__wrapper, .el-select__wrapper, label'), element.nextElementSibling]
    const isRinged = drawn.some((one) => {
      if (!one) return false
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(one)
      return boxShadow !== 'none' || (outlineStyle !== 'none' && parseFloat(outlineWidth) > 0)
    })
    const { top, bottom } = element.getBoundingClientRect()
    return { isRinged, isInView: bottom > 0 && top < innerHeight, name: element.outerHTML.slice(0, 120) }
  })
  expect(told, told.name).toMatchObject({ isRinged: true, isInView: true })
}
