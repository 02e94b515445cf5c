// First load of each entry, as the browser sees it: the entry and everything it imports statically, plus the page
// and the texts that are needed before anything shows. Fails when a budget is passed.
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const dist = new URL('../dist/', import.meta.url)
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'))

const entries = [
  { html: 'index.html', limit: 90, also: [] },
  { html: 'link/index.html', limit: 90, also: ['src/link/texts/zh.ts'] },
  { html: 'desk/index.html', limit: 300, also: ['src/desk/today/FirstPage.vue', 'src/desk/texts/zh/index.ts'] },
]

let isOver = false
for (const { html, limit, also } of entries) {
  const files = new Set()
  for (const start of [html, ...also]) collect(start, files)
  const bytes = [...files].reduce((sum, file) => sum + gzipSync(readFileSync(new URL(file, dist))).length, 0)
  const kb = bytes / 1000
  isOver ||= kb > limit
  console.log(`${html}: ${kb.toFixed(1)} of ${limit} kB gzip in ${files.size} scripts${kb > limit ? '  OVER BUDGET' : ''}`)
}
for (const file of scripts()) {
  const text = readFileSync(new URL(file, dist), 'utf8')
  if (/\bnew Function\(|[^.\w]eval\(/.test(text)) {
    console.log(`${file}: evaluates text as code, which the content policy forbids`)
    isOver = true
  }
}
process.exit(isOver ? 1 : 0)

function collect(key, files) {
  const chunk = manifest[key]
  if (!chunk) throw new Error(`${key} is not in the build; is its name in scripts/check-budget.mjs still right?`)
  if (files.has(chunk.file)) return
  files.add(chunk.file)
  for (const next of chunk.imports ?? []) collect(next, files)
}

function scripts() {
  return new Set(Object.values(manifest).map((chunk) => chunk.file).filter((file) => file.endsWith('.js')))
}
