/**
 * The row of a list that the keyboard stands on. It is known by its id, so that it stays on its row when a live list
 * reads itself again; when the row has left the list, the one that took its place is marked.
 */
import { ref, watch, type Ref } from 'vue'

interface Marked<Row> {
  rows: Ref<Row[]>
  more: () => Promise<void>
}

export function useMark<Row extends { id: string }>(list: Marked<Row>) {
  const marked = ref('')
  let place = -1
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
    mark(now < 0 ? (by > 0 ? 0 : last) : now + by)
    if (place === last) void list.more()
  }

  watch(list.rows, (rows) => {
    if (!marked.value || rows.length === 0) return
    const now = at()
    if (now >= 0) place = now
    else mark(place)
  })

  return { marked, step, markedRow: () => list.rows.value.find((row) => row.id === marked.value) }
}
