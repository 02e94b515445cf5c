import { createApp } from 'vue'
import { i18n, startI18n } from '@/shared/i18n'
import { startLook } from '@/shared/look'
import '@/shared/base.css'
import './resident.css'
import App from './App.vue'
import { router, startTitles } from './router'
import zh from './texts/zh'

startLook()
// On a slow line each round trip is felt: Chinese and the first page come with the entry, English travels beside them.
const texts = startI18n({ zh: () => Promise.resolve({ default: zh }), en: () => import('./texts/en') })
const app = createApp(App).use(i18n).use(router)
void Promise.all([texts, router.isReady()]).then(() => {
  startTitles()
  app.mount('#app')
  // What is only needed without a network comes when everything else is there.
  setTimeout(() => import('./later').catch(() => undefined), 2_000)
})
