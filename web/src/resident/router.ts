import { nextTick, watch } from 'vue'
import { createRouter, createWebHistory } from 'vue-router'
import { addTexts, lang, nameOf, t, type TextLoaders } from '@/shared/i18n'
import { setup } from '@/shared/setup'
import HomePage from './home/HomePage.vue'

/** Words that few read come with the pages they stand on. */
const bring = (texts: TextLoaders) => () => addTexts(texts).then(() => true)
const withWords = bring({ zh: () => import('./texts/zh.ledger'), en: () => import('./texts/en.ledger') })
const withEnforcement = bring({ zh: () => import('./texts/zh.enforcement'), en: () => import('./texts/en.enforcement') })
const withLink = bring({ zh: () => import('./texts/zh.link'), en: () => import('./texts/en.link') })
const withFind = bring({ zh: () => import('./texts/zh.find'), en: () => import('./texts/en.find') })
const withLog = bring({ zh: () => import('./texts/zh.log'), en: () => import('./texts/en.log') })
const withOwn = bring({ zh: () => import('./texts/zh.own'), en: () => import('./texts/en.own') })

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: '/', name: 'home', component: HomePage, beforeEnter: fromQr },
    { path: '/p/:qr', redirect: (to) => ({ name: 'report', query: { q: String(to.params.qr) } }) },
    { path: '/report', name: 'report', component: () => import('./report/ReportPage.vue'), meta: { title: 'report.title' } },
    { path: '/report/done', name: 'done', component: () => import('./report/DonePage.vue'), meta: { title: 'done.title' } },
    { path: '/follow', name: 'follow', component: () => import('./follow/FollowPage.vue'), meta: { title: 'follow.title' } },
    { path: '/find', name: 'find', component: () => import('./find/FindPage.vue'), beforeEnter: withFind, meta: { title: 'find.title' } },
    { path: '/ask', name: 'ask', component: () => import('./ask/AskPage.vue'), meta: { title: 'ask.title' } },
    { path: '/ask/:code', name: 'matter', component: () => import('./ask/MatterPage.vue'), meta: { title: 'ask.title' }, props: true },
    { path: '/open', name: 'ledger', component: () => import('./open/LedgerPage.vue'), beforeEnter: withWords, meta: { title: 'open.title' } },
    { path: '/open/parked', name: 'parked', component: () => import('./open/ParkedPage.vue'), beforeEnter: withWords, meta: { title: 'open.title' } },
    { path: '/open/:code(\\d+)', name: 'figures', component: () => import('./open/FiguresPage.vue'), beforeEnter: withWords, meta: { title: 'open.title' }, props: true },
    { path: '/open/enforcement', name: 'enforcement', component: () => import('./enforcement/EnforcementPage.vue'), beforeEnter: withEnforcement, meta: { title: 'enforce.title' } },
    { path: '/log', name: 'log', component: () => import('./log/LogPage.vue'), beforeEnter: withLog, meta: { title: 'log.title' } },
    { path: '/verify', name: 'verify', component: () => import('./log/VerifyPage.vue'), beforeEnter: withLog, meta: { title: 'verify.title' } },
    { path: '/my-data', component: () => import('./own/OwnPage.vue'), beforeEnter: withOwn, meta: { title: 'own.title' } },
    { path: '/privacy', component: () => import('./own/PrivacyPage.vue'), beforeEnter: withOwn, meta: { title: 'privacy.title' } },
    { path: '/verdict', component: () => import('./link/LinkPage.vue'), beforeEnter: withLink, meta: { title: 'link.title' } },
    { path: '/help', name: 'help', component: () => import('./help/HelpPage.vue'), meta: { title: 'help.title' } },
    { path: '/:rest(.*)*', name: 'lost', component: () => import('./home/LostPage.vue'), meta: { title: 'lost.title' } },
  ],
  scrollBehavior: (_to, _from, kept) => kept ?? { top: 0 },
})

/** A code on a lamp post leads straight to the report with its place filled in. */
function fromQr(to: { query: Record<string, unknown> }) {
  return typeof to.query.q === 'string' && to.query.q ? { name: 'report', query: { q: to.query.q } } : true
}

// A reader of screens hears the new page only if the focus goes to its heading.
router.afterEach(async (to, from) => {
  if (to.path === from.path || from.matched.length === 0) return
  await nextTick()
  document.querySelector<HTMLElement>('main h1')?.focus({ preventScroll: true })
})

/** Names the page in the reader's language from then on. Call when the texts are there. */
export function startTitles(): void {
  watch(
    [router.currentRoute, lang, setup],
    () => {
      const key = router.currentRoute.value.meta.title
      const own = typeof key === 'string' ? `${t(key)} · ` : ''
      document.title = own + (nameOf(setup.value?.name) || t('app.name'))
    },
    { immediate: true },
  )
}
