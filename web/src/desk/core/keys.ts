/** Keyboard of the desk: a page names its keys, the help dialog lists whatever is in force. */
import { onBeforeUnmount, onMounted, shallowReactive } from 'vue'

export interface Key {
  /** As `KeyboardEvent.key`. */
  key: string
  /** Text key under `keys.` that says what it does. */
  label: string
  run: () => void
}

const inForce = shallowReactive<Key[]>([])
export const keysInForce = inForce as readonly Key[]

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
/** A dialog owns the keyboard while it is open. */
const isDialogOpen = (): boolean => document.querySelector('.el-overlay:not([style*="display: none"]) [role="dialog"]') !== null

function onKey(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isTyping(event.target) || isDialogOpen()) return
  // Enter on a link or button is that link's or button's.
  if (event.key === 'Enter' && event.target instanceof HTMLElement && /^(A|BUTTON)$/.test(event.target.tagName)) return
  // The last page to name a key has it.
  const found = [...inForce].reverse().find((key) => key.key === event.key)
  if (!found) return
  event.preventDefault()
  found.run()
}

export function installKeys(): void {
  window.addEventListener('keydown', onKey)
}

export function useKeys(keys: Key[]): void {
  onMounted(() => inForce.push(...keys))
  onBeforeUnmount(() => {
    for (const key of keys) {
      const at = inForce.indexOf(key)
      if (at >= 0) inForce.splice(at, 1)
    }
  })
}
