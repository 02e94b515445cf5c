import { AxeBuilder } from '@axe-core/playwright'
import { type Page, expect, test as base } from '@playwright/test'

export { expect }

/**
 * Every journey also watches the page: a script error, a request to another host or a broken resource fails it.
 */
export const test = base.extend<{ watch: void }>({
  watch: [
    async ({ page, baseURL }, use) => {
      const faults: string[] = []
      page.on('pageerror', (error) => faults.push(`script error: ${error.message}`))
      page.on('request', (request) => {
        const url = request.url()
        if (/^https?:/.test(url) && baseURL && !url.startsWith(baseURL)) faults.push(`request to another host: ${url}`)
      })
      page.on('response', (response) => {
        if (response.status() >= 500) faults.push(`${response.status()} from ${response.url()}`)
      })
      page.on('console', (message) => {
        if (/Content Security Policy/i.test(message.text())) faults.push(message.text())
      })
      await use()
      expect(faults).toEqual([])
    },
    { auto: true },
  ],
})

/** WCAG 2.2 A and AA as far as a tool can tell. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .analyze()
  const told = violations.map(({ id, help, nodes }) => ({
    rule: `${id}: ${help}`,
    where: nodes.map((node) => node.target.join(' ')),
  }))
  expect(told).toEqual([])
}

/** Nothing sticks out to the side: the page scrolls one way only. */
export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  expect(over).toBeLessThanOrEqual(0)
}
