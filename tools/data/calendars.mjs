// Writes catalog/calendars/cn-YEAR.toml: the national holidays and make-up working days of one year.
// Only days that differ from "Monday to Friday are worked" matter to a deadline, but every day off of the
// notice is listed, weekends too, so that a reader can compare the file with the notice line by line.

import { readFileSync, writeFileSync, mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)
const days = JSON.parse(readFileSync(require.resolve('chinese-days/dist/chinese-days.json'), 'utf8'))
const packageVersion = readVersion()
const outFolder = new URL('../../catalog/calendars/', import.meta.url)

// The notice of the State Council's General Office that each year rests on.
const NOTICES = {
  2024: '国办发明电〔2023〕7号',
  2025: '国办发明电〔2024〕12号',
  2026: '国办发明电〔2025〕7号',
}

// The package shortens some names; a page shows them in full.
const NAMES = {
  元旦: { zh: '元旦', en: "New Year's Day" },
  春节: { zh: '春节', en: 'Spring Festival' },
  清明: { zh: '清明节', en: 'Tomb-Sweeping Day' },
  劳动节: { zh: '劳动节', en: 'Labour Day' },
  端午: { zh: '端午节', en: 'Dragon Boat Festival' },
  中秋: { zh: '中秋节', en: 'Mid-Autumn Festival' },
  国庆节: { zh: '国庆节', en: 'National Day' },
}

mkdirSync(outFolder, { recursive: true })
for (const year of Object.keys(NOTICES)) {
  writeFileSync(new URL(`cn-${year}.toml`, outFolder), calendar(year))
}

function calendar(year) {
  const rows = [
    ...daysOf(year, days.holidays).map(([date, name]) => entry(date, 'holiday', name)),
    ...daysOf(year, days.workdays).map(([date, name]) => entry(date, 'workday', makeUp(name))),
  ].sort((a, b) => (a.date < b.date ? -1 : 1))
  if (rows.length < 20) throw new Error(`${year} looks incomplete: ${rows.length} days`)
  return [head(year), ...rows.map(toToml)].join('\n')
}

function daysOf(year, table) {
  return Object.entries(table)
    .filter(([date]) => date.startsWith(`${year}-`))
    .map(([date, text]) => {
      const name = NAMES[text.split(',')[1]]
      if (!name) throw new Error(`No name for ${date}: ${text}`)
      return [date, name]
    })
}

function entry(date, kind, name) {
  const isWeekend = [0, 6].includes(new Date(`${date}T00:00:00Z`).getUTCDay())
  if (kind === 'workday' && !isWeekend) throw new Error(`${date} is a make-up day but not a weekend`)
  return { date, kind, name }
}

function makeUp(name) {
  return { zh: `${name.zh}调休上班`, en: `Make-up working day for ${name.en}` }
}

function head(year) {
  return `# Working calendar of mainland China, ${year}. Made by tools/data/calendars.mjs; compare with the notice before relying on it.
year = ${year}
published = true
source = "国务院办公厅关于${year}年部分节假日安排的通知（${NOTICES[year]}）; npm chinese-days ${packageVersion} (MIT)"
`
}

function toToml({ date, kind, name }) {
  return `[[day]]
date = "${date}"
kind = "${kind}"
name = { zh = "${name.zh}", en = "${name.en}" }
`
}

function readVersion() {
  const path = new URL('node_modules/chinese-days/package.json', import.meta.url)
  return JSON.parse(readFileSync(path, 'utf8')).version
}
