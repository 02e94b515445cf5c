/** Few open these pages: their words come with them. */
import { addTexts, type TextLoaders } from '@/shared/i18n'

const words: TextLoaders = { zh: () => import('../texts/zh.neighbours'), en: () => import('../texts/en.neighbours') }
export const withWords = (): Promise<true> => addTexts(words).then(() => true as const)
