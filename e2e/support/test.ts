import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Browser, type BrowserContextOptions, type Page, expect, test as base } from '@playwright/test'
import type axe from 'axe-core'

export { expect }
export type { Page }

/** What most residents hold in their hands. */
export const PHONE: BrowserContextOptions = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 }

interface Actors {
  /** A browser of its own for each actor: no cookie, no storage is shared. */
  someone: (options?: BrowserContextOptions) => Promise<Page>
  faults: string[]
}

/**
 * Every journey also watches its pages: a script error, a request to another host or a broken resource fails it.
 */
export const test = base.extend<Actors>({
  faults: async ({}, use) => {
    const faults: string[] = []
    await use(faults)
    expect(faults).toEqual([])
  },
  // Opened only where a journey asks for it: many give each actor a browser and would leave this one blank.
  page: async ({ page, baseURL, faults }, use) => {
    watchPage(page, baseURL, faults)
    await use(page)
  },
  someone: async ({ browser, baseURL, faults }, use) => {
    const contexts: Awaited<ReturnType<Browser['newContext']>>[] = []
    await use(async (options = {}) => {
      const context = await browser.newContext(options)
      contexts.push(context)
      const page = await context.newPage()
      watchPage(page, baseURL, faults)
      return page
    })
    await Promise.all(contexts.map((context) => context.close()))
  },
})

function watchPage(page: Page, baseURL: string | undefined, faults: string[]): void {
  page.on('pageerror', (error) => faults.push(`script error: ${error.stack ?? error.message}`))
  page.on('request', (request) => {
    const url = request.url()
    if (/^https?:/.test(url) && baseURL && !url.startsWith(baseURL)) faults.push(`request to another host: ${url}`)
  })
  page.on('response', (response) => {
    if (response.status() >= 500) faults.push(`${response.status()} from ${response.url()}`)
  })
  page.on('console', (message) => {
    if (/Content Security Policy/i.test(message.text())) faults.push(message.text())
    // A text that is missing in one language, a component that is not registered.
    if (message.type() === 'warning' && /\[(intlify|Vue warn)\]/i.test(message.text())) faults.push(message.text())
  })
}

const AXE = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8')
/** Every rule of these is judged; only of what breaks one it is written down where it stands. */
const WCAG: axe.RunOptions = {
  runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] },
  resultTypes: ['violations'],
}

/**
 * WCAG 2.2 A and AA as far as a tool can tell. The checker is put into the page itself, once for each document: no page has
 * frames, and a second page for gathering their results would take most of the time and the focus.
 */
export async function expectAccessible(page: Page): Promise<void> {
  await stand(page)
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE)
  const { violations, frames } = await page.evaluate(async (options) => {
    const { violations } = await (window as unknown as { axe: typeof axe }).axe.run(document, options)
    return { violations, frames: window.length }
  }, WCAG)
  expect(frames, 'frames, which the checker does not look into').toBe(0)
  const told = violations.map(({ id, help, nodes }) => ({
    rule: `${id}: ${help}`,
    where: nodes.map((node) => `${node.target.join(' ')} ${node.any[0]?.message ?? ''}`),
  }))
  expect(told, page.url()).toEqual([])
}

/**
 * A surface that is still fading in has no colours to judge yet. What opens a surface may begin its animation only a frame or
 * two later, and one animation may follow another: still is what shows none for three frames. What turns for ever is no
 * surface.
 */
async function stand(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve))
    const moving = () =>
      document.getAnimations().filter((one) => one.playState !== 'paused' && Number.isFinite(Number(one.effect?.getComputedTiming().endTime)))
    for (let still = 0; still < 3; ) {
      const running = moving()
      await Promise.all(running.map((one) => one.finished.catch(() => {})))
      await frame()
      still = running.length === 0 ? still + 1 : 0
    }
  })
}

/** Nothing sticks out to the side: the page scrolls one way only. */
export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  expect(over, page.url()).toBeLessThanOrEqual(0)
}
