/** Few open this page: its words come with it. */
import { addTexts, type TextLoaders } from '@/shared/i18n'

const words: TextLoaders = { zh: () => import('../texts/zh.objections'), en: () => import('../texts/en.objections') }
export const withWords = (): Promise<true> => addTexts(words).then(() => true as const)
