import { createApp } from 'vue'
import { startI18n } from '@/shared/i18n'
import { startLook } from '@/shared/look'
import '@/shared/base.css'
import './desk.css'
import App from './App.vue'
import { startKeeping } from './core/kept'
import { startOffline } from './outbox/start'
import { installKeys } from './core/keys'
import './core/week'
import { router } from './router'

startLook()
startKeeping()
installKeys()
startOffline()
void startI18n({ zh: () => import('./texts/zh'), en: () => import('./texts/en') }).then((i18n) => createApp(App).use(i18n).use(router).mount('#app'))
