/**
 * Two languages, Chinese first. Messages lie in `texts/zh.ts` and `texts/en.ts` of each area and are loaded
 * one language at a time. vue-i18n interprets messages from a syntax tree: nothing is evaluated, so the strict
 * content policy holds.
 */
import { computed } from 'vue'
import { createI18n } from 'vue-i18n'
import type { Names } from '@/api/types'
import { keep, recall } from './storage'
import zh from './texts/zh'

export type Lang = 'zh' | 'en'
export type Messages = { [key: string]: string | Messages }
export type TextLoaders = Record<Lang, () => Promise<{ default: Messages }>>

// Chinese is nearly every reader's language: it comes with the entry instead of after it.
const shared: TextLoaders = { zh: () => Promise.resolve({ default: zh }), en: () => import('./texts/en') }
let area: TextLoaders | null = null
/** Texts that came with a page of their own. */
const extra: TextLoaders[] = []
/** The first language, on its way or there. */
let begun = Promise.resolve()
const loaded = new Set<Lang>()

export const i18n = createI18n({
  legacy: false,
  locale: 'zh' as string,
  fallbackLocale: 'zh',
  messages: {} as Record<string, Messages>,
  missingWarn: import.meta.env.DEV,
  fallbackWarn: false,
})

export const lang = computed<Lang>(() => (i18n.global.locale.value === 'en' ? 'en' : 'zh'))

/** For code outside components; inside a component `useI18n()` or `$t` does the same. */
export const t = ((key: string, ...rest: unknown[]) => (i18n.global.t as (...args: unknown[]) => string)(key, ...rest)) as (
  key: string,
  named?: Record<string, unknown> | number,
  plural?: number,
) => string

/** True when the area has a text under this key, in the language of the page. */
export function hasText(key: string): boolean {
  return i18n.global.te(key)
}

/** Loads the reader's language before the first paint. Call once per entry, before mounting. */
export async function startI18n(texts: TextLoaders): Promise<typeof i18n> {
  area = texts
  await (begun = setLang(firstLang()))
  return i18n
}

export async function setLang(next: Lang): Promise<void> {
  if (!loaded.has(next) && area) {
    const found = await Promise.all([shared, area, ...extra].map((one) => one[next]()))
    // Texts of a page add to those of its area, down to the single word.
    i18n.global.setLocaleMessage(next, Object.assign({}, ...found.slice(0, 2).map((one) => one.default)) as Messages)
    for (const one of found.slice(2)) i18n.global.mergeLocaleMessage(next, one.default)
    loaded.add(next)
  }
  i18n.global.locale.value = next
  document.documentElement.lang = next === 'zh' ? 'zh-CN' : 'en'
  keep('lang', next)
}

/** Adds the texts of a page that few open, in every language that was read so far. */
export async function addTexts(texts: TextLoaders): Promise<void> {
  // The first page may be such a page: its texts come after those of the entry, which would replace them.
  await begun
  if (extra.includes(texts)) return
  extra.push(texts)
  for (const one of loaded) i18n.global.mergeLocaleMessage(one, (await texts[one]()).default)
}

/** A name in the language of the page; Chinese where no other is known. */
export function nameOf(names: Names | undefined | null): string {
  if (!names) return ''
  return (lang.value === 'en' ? names.en : undefined) ?? names.zh
}

function firstLang(): Lang {
  const kept = recall('lang')
  if (kept === 'zh' || kept === 'en') return kept
  // Chinese unless the device asks for a language that is plainly not Chinese.
  const wanted = navigator.languages?.length ? navigator.languages : [navigator.language || 'zh']
  return wanted.some((tag) => tag.toLowerCase().startsWith('zh')) ? 'zh' : wanted[0]?.toLowerCase().startsWith('en') ? 'en' : 'zh'
}
