import { defineConfig } from '@playwright/test'

/** The browser of the distribution: nothing is ever downloaded. */
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium'

export default defineConfig({
  testDir: 'journeys',
  outputDir: process.env.PICTURES ? 'test-results/pictures' : 'test-results/journeys',
  globalSetup: './support/server.ts',
  fullyParallel: true,
  workers: Number(process.env.E2E_WORKERS ?? 2),
  // Two browsers that draw maps in software share two cores with the server; a stall gets one more try, and the list
  // says "flaky", so that it is found and not hidden.
  retries: process.env.CI ? 2 : 1,
  forbidOnly: !!process.env.CI,
  timeout: 120_000,
  expect: { timeout: 10_000 },
  reporter: [['list']],
  use: {
    // Set by the global set-up; each worker reads this file anew and finds it.
    baseURL: process.env.JISHI_URL,
    // Pages that keep themselves for a day without a network would only make the other journeys wait.
    serviceWorkers: 'block',
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    screenshot: 'only-on-failure',
    // Recording costs every step of every journey; what fails is recorded while it is tried again.
    trace: 'on-first-retry',
    launchOptions: {
      executablePath,
      args: [
        // Tests often run as root in a container, where Chromium's sandbox cannot start.
        '--no-sandbox',
        // No calls home: on a closed network they only cost time.
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
        // Maps need WebGL, and there is no graphics card: they alone are drawn by the software that stands for one. Pages put
        // together by it too cost a quarter more of the processor.
        '--disable-gpu',
        '--enable-unsafe-swiftshader',
      ],
    },
  },
  projects: [
    // Every journey runs once; those marked @phone are run at the size of a phone as well.
    { name: 'desktop', use: { viewport: { width: 1440, height: 900 } } },
    {
      name: 'phone',
      grep: /@phone/,
      use: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 },
    },
    // Not a test: the pictures of the README, on demand.
    ...(process.env.PICTURES ? [{ name: 'pictures', testDir: 'pictures' }] : []),
  ],
})
