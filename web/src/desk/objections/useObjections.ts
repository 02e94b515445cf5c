/** The lists of objections: those for me to answer stand first. */
import { computed } from 'vue'
import { useFilters } from '../core/useFilters'
import { useListing } from '../core/useListing'
import { usePanel } from '../core/usePanel'

export const VIEWS = ['to_answer', 'answered', 'all'] as const
export type ObjectionView = (typeof VIEWS)[number]

/** What a view asks for: an open one has no outcome. */
export function askedIn(view: ObjectionView, { outcome, unit, region }: { outcome?: string; unit?: string; region?: string }): Record<string, string | boolean> {
  const narrow = { ...(outcome && view !== 'to_answer' && { outcome }), ...(unit && { unit }), ...(region && { region }) }
  if (view === 'to_answer') return { ...narrow, to_answer: true }
  return view === 'answered' ? { ...narrow, state: 'answered' } : narrow
}

export function useObjections() {
  const { values, query, set } = useFilters(['view', 'outcome', 'unit', 'region'] as const)
  const view = computed<ObjectionView>(() => VIEWS.find((one) => one === values.view) ?? 'to_answer')
  const asked = computed(() => askedIn(view.value, values))
  const list = useListing('/api/objections', () => asked.value)
  const { leave: _, ...beside } = usePanel(list, () => asked.value)
  return { values, query, set, view, asked, list, ...beside }
}
