/**
 * The row of a list that the keyboard stands on. It is known by its id, so that it stays on its row when a live list
 * reads itself again; when the row has left the list, the one that took its place is marked. Where somebody writes
 * beside the list (`stays`), the mark waits on a row that others took away until they are `finished` with it.
 */
import { ref, watch, type Ref } from 'vue'

interface Marked<Row> {
  rows: Ref<Row[]>
  more: () => Promise<void>
  stays?: boolean
}

export function useMark<Row extends { id: string }>(list: Marked<Row>) {
  const marked = ref('')
  let place = -1
  let finished = ''
  const at = () => list.rows.value.findIndex((row) => row.id === marked.value)

  function mark(to: number): void {
    const last = list.rows.value.length - 1
    place = Math.min(last, Math.max(0, to))
    marked.value = list.rows.value[place]?.id ?? ''
    if (place >= 0) document.querySelector(`[data-row="${marked.value}"]`)?.scrollIntoView({ block: 'nearest' })
  }

  function step(by: number): void {
    const last = list.rows.value.length - 1
    if (last < 0) return
    const now = at()
    if (now >= 0) mark(now + by)
    else if (marked.value && place >= 0) mark(by > 0 ? place : place - 1)
    else mark(by > 0 ? 0 : last)
    if (place === last) void list.more()
  }

  watch(list.rows, (rows) => {
    if (!marked.value || rows.length === 0) return
    const now = at()
    if (now >= 0) place = now
    else if (!list.stays || finished === marked.value) mark(place)
  })

  /** Done with the marked one: once it has left the list, the one that took its place is next. */
  const finish = () => (finished = marked.value)

  return { marked, step, finish, markedRow: () => list.rows.value.find((row) => row.id === marked.value) }
}
