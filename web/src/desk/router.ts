/** Addresses of the desk. Each page is loaded when it is opened, and only opens for those who may use it. */
import { watch } from 'vue'
import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'
import { i18n, lang, t } from '@/shared/i18n'
import { canAny, knownSession, me } from './core/session'

declare module 'vue-router' {
  interface RouteMeta {
    /** Text key of the page's name. */
    title?: string
    /** One of these is needed. Nothing: whoever is logged in. */
    needs?: string[]
    /** Shown without the menu, and without a session. */
    isOpen?: boolean
  }
}

const routes: RouteRecordRaw[] = [
  { path: '/', name: 'today', component: () => import('./today/TodayPage.vue'), meta: { title: 'shell.today' } },
  { path: '/login', name: 'login', component: () => import('./session/LoginPage.vue'), meta: { title: 'session.title', isOpen: true } },
  { path: '/first-password', name: 'first-password', component: () => import('./session/FirstPasswordPage.vue'), meta: { title: 'session.firstTitle', isOpen: true } },
  { path: '/cases', name: 'cases', component: () => import('./cases/CaseListPage.vue'), meta: { title: 'shell.cases', needs: ['case.read'] } },
  { path: '/cases/:id', name: 'case', component: () => import('./case/CasePage.vue'), meta: { title: 'shell.cases', needs: ['case.read'] } },
  { path: '/dispatch/:id?', name: 'dispatch', component: () => import('./dispatch/DispatchDesk.vue'), meta: { title: 'shell.dispatch', needs: ['case.triage', 'case.dispatch'] } },
  { path: '/new', name: 'entry', component: () => import('./entry/EntryPage.vue'), meta: { title: 'shell.entry', needs: ['case.enter'] } },
  { path: '/places/:code?', name: 'places', component: () => import('./places/PlacesPage.vue'), meta: { title: 'shell.places' } },
  { path: '/people', name: 'people', component: () => import('./people/PeoplePage.vue'), meta: { title: 'shell.people', needs: ['person.edit', 'post.grant'] } },
  { path: '/people/:id', name: 'person', component: () => import('./people/PersonPage.vue'), meta: { title: 'shell.people', needs: ['person.edit', 'post.grant'] } },
  { path: '/units', name: 'units', component: () => import('./people/UnitsPage.vue'), meta: { title: 'shell.units' } },
  { path: '/workbook', name: 'workbook', component: () => import('./workbook/WorkbookPage.vue'), meta: { title: 'shell.workbook', needs: ['region.edit', 'unit.edit', 'person.edit'] } },
  { path: '/roles', name: 'roles', component: () => import('./people/RolesPage.vue'), meta: { title: 'shell.roles' } },
  { path: '/catalog', name: 'catalog', component: () => import('./catalog/CatalogPage.vue'), meta: { title: 'shell.catalog' } },
  { path: '/catalog/:code', name: 'matter', component: () => import('./catalog/MatterPage.vue'), meta: { title: 'shell.catalog' } },
  { path: '/calendar/:year?', name: 'calendar', component: () => import('./catalog/CalendarPage.vue'), meta: { title: 'shell.calendar' } },
  { path: '/audit', name: 'audit', component: () => import('./audit/AuditPage.vue'), meta: { title: 'shell.audit', needs: ['audit.read'] } },
  { path: '/me', name: 'account', component: () => import('./account/AccountPage.vue'), meta: { title: 'account.title' } },
  { path: '/:rest(.*)*', name: 'nowhere', component: () => import('./shell/NowherePage.vue'), meta: { title: 'ui.notFound' } },
]

export const router = createRouter({
  history: createWebHistory('/desk'),
  routes,
  scrollBehavior: (to, from, kept) => kept ?? (to.path === from.path ? false : { top: 0 }),
})

router.beforeEach(async (to) => {
  if (to.meta.isOpen && to.name !== 'first-password') return true
  const session = await knownSession().catch(() => null)
  if (!session) return { name: 'login', query: { to: to.fullPath } }
  if (session.must_change_password && to.name !== 'first-password') return { name: 'first-password' }
  if (to.meta.needs && !canAny(...to.meta.needs)) return { name: 'nowhere', params: { rest: to.path.slice(1).split('/') }, replace: true }
  return true
})

router.afterEach((to) => name(to.meta.title))
watch([lang, i18n.global.locale], () => name(router.currentRoute.value.meta.title))

// The session ended under the page: to the log-in page, and back here afterwards.
watch(me, (now, before) => {
  const at = router.currentRoute.value
  if (before && !now && !at.meta.isOpen) void router.push({ name: 'login', query: { to: at.fullPath } })
})

function name(title?: string): void {
  document.title = [title && t(title), t('shell.name')].filter(Boolean).join(' · ')
}
