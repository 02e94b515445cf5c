/** Few open these pages: their words come with them. */
import { addTexts, type TextLoaders } from '@/shared/i18n'

const words: TextLoaders = { zh: () => import('../texts/zh.protection'), en: () => import('../texts/en.protection') }
export const withWords = (): Promise<true> => addTexts(words).then(() => true as const)
