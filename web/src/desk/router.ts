/** Addresses of the desk. Each page is loaded when it is opened, and only opens for those who may use it. */
import { watch } from 'vue'
import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'
import { i18n, lang, t } from '@/shared/i18n'
import { isInTheField } from './core/posts'
import { canAny, knownSession, me } from './core/session'
import { withWords as withNeighbours } from './neighbours/texts'
import { withWords as withProtection } from './protection/texts'
import { withWords as withVisits } from './links/texts'
import { withWords as withMediation } from './mediation/texts'
import { withWords as withObjections } from './objections/texts'
import { withWords as withTopics } from './topics/texts'

declare module 'vue-router' {
  interface RouteMeta {
    /** Text key of the page's name. */
    title?: string
    /** One of these is needed. Nothing: whoever is logged in. */
    needs?: string[]
    /** Only for those who walk the ground. */
    isField?: boolean
    /** Shown without the menu, and without a session. */
    isOpen?: boolean
    /** Shown to whoever is not logged in as well. */
    isPublic?: boolean
    /** Where the handbook speaks of it: a chapter, and the section after `#`. */
    help?: string
  }
}

export const routes: RouteRecordRaw[] = [
  { path: '/', name: 'today', component: () => import('./today/FirstPage.vue'), meta: { help: 'start#today', title: 'shell.today' } },
  { path: '/login', name: 'login', component: () => import('./session/LoginPage.vue'), meta: { help: 'start#log-in', title: 'session.title', isOpen: true } },
  { path: '/first-password', name: 'first-password', component: () => import('./session/FirstPasswordPage.vue'), meta: { help: 'start#first-password', title: 'session.firstTitle', isOpen: true } },
  { path: '/cases', name: 'cases', component: () => import('./cases/CaseListPage.vue'), meta: { help: 'cases#lists', title: 'shell.cases', needs: ['case.read'] } },
  { path: '/cases/:id', name: 'case', component: () => import('./case/CasePage.vue'), meta: { help: 'cases#page', title: 'shell.cases', needs: ['case.read'] } },
  { path: '/cases/:id/split', name: 'split', component: () => import('./split/SplitPage.vue'), meta: { help: 'dispatch#split', title: 'split.title', needs: ['case.dispatch'] } },
  { path: '/dispatch/:id?', name: 'dispatch', component: () => import('./dispatch/DispatchDesk.vue'), meta: { help: 'dispatch#desk', title: 'shell.dispatch', needs: ['case.triage', 'case.dispatch'] } },
  { path: '/grid/:code?', name: 'grid', component: () => import('./grid/GridPage.vue'), meta: { help: 'grid#my-grid', title: 'shell.grid', needs: ['case.read'], isField: true } },
  { path: '/find', name: 'find', component: () => import('./find/FindPage.vue'), meta: { help: 'grid#find', title: 'shell.find', needs: ['case.enter'], isField: true } },
  { path: '/morning', name: 'morning', component: () => import('./briefs/MorningPage.vue'), meta: { help: 'leader#morning', title: 'briefs.morning', needs: ['case.read'] } },
  { path: '/week', name: 'week', component: () => import('./briefs/WeekPage.vue'), meta: { help: 'leader#week', title: 'briefs.week', needs: ['case.read'] } },
  { path: '/indicators', name: 'indicators', component: () => import('./indicators/IndicatorsPage.vue'), meta: { help: 'leader#indicators', title: 'shell.indicators', needs: ['indicator.read'] } },
  { path: '/indicators/cases', name: 'indicator-cases', component: () => import('./indicators/IndicatorCasesPage.vue'), meta: { help: 'leader#indicators', title: 'indicators.behind', needs: ['indicator.read'] } },
  { path: '/indicators/:code', name: 'indicator', component: () => import('./indicators/IndicatorPage.vue'), meta: { help: 'leader#indicators', title: 'shell.indicators', needs: ['indicator.read'] } },
  { path: '/routing', name: 'routing', component: () => import('./routing/RoutingPage.vue'), meta: { help: 'dispatch#rules', title: 'shell.routing', needs: ['case.read'] } },
  { path: '/outbox', name: 'outbox', component: () => import('./outbox/OutboxPage.vue'), meta: { help: 'grid#offline', title: 'outbox.title', isField: true } },
  { path: '/new', name: 'entry', component: () => import('./entry/EntryPage.vue'), meta: { help: 'entry#enter', title: 'shell.entry', needs: ['case.enter'] } },
  { path: '/phrases', name: 'phrases', component: () => import('./phrases/PhrasesPage.vue'), meta: { help: 'department#phrases', title: 'shell.phrases', needs: ['phrase.edit'] } },
  { path: '/places/:code?', name: 'places', component: () => import('./places/PlacesPage.vue'), meta: { help: 'places#find', title: 'shell.places' } },
  { path: '/places/:code/draw', name: 'drawing', component: () => import('./drawing/DrawingPage.vue'), meta: { help: 'places#draw', title: 'drawing.title', needs: ['region.edit'] } },
  { path: '/register', name: 'register', component: () => import('./register/RegisterPage.vue'), meta: { help: 'register#find', title: 'shell.register', needs: ['case.read'] } },
  { path: '/register/:id', name: 'item', component: () => import('./register/ItemPage.vue'), meta: { help: 'register#item', title: 'shell.register', needs: ['case.read'] } },
  { path: '/patrols', name: 'patrols', component: () => import('./patrols/PatrolsPage.vue'), meta: { help: 'register#patrols', title: 'shell.patrols', needs: ['register.edit', 'register.note'] } },
  { path: '/patrols/:id', name: 'patrol', component: () => import('./patrols/PatrolPage.vue'), meta: { help: 'register#patrols', title: 'shell.patrols', needs: ['case.read'] } },
  { path: '/links', name: 'links', component: () => import('./links/LinksPage.vue'), beforeEnter: withVisits, meta: { help: 'visits#links', title: 'shell.links', needs: ['case.read'] } },
  { path: '/neighbours', name: 'neighbours', component: () => import('./neighbours/NeighboursPage.vue'), beforeEnter: withNeighbours, meta: { help: 'neighbours#lists', title: 'shell.neighbours', needs: ['neighbour.read'] } },
  { path: '/community-needs/:id', name: 'community-need', component: () => import('./neighbours/NeedPage.vue'), beforeEnter: withNeighbours, meta: { help: 'neighbours#match', title: 'shell.neighbours', needs: ['neighbour.read'] } },
  { path: '/visits', name: 'visits', component: () => import('./visits/VisitsPage.vue'), beforeEnter: withVisits, meta: { help: 'visits#record', title: 'shell.visits', needs: ['visit.write', 'visit.open'] } },
  { path: '/visits/:id', name: 'visit', component: () => import('./visits/VisitPage.vue'), beforeEnter: withVisits, meta: { help: 'visits#page', title: 'shell.visits', needs: ['visit.write', 'visit.open'] } },
  { path: '/whistles', name: 'whistles', component: () => import('./whistles/WhistlesPage.vue'), meta: { help: 'whistles#lists', title: 'shell.whistles', needs: ['whistle.read'] } },
  { path: '/whistles/new', name: 'whistle-new', component: () => import('./whistles/RaisePage.vue'), meta: { help: 'whistles#raise', title: 'whistles.form.title', needs: ['whistle.raise'] } },
  { path: '/whistles/figures', name: 'whistle-figures', component: () => import('./whistles/FiguresPage.vue'), meta: { help: 'whistles#figures', title: 'whistles.figure.title', needs: ['whistle.raise'] } },
  { path: '/whistles/calls', name: 'whistle-calls', component: () => import('./whistles/CallsPage.vue'), meta: { help: 'whistles#figures', title: 'whistles.calls', needs: ['whistle.read'] } },
  { path: '/whistles/:id', name: 'whistle', component: () => import('./whistles/RoomPage.vue'), meta: { help: 'whistles#room', title: 'whistles.room', needs: ['whistle.read'] } },
  { path: '/enforcement/items', name: 'enforcement-items', component: () => import('./enforcement/ItemsPage.vue'), meta: { help: 'enforcement#items', title: 'shell.enforcementItems', needs: ['enforcement.read'] } },
  { path: '/enforcement/checks', name: 'enforcement-checks', component: () => import('./enforcement/ChecksPage.vue'), meta: { help: 'enforcement#checks', title: 'shell.enforcementChecks', needs: ['enforcement.read'] } },
  { path: '/enforcement/checks/new', name: 'enforcement-check-new', component: () => import('./enforcement/CheckFormPage.vue'), meta: { help: 'enforcement#checks', title: 'enforcement.newCheck', needs: ['enforcement.check'] } },
  { path: '/enforcement/checks/:id', name: 'enforcement-check', component: () => import('./enforcement/CheckPage.vue'), meta: { help: 'enforcement#checks', title: 'shell.enforcementChecks', needs: ['enforcement.read'] } },
  { path: '/enforcement/cases', name: 'enforcement-cases', component: () => import('./enforcement/CasesPage.vue'), meta: { help: 'enforcement#cases', title: 'shell.enforcementCases', needs: ['enforcement.read'] } },
  { path: '/enforcement/cases/new', name: 'enforcement-file', component: () => import('./enforcement/FilePage.vue'), meta: { help: 'enforcement#file', title: 'enforcement.file', needs: ['enforcement.check'] } },
  { path: '/enforcement/cases/:id', name: 'enforcement-case', component: () => import('./enforcement/CasePage.vue'), meta: { help: 'enforcement#steps', title: 'shell.enforcementCases', needs: ['enforcement.read'] } },
  { path: '/topics', name: 'topics', component: () => import('./topics/TopicsPage.vue'), beforeEnter: withTopics, meta: { help: 'leader#topics', title: 'shell.topics', needs: ['case.read'] } },
  { path: '/topics/:id', name: 'topic', component: () => import('./topics/TopicPage.vue'), beforeEnter: withTopics, meta: { help: 'leader#topics', title: 'shell.topics', needs: ['case.read'] } },
  { path: '/mediation', name: 'mediation', component: () => import('./mediation/MediationPage.vue'), beforeEnter: withMediation, meta: { help: 'mediation#desk', title: 'shell.mediation', needs: ['mediation.read'] } },
  { path: '/mediation/new', name: 'dispute-new', component: () => import('./mediation/NewDispute.vue'), beforeEnter: withMediation, meta: { help: 'mediation#bring', title: 'shell.mediation', needs: ['mediation.take_in'] } },
  { path: '/mediation/figures', name: 'mediation-figures', component: () => import('./mediation/FiguresPage.vue'), beforeEnter: withMediation, meta: { help: 'mediation#figures', title: 'shell.mediationFigures', needs: ['mediation.count'] } },
  { path: '/mediation/:id', name: 'dispute', component: () => import('./mediation/DisputePage.vue'), beforeEnter: withMediation, meta: { help: 'mediation#page', title: 'shell.mediation', needs: ['mediation.read'] } },
  { path: '/hearings', name: 'hearings', component: () => import('./mediation/HearingsPage.vue'), beforeEnter: withMediation, meta: { help: 'mediation#hearings', title: 'shell.hearings', needs: ['mediation.read'] } },
  { path: '/call-backs', name: 'call-backs', component: () => import('./callbacks/CallBacksPage.vue'), meta: { help: 'call-backs#desk', title: 'callbacks.title', needs: ['case.call_back'] } },
  { path: '/rechecks', name: 'rechecks', component: () => import('./rechecks/RechecksPage.vue'), meta: { help: 'call-backs#rechecks', title: 'rechecks.title', needs: ['recheck.do', 'recheck.decide', 'case.handle', 'audit.read'] } },
  { path: '/people', name: 'people', component: () => import('./people/PeoplePage.vue'), meta: { help: 'security#people', title: 'shell.people', needs: ['person.edit', 'post.grant'] } },
  { path: '/people/:id', name: 'person', component: () => import('./people/PersonPage.vue'), meta: { help: 'security#person', title: 'shell.people', needs: ['person.edit', 'post.grant'] } },
  { path: '/units', name: 'units', component: () => import('./people/UnitsPage.vue'), meta: { help: 'places#units', title: 'shell.units' } },
  { path: '/sources', name: 'sources', component: () => import('./sources/SourcesPage.vue'), meta: { help: 'sources#orders', title: 'shell.sources', needs: ['source.exchange', 'source.keys'] } },
  { path: '/disclosures', name: 'disclosures', component: () => import('./disclosure/DisclosuresPage.vue'), meta: { help: 'dispatch#public', title: 'shell.disclosures', needs: ['case.disclose'] } },
  { path: '/supervision', name: 'supervision', component: () => import('./supervision/SupervisionPage.vue'), meta: { help: 'leader#supervision', title: 'shell.supervision', needs: ['supervision.impose', 'case.handle'] } },
  { path: '/exclusions', name: 'exclusions', component: () => import('./pleas/ExclusionsPage.vue'), meta: { help: 'audit#exclusions', title: 'shell.exclusions', needs: ['audit.read', 'case.read'] } },
  { path: '/pleas', name: 'pleas', component: () => import('./pleas/PleasPage.vue'), meta: { help: 'department#pleas', title: 'shell.pleas', needs: ['case.dispatch', 'case.handle'] } },
  { path: '/shares', name: 'shares', component: () => import('./shares/SharesPage.vue'), meta: { help: 'department#shares', title: 'shell.shares', needs: ['case.read'] } },
  { path: '/workbook', name: 'workbook', component: () => import('./workbook/WorkbookPage.vue'), meta: { help: 'moving-in#workbook', title: 'shell.workbook', needs: ['region.edit', 'unit.edit', 'person.edit'] } },
  { path: '/roles', name: 'roles', component: () => import('./people/RolesPage.vue'), meta: { help: 'protection#roles', title: 'shell.roles' } },
  { path: '/catalog', name: 'catalog', component: () => import('./catalog/CatalogPage.vue'), meta: { help: 'catalog#read', title: 'shell.catalog' } },
  { path: '/catalog/:code', name: 'matter', component: () => import('./catalog/MatterPage.vue'), meta: { help: 'catalog#edit', title: 'shell.catalog' } },
  { path: '/calendar/:year?', name: 'calendar', component: () => import('./catalog/CalendarPage.vue'), meta: { help: 'catalog#calendar', title: 'shell.calendar' } },
  { path: '/processing', name: 'processing', component: () => import('./protection/ProcessingPage.vue'), beforeEnter: withProtection, meta: { help: 'protection#record', title: 'shell.processing', needs: ['protection.keep', 'audit.read'] } },
  { path: '/erasures', name: 'erasures', component: () => import('./protection/ErasuresPage.vue'), beforeEnter: withProtection, meta: { help: 'protection#erasures', title: 'shell.erasures', needs: ['protection.keep', 'audit.read'] } },
  { path: '/audit', name: 'audit', component: () => import('./audit/AuditPage.vue'), meta: { help: 'audit#read', title: 'shell.audit', needs: ['audit.read'] } },
  { path: '/gaming-signs', name: 'signs', component: () => import('./signs/SignsPage.vue'), meta: { help: 'audit#signs', title: 'shell.signs', needs: ['sign.review', 'case.handle'] } },
  { path: '/gaming-signs/:id', name: 'sign', component: () => import('./signs/SignPage.vue'), meta: { help: 'audit#signs', title: 'shell.signs', needs: ['sign.review', 'case.handle'] } },
  { path: '/objections', name: 'objections', component: () => import('./objections/ObjectionsPage.vue'), beforeEnter: withObjections, meta: { help: 'security#objections', title: 'shell.objections', needs: ['objection.answer', 'objection.overdue'] } },
  { path: '/messages', name: 'messages', component: () => import('./messages/MessagesPage.vue'), meta: { help: 'messages#page', title: 'shell.messages', needs: ['gateway.edit'] } },
  { path: '/handbook/:chapter?', name: 'handbook', component: () => import('./handbook/HandbookPage.vue'), meta: { help: 'start#handbook', title: 'handbook.title', isPublic: true } },
  { path: '/me', name: 'account', component: () => import('./account/AccountPage.vue'), meta: { help: 'start#account', title: 'account.title' } },
  { path: '/:rest(.*)*', name: 'nowhere', component: () => import('./shell/NowherePage.vue'), meta: { help: 'start#not-found', title: 'ui.notFound' } },
]

