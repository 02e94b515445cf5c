import { createApp } from 'vue'
import { startI18n } from '@/shared/i18n'
import { startLook } from '@/shared/look'
import '@/shared/base.css'
import '../resident/resident.css'
import App from './App.vue'

startLook()
void startI18n({ zh: () => import('./texts/zh'), en: () => import('./texts/en') }).then((i18n) => createApp(App).use(i18n).mount('#app'))
