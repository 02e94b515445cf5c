/** The texts of tours, which only a demo instance needs: they come with the tour and not with every page. */
import { watch } from 'vue'
import { i18n, lang } from '@/shared/i18n'
import en from './texts/en'
import zh from './texts/zh'

// A language that is loaded later replaces what is there: the words are put in again then.
watch(
  lang,
  () => {
    i18n.global.mergeLocaleMessage('zh', zh)
    i18n.global.mergeLocaleMessage('en', en)
  },
  { immediate: true, flush: 'sync' },
)