export const router = createRouter({
  history: createWebHistory('/desk'),
  routes,
  // A page goes to its own anchors: they are there only once it is.
  scrollBehavior: (to, from, kept) => kept ?? (to.path === from.path || to.hash ? false : { top: 0 }),
})

router.beforeEach(async (to) => {
  if (to.meta.isOpen && to.name !== 'first-password') return true
  const session = await knownSession().catch(() => null)
  if (to.meta.isPublic) return true
  if (!session) return { name: 'login', query: { to: to.fullPath } }
  if (session.must_change_password && to.name !== 'first-password') return { name: 'first-password' }
  const isClosed = (to.meta.needs && !canAny(...to.meta.needs)) || (to.meta.isField && !isInTheField.value)
  if (isClosed) return { name: 'nowhere', params: { rest: to.path.slice(1).split('/') }, replace: true }
  return true
})

router.afterEach((to) => name(to.meta.title))
watch([lang, i18n.global.locale], () => name(router.currentRoute.value.meta.title))

// The session ended under the page: to the log-in page, and back here afterwards.
watch(me, (now, before) => {
  const at = router.currentRoute.value
  if (before && !now && !at.meta.isOpen && !at.meta.isPublic) void router.push({ name: 'login', query: { to: at.fullPath } })
})

function name(title?: string): void {
  document.title = [title && t(title), t('shell.name')].filter(Boolean).join(' · ')
}
