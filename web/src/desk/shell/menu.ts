/** The menu: what exists, and who sees it. Nobody is shown a page that would turn them away. */
import { computed } from 'vue'
import { isInTheField } from '../core/posts'
import { canAny } from '../core/session'

export interface MenuItem {
  name: string
  title: string
  icon: string
  needs?: string[]
  /** For those who walk the ground only. */
  isField?: boolean
}
interface MenuGroup {
  title: string
  items: MenuItem[]
}

const groups: MenuGroup[] = [
  {
    title: 'shell.groupWork',
    items: [
      { name: 'today', title: 'shell.today', icon: 'today' },
      { name: 'morning', title: 'briefs.morning', icon: 'morning', needs: ['case.triage', 'case.call_back'] },
      { name: 'indicators', title: 'shell.indicators', icon: 'indicators', needs: ['indicator.read'] },
      { name: 'dispatch', title: 'shell.dispatch', icon: 'dispatch', needs: ['case.triage', 'case.dispatch'] },
      { name: 'grid', title: 'shell.grid', icon: 'grid', needs: ['case.read'], isField: true },
      { name: 'find', title: 'shell.find', icon: 'find', needs: ['case.enter'], isField: true },
      { name: 'outbox', title: 'outbox.title', icon: 'outbox', isField: true },
      { name: 'cases', title: 'shell.cases', icon: 'cases', needs: ['case.read'] },
      { name: 'supervision', title: 'shell.supervision', icon: 'supervision', needs: ['supervision.impose', 'case.handle'] },
      { name: 'pleas', title: 'shell.pleas', icon: 'pleas', needs: ['case.dispatch', 'case.handle'] },
      { name: 'whistles', title: 'shell.whistles', icon: 'whistles', needs: ['whistle.read'] },
      { name: 'entry', title: 'shell.entry', icon: 'entry', needs: ['case.enter'] },
      { name: 'routing', title: 'shell.routing', icon: 'routing', needs: ['case.triage', 'case.handle'] },
      { name: 'phrases', title: 'shell.phrases', icon: 'phrases', needs: ['phrase.edit'] },
      { name: 'shares', title: 'shell.shares', icon: 'shares', needs: ['case.handle', 'case.dispatch'] },
      { name: 'disclosures', title: 'shell.disclosures', icon: 'disclosures', needs: ['case.disclose'] },
      { name: 'call-backs', title: 'callbacks.title', icon: 'callBacks', needs: ['case.call_back'] },
      { name: 'rechecks', title: 'rechecks.title', icon: 'rechecks', needs: ['recheck.do', 'recheck.decide', 'case.handle', 'audit.read'] },
      { name: 'patrols', title: 'shell.patrols', icon: 'patrols', needs: ['register.edit', 'register.note'] },
      { name: 'visits', title: 'shell.visits', icon: 'visits', needs: ['visit.write', 'visit.open'] },
      { name: 'links', title: 'shell.links', icon: 'links', needs: ['link.edit', 'visit.write'] },
      { name: 'neighbours', title: 'shell.neighbours', icon: 'neighbours', needs: ['neighbour.read'] },
      { name: 'topics', title: 'shell.topics', icon: 'topics', needs: ['topic.decide', 'topic.month', 'case.handle'] },
      { name: 'mediation', title: 'shell.mediation', icon: 'mediation', needs: ['mediation.read'] },
      { name: 'hearings', title: 'shell.hearings', icon: 'calendar', needs: ['mediation.read'] },
      { name: 'mediation-figures', title: 'shell.mediationFigures', icon: 'mediation', needs: ['mediation.count'] },
      { name: 'sources', title: 'shell.sources', icon: 'sources', needs: ['source.exchange', 'source.keys'] },
    ],
  },
  {
    title: 'shell.groupEnforcement',
    items: [
      { name: 'enforcement-checks', title: 'shell.enforcementChecks', icon: 'patrols', needs: ['enforcement.read'] },
      { name: 'enforcement-cases', title: 'shell.enforcementCases', icon: 'enforcement', needs: ['enforcement.read'] },
      { name: 'enforcement-items', title: 'shell.enforcementItems', icon: 'catalog', needs: ['enforcement.read'] },
    ],
  },
  {
    title: 'shell.groupBase',
    items: [
      { name: 'places', title: 'shell.places', icon: 'places' },
      { name: 'register', title: 'shell.register', icon: 'register', needs: ['case.read'] },
      { name: 'people', title: 'shell.people', icon: 'people', needs: ['person.edit', 'post.grant'] },
      { name: 'units', title: 'shell.units', icon: 'units' },
      { name: 'workbook', title: 'shell.workbook', icon: 'workbook', needs: ['region.edit', 'unit.edit', 'person.edit'] },
      { name: 'catalog', title: 'shell.catalog', icon: 'catalog' },
      { name: 'calendar', title: 'shell.calendar', icon: 'calendar' },
    ],
  },
  {
    title: 'shell.groupControl',
    items: [
      { name: 'roles', title: 'shell.roles', icon: 'roles' },
      { name: 'messages', title: 'shell.messages', icon: 'messages', needs: ['gateway.edit'] },
      { name: 'objections', title: 'shell.objections', icon: 'objections', needs: ['objection.answer', 'objection.overdue'] },
      { name: 'exclusions', title: 'shell.exclusions', icon: 'pleas', needs: ['audit.read'] },
      { name: 'signs', title: 'shell.signs', icon: 'signs', needs: ['sign.review', 'case.handle'] },
      { name: 'processing', title: 'shell.processing', icon: 'register', needs: ['protection.keep', 'audit.read'] },
      { name: 'erasures', title: 'shell.erasures', icon: 'catalog', needs: ['protection.keep', 'audit.read'] },
      { name: 'audit', title: 'shell.audit', icon: 'audit', needs: ['audit.read'] },
    ],
  },
  { title: 'shell.groupHelp', items: [{ name: 'handbook', title: 'handbook.title', icon: 'handbook' }] },
]

const isSeen = (item: MenuItem): boolean => (!item.needs || canAny(...item.needs)) && (!item.isField || isInTheField.value)

export const menu = computed(() =>
  groups.map((group) => ({ ...group, items: group.items.filter(isSeen) })).filter((group) => group.items.length > 0),
)

const account: MenuItem = { name: 'account', title: 'shell.account', icon: 'account' }
/** What the thumb reaches: of those who walk the ground, finding in the middle and the round beside it. Their cases are in the grid. */
const onPhone = computed(() => {
  if (isInTheField.value) return ['today', 'grid', 'find', canAny('register.edit', 'register.note') ? 'patrols' : 'visits']
  // Officers and reviewers, whose work is not residents' cases; officers read those of their team beside it.
  if (canAny('enforcement.check', 'enforcement.review') && !canAny('case.enter', 'case.handle', 'case.triage')) return ['today', 'enforcement-checks', 'enforcement-cases', 'cases']
  return canAny('case.read') ? ['today', 'cases', 'entry'] : ['today', 'mediation', 'hearings', 'entry']
})
const seen = computed(() => menu.value.flatMap((group) => group.items))

export const phoneBar = computed(() => [...onPhone.value.flatMap((name) => seen.value.filter((item) => item.name === name)), account])
/** What the bar of a phone has no room for; listed on the account page. */
export const phoneRest = computed(() => seen.value.filter((item) => !onPhone.value.includes(item.name)))
