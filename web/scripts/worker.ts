/**
 * Builds the service worker beside the pages: one plain script under a fixed name, with the lists of files it keeps. The lists come
 * from what was just built, so they cannot name what is not there.
 */
import { createHash } from 'node:crypto'
import { fileURLToPath, URL } from 'node:url'
import { build, type Plugin, type Rolldown } from 'vite'

const src = fileURLToPath(new URL('../src', import.meta.url))

/** What a grid worker opens in a day, and what residents need to report and to see their receipts. */
const PAGES = {
  desk: [
    'desk/today/FirstPage.vue', 'desk/grid/GridPage.vue', 'desk/find/FindPage.vue', 'desk/entry/EntryPage.vue', 'desk/cases/CaseListPage.vue',
    'desk/case/CasePage.vue', 'desk/outbox/OutboxPage.vue', 'desk/account/AccountPage.vue', 'desk/session/LoginPage.vue', 'desk/session/SessionDialog.vue',
    'desk/patrols/PatrolsPage.vue', 'desk/shell/NowherePage.vue', 'desk/texts/zh/index.ts', 'desk/texts/en/index.ts', 'shared/texts/en.ts', 'desk/core/ahead.ts',
    'shared/MapView.vue', 'shared/shell.ts', 'shared/map.ts',
  ],
  home: [
    'resident/report/ReportPage.vue', 'resident/report/DonePage.vue', 'resident/follow/FollowPage.vue', 'resident/texts/en.ts', 'shared/texts/en.ts',
    'resident/later.ts', 'resident/home/PendingReports.vue', 'resident/report/outbox.ts', 'shared/shell.ts', 'resident/texts/zh.outbox.ts', 'resident/texts/en.outbox.ts',
  ],
}
const HTML = { desk: 'desk/index.html', home: 'index.html' }
/** Too large for everybody's first day; fetched afterwards by those who walk about. */
const LARGE = /maplibre|terra-draw/

export function worker(): Plugin {
  return {
    name: 'service-worker',
    apply: 'build',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      async handler(_options, bundle) {
        const shells = { desk: shellOf('desk', bundle), home: shellOf('home', bundle) }
        const made = (await build({
          configFile: false,
          logLevel: 'warn',
          resolve: { alias: { '@': src } },
          define: { __SHELLS__: JSON.stringify(shells) },
          publicDir: false,
          build: {
            write: false,
            target: ['chrome86', 'safari13'],
            modulePreload: false,
            rolldownOptions: { input: `${src}/worker/worker.ts`, output: { format: 'iife', entryFileNames: 'worker.js' } },
          },
        })) as Rolldown.RolldownOutput
        this.emitFile({ type: 'asset', fileName: 'worker.js', source: made.output[0].code })
      },
    },
  }
}

function shellOf(name: keyof typeof PAGES, bundle: Rolldown.OutputBundle) {
  const html = bundle[HTML[name]]
  if (html?.type !== 'asset') throw new Error(`${HTML[name]} is not in the build`)
  const chunks = Object.values(bundle).filter((one) => one.type === 'chunk')
  const byFile = new Map(chunks.map((chunk) => [chunk.fileName, chunk]))
  const files = new Set<string>()
  const collect = (chunk: Rolldown.OutputChunk | undefined, deep: boolean, own: Set<string>): void => {
    if (!chunk || own.has(chunk.fileName) || LARGE.test(chunk.fileName)) return
    own.add(chunk.fileName)
    const meta = (chunk as { viteMetadata?: { importedCss: Set<string>; importedAssets: Set<string> } }).viteMetadata
    for (const file of [...(meta?.importedCss ?? []), ...(meta?.importedAssets ?? [])]) if (!LARGE.test(file)) own.add(file)
    for (const next of chunk.imports) collect(byFile.get(next), deep && !entry.has(next), own)
    if (deep) for (const next of chunk.dynamicImports) collect(byFile.get(next), false, own)
  }
  const entry = new Set<string>()
  collect(chunks.find((chunk) => chunk.isEntry && chunk.facadeModuleId?.endsWith(`/${HTML[name]}`) && (name === 'desk' || !/\/(desk|link)\/index\.html$/.test(chunk.facadeModuleId))), false, entry)
  for (const page of PAGES[name]) {
    const found = chunks.find((chunk) => chunk.facadeModuleId?.endsWith(`/src/${page}`) || chunk.moduleIds.some((id) => id.endsWith(`/src/${page}`)))
    if (!found) throw new Error(`src/${page} is not in the build; is its name in scripts/worker.ts still right?`)
    // What a page loads by itself once it is open is needed as well, but not what its addresses lead to.
    if (!entry.has(found.fileName)) collect(found, true, files)
  }
  for (const file of entry) files.add(file)
  const later = Object.keys(bundle).filter((file) => name === 'desk' && /maplibre/.test(file) && !/terra-draw/.test(file))
  const list = [...files].sort().map((file) => `/${file}`)
  const sha = createHash('sha256').update(html.source).digest('hex')
  const version = createHash('sha256').update(JSON.stringify([list, later, sha])).digest('hex').slice(0, 12)
  return { page: `/${HTML[name]}`, sha, version, files: list, later: later.map((file) => `/${file}`) }
}
