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

/** Fields that take no letters: a box that was just ticked leaves the keys to the page. */
const TAKES_NO_LETTERS = ['checkbox', 'radio', 'button', 'submit', 'reset', 'file', 'range', 'color', 'image']
export const isTyping = (target: EventTarget | null): boolean => {
  if (target instanceof HTMLInputElement) return !TAKES_NO_LETTERS.includes(target.type)
  return target instanceof HTMLElement && (target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName))
}
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

/** A list to choose from keeps Escape to itself even while it is folded; in a dialog that would be a trap. */
function passEscape(event: KeyboardEvent): void {
  const field = event.target
  if (event.key !== 'Escape' || event.isComposing || !(field instanceof HTMLElement)) return
  const dialog = field.matches('[role="combobox"][aria-expanded="false"]') ? field.closest('[role="dialog"]') : null
  if (!dialog) return
  event.stopPropagation()
  dialog.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', code: 'Escape', bubbles: true }))
}

/** Escape clears the words of a search; from an empty one it leads back to the keys of the page. A dialog closes by it. */
function leaveSearch(event: KeyboardEvent): void {
  const field = event.target
  if (event.key !== 'Escape' || event.isComposing || !(field instanceof HTMLInputElement) || field.type !== 'search' || field.closest('[role="dialog"]')) return
  if (!field.value) return field.blur()
  // Not every browser clears it by itself.
  event.preventDefault()
  field.value = ''
  field.dispatchEvent(new Event('input', { bubbles: true }))
}

export function installKeys(): void {
  window.addEventListener('keydown', onKey)
  window.addEventListener('keydown', passEscape, true)
  window.addEventListener('keydown', leaveSearch, true)
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
