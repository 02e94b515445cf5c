/** The menu: what exists, and who sees it. Nobody is shown a page that would turn them away. */
import { computed } from 'vue'
import { canAny } from '../core/session'

export interface MenuItem {
  name: string
  title: string
  icon: string
  needs?: string[]
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
      { name: 'dispatch', title: 'shell.dispatch', icon: 'dispatch', needs: ['case.triage', 'case.dispatch'] },
      { name: 'cases', title: 'shell.cases', icon: 'cases', needs: ['case.read'] },
      { name: 'entry', title: 'shell.entry', icon: 'entry', needs: ['case.enter'] },
      { name: 'sources', title: 'shell.sources', icon: 'sources', needs: ['source.exchange', 'source.keys'] },
    ],
  },
  {
    title: 'shell.groupBase',
    items: [
      { name: 'places', title: 'shell.places', icon: 'places' },
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
      { name: 'audit', title: 'shell.audit', icon: 'audit', needs: ['audit.read'] },
    ],
  },
  { title: 'shell.groupHelp', items: [{ name: 'handbook', title: 'handbook.title', icon: 'handbook' }] },
]

const isSeen = (item: MenuItem): boolean => !item.needs || canAny(...item.needs)

export const menu = computed(() =>
  groups.map((group) => ({ ...group, items: group.items.filter(isSeen) })).filter((group) => group.items.length > 0),
)

const account: MenuItem = { name: 'account', title: 'shell.account', icon: 'account' }
const ON_PHONE = ['today', 'cases', 'entry']

export const phoneBar = computed(() => [
  ...groups.flatMap((group) => group.items).filter((item) => ON_PHONE.includes(item.name) && isSeen(item)),
  account,
])
/** What the bar of a phone has no room for; listed on the account page. */
export const phoneRest = computed(() => menu.value.flatMap((group) => group.items).filter((item) => !ON_PHONE.includes(item.name)))
