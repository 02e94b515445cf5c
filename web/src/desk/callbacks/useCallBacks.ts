/** The queue of the call-back desk: its lists, the marked one, the keys, and the next at once when one is done. */
import { computed, shallowRef, useTemplateRef } from 'vue'
import type { CallBackDetail } from '@/api/types'
import { useKeys } from '../core/keys'
import { useCounts } from '../core/useCounts'
import { useFilters } from '../core/useFilters'
import { useListing } from '../core/useListing'
import { usePanel } from '../core/usePanel'

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
  const { leave, ...beside } = usePanel(list, () => asked.value)
  const panel = useTemplateRef<Panel>('panel')

  /** What was just written down, while a slip can be taken back. */
  const noted = shallowRef<CallBackDetail | null>(null)
  const bar = useTemplateRef<{ undo: () => Promise<void> }>('bar')
  function done(now: CallBackDetail): void {
    noted.value = now.undo_until ? now : null
    void beside.following()
  }
  async function undone(id: string): Promise<void> {
    noted.value = null
    await list.refresh()
    beside.open(id)
  }

  function choose(one: CallBackView): void {
    leave()
    filters.set({ list: one === 'own' ? '' : one })
  }
  const pressed = (key: string, label: string) => ({ key, label, run: () => panel.value?.press(key) })
  useKeys([
    pressed('o', 'openNumber'),
    pressed('1', 'answerFirst'),
    pressed('2', 'answerSecond'),
    pressed('3', 'answerThird'),
    pressed('4', 'answerFourth'),
    pressed('n', 'noAnswer'),
    pressed('l', 'sendLink'),
    pressed('s', 'saveAnswer'),
    { key: 'u', label: 'takeBack', run: () => void bar.value?.undo() },
  ])

  return { ...filters, asked, counts, view, choose, list, rows: list.rows, noted, done, undone, ...beside }
}
