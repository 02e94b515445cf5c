/**
 * A list with a panel beside it, in which somebody writes about the marked row: on a wide screen the first row is there
 * without a click, on a phone the panel takes the place of the list; the row stays under one's hands until one is done,
 * then the next is marked.
 */
import { nextTick, ref, watch, type Ref } from 'vue'
import { useKeys } from './keys'
import { useLive } from './live'
import { isPhone } from './screen'
import { useMark } from './useMark'

interface Live<Row> {
  rows: Ref<Row[]>
  more: () => Promise<void>
  refresh: () => Promise<void>
}

/** `asked` is what the list asks for: another question, another first row. */
export function usePanel<Row extends { id: string }>(list: Live<Row>, asked: () => unknown) {
  const { marked, step, finish } = useMark({ rows: list.rows, more: list.more, stays: true })
  const isOpen = ref(false)

  watch(list.rows, (rows) => {
    if (!marked.value && rows[0] && !isPhone.value) marked.value = rows[0].id
    if (rows.length === 0 && !marked.value) isOpen.value = false
  })
  watch(() => JSON.stringify(asked()), () => (marked.value = ''))
  useLive(['records'], () => void list.refresh())

  function open(id: string): void {
    marked.value = id
    isOpen.value = true
  }
  const close = () => (isOpen.value = false)
  function leave(): void {
    marked.value = ''
    close()
  }

  /** One is done: it leaves the list, and the one that takes its place is marked. */
  async function following(): Promise<void> {
    finish()
    await list.refresh()
    if (list.rows.value.length === 0) leave()
    await nextTick()
    // The button that was pressed went with its panel: the hand stands on the row that is marked now, and on nothing else.
    if (document.activeElement === document.body) document.querySelector<HTMLElement>(`[data-row="${marked.value}"] button`)?.focus({ preventScroll: true })
  }

  useKeys([
    { key: 'j', label: 'down', run: () => step(1) },
    { key: 'k', label: 'up', run: () => step(-1) },
    { key: 'Enter', label: 'open', run: () => marked.value && open(marked.value) },
    { key: 'Escape', label: 'back', run: close },
  ])
  return { marked, isOpen, open, close, leave, following }
}
