/** A row that is done leaves its list; the hand that did it then stands on the same button of the row that took its place. */
import { nextTick } from 'vue'

export async function keepHand(act: () => Promise<void>): Promise<void> {
  const button = document.activeElement?.closest('button')
  const row = button?.closest('li')
  const list = row?.parentElement
  const at = list ? [...list.children].indexOf(row) : -1
  const which = row && button ? [...row.querySelectorAll('button')].indexOf(button) : -1
  await act()
  await nextTick()
  // Whoever has gone elsewhere meanwhile is not fetched back.
  if (!list?.isConnected || document.activeElement !== document.body) return
  const next = list.children[Math.min(at, list.children.length - 1)]
  next?.querySelectorAll('button')[which]?.focus()
}
