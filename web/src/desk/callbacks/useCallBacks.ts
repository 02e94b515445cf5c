/** The queue of the call-back desk: its lists, the marked one, the keys, and the next at once when one is done. */
import { computed, ref, useTemplateRef, watch } from 'vue'
import { isPhone } from '../core/screen'
import { useKeys } from '../core/keys'
import { useLive } from '../core/live'
import { useCounts } from '../core/useCounts'
import { useFilters } from '../core/useFilters'
import { useListing } from '../core/useListing'
import { useMark } from '../core/useMark'

export const VIEWS = ['own', 'later', 'all', 'over'] as const
export type CallBackView = (typeof VIEWS)[number]

/** What each list asks the server for. */
export const QUERIES: Record<CallBackView, Record<string, boolean>> = {
  own: { own: true, ready: true },
  later: { own: true, ready: false },
  all: {},
  over: { over: true },
}

/** What a panel lets the keyboard do. */
interface Panel {
  press: (key: string) => void
}

export function useCallBacks() {
  const filters = useFilters(['list', 'region', 'kind', 'phone', 'late'] as const)
  const view = computed<CallBackView>(() => VIEWS.find((one) => one === filters.values.list) ?? 'own')
  const askedOf = (one: CallBackView) => {
    const { list: _, ...rest } = filters.query.value
    return { ...rest, ...QUERIES[one] }
  }
  const asked = computed(() => askedOf(view.value))
  const counts = useCounts('/api/call-backs', () => ({ own: askedOf('own'), later: askedOf('later'), all: askedOf('all'), over: askedOf('over') }), ['records'])
  const list = useListing('/api/call-backs', () => asked.value)
  const { marked, step, finish } = useMark({ rows: list.rows, more: list.more, stays: true })
  /** On a phone the panel takes the place of the list. */
  const isOpen = ref(false)
  const panel = useTemplateRef<Panel>('panel')

  // On a wide screen the first one is there without a click.
  watch(list.rows, (rows) => {
    if (!marked.value && rows[0] && !isPhone.value) marked.value = rows[0].id
    if (rows.length === 0 && !marked.value) isOpen.value = false
  })
  // Another question, another first one.
  watch(() => JSON.stringify(asked.value), () => (marked.value = ''))
  useLive(['records'], () => void list.refresh())

  function choose(one: CallBackView): void {
    marked.value = ''
    isOpen.value = false
    filters.set({ list: one === 'own' ? '' : one })
  }
  function open(id: string): void {
    marked.value = id
    isOpen.value = true
  }
  const close = () => (isOpen.value = false)

  /** One is done: it leaves the list, and the one that takes its place is marked. */
  async function following(): Promise<void> {
    finish()
    await list.refresh()
    if (list.rows.value.length > 0) return
    marked.value = ''
    close()
  }

  const pressed = (key: string, label: string) => ({ key, label, run: () => panel.value?.press(key) })
  useKeys([
    { key: 'j', label: 'down', run: () => step(1) },
    { key: 'k', label: 'up', run: () => step(-1) },
    { key: 'Enter', label: 'open', run: () => marked.value && open(marked.value) },
    { key: 'Escape', label: 'back', run: close },
    pressed('o', 'openNumber'),
    pressed('1', 'saysSolved'),
    pressed('2', 'saysPartly'),
    pressed('3', 'saysNot'),
    pressed('n', 'noAnswer'),
    pressed('l', 'sendLink'),
    pressed('s', 'saveAnswer'),
  ])

  return { ...filters, asked, counts, view, choose, list, rows: list.rows, marked, isOpen, open, close, following }
}
