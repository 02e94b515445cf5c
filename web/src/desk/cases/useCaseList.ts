/** The list of cases: filters in the address, the rows, and the row that the keyboard stands on. */
import { computed, watch } from 'vue'
import { useRouter } from 'vue-router'
import { useKeys } from '../core/keys'
import { useLive } from '../core/live'
import { canAny } from '../core/session'
import { useFilters } from '../core/useFilters'
import { useListing } from '../core/useListing'
import { useMark } from '../core/useMark'
import { useResource } from '../core/useResource'

export const FILTERS = ['view', 'status', 'matter', 'matters', 'region', 'item', 'unit', 'channel', 'overdue', 'from', 'to', 'ended_from', 'ended_to', 'due_from', 'due_to', 'closed_how', 'in_time', 'redone', 'paused', 'excluded', 'supervised', 'covered', 'q'] as const

export function useCaseList(focusSearch: () => void) {
  const router = useRouter()
  const filters = useFilters(FILTERS)
  const list = useListing('/api/cases', () => filters.query.value)
  const today = useResource('/api/today')
  const { marked, step, markedRow } = useMark(list)

  useLive(['cases'], () => {
    void list.refresh()
    void today.read()
  })
  watch(
    () => JSON.stringify(filters.query.value),
    () => (marked.value = ''),
  )

  const narrowing = computed(() => Object.keys(filters.query.value).filter((key) => key !== 'view' && key !== 'q').length)

  useKeys([
    { key: '/', label: 'search', run: focusSearch },
    { key: 'j', label: 'down', run: () => step(1) },
    { key: 'k', label: 'up', run: () => step(-1) },
    { key: 'Enter', label: 'open', run: () => markedRow() && void router.push({ name: 'case', params: { id: markedRow()!.id } }) },
    {
      key: 'd',
      label: 'dispatch',
      run: () => markedRow() && canAny('case.triage', 'case.dispatch') && void router.push({ name: 'dispatch', params: { id: markedRow()!.id } }),
    },
  ])

  /** All but the view, which is another list and not a filter of this one. */
  const clearFilters = () => filters.clear(...FILTERS.filter((key) => key !== 'view'))

  return { ...filters, clearFilters, list, views: today.value, marked, narrowing }
}
