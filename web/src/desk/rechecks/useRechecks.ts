/** The lists of re-checks that a reader has, by what their posts let them do. */
import { computed } from 'vue'
import { can } from '../core/session'
import { useFilters } from '../core/useFilters'
import { useListing } from '../core/useListing'
import { usePanel } from '../core/usePanel'

export const STATES = ['waiting', 'confirmed', 'contested', 'answered', 'false_result', 'dismissed'] as const
const NEEDS = {
  check: ['recheck.do'],
  own: ['case.handle'],
  county: ['recheck.decide'],
  units: ['recheck.decide'],
  draws: ['recheck.decide', 'audit.read'],
} as const
export type RecheckView = keyof typeof NEEDS

/** The lists of whoever may do so much, in their order. */
export const viewsFor = (may: (permission: string) => boolean): RecheckView[] =>
  (Object.keys(NEEDS) as RecheckView[]).filter((view) => NEEDS[view].some((permission) => may(permission)))

export type RecheckSide = 'check' | 'own' | 'county'
const KEYS = ['side', 'state', 'finding', 'late', 'unit', 'draw'] as const

/** Which list stands on the page. */
export function useRecheckViews() {
  const filters = useFilters(KEYS)
  const views = computed(() => viewsFor(can))
  const view = computed<RecheckView>(() => views.value.find((one) => one === filters.values.side) ?? views.value[0] ?? 'check')
  const choose = (one: RecheckView) => filters.set({ side: one, state: '', finding: '', late: '', unit: '', draw: '' })
  return { views, view, choose }
}

export function useRecheckList(side: () => RecheckSide) {
  const filters = useFilters(KEYS)
  const asked = computed(() => ({ ...filters.query.value, side: side() }))
  /** What is kept says whose list it is: for a colleague another one stands first. */
  const kept = computed(() => (Object.keys(filters.query.value).length > 0 ? asked.value : {}))
  const list = useListing('/api/rechecks', () => asked.value)
  const { leave: _, ...beside } = usePanel(list, () => asked.value)
  return { ...filters, list, rows: list.rows, ...beside, asked, kept }
}
