/** How the page looks to this reader: theme and size of type. Kept on the device, never sent. */
import { ref, watch } from 'vue'
import { keep, recall } from './storage'

export type Theme = 'system' | 'light' | 'dark'

export const theme = ref<Theme>(readTheme())
export const isLargeType = ref(recall('large-type') === 'yes')

const systemIsDark = typeof matchMedia === 'function' ? matchMedia('(prefers-color-scheme: dark)') : null

export function isDark(): boolean {
  return theme.value === 'dark' || (theme.value === 'system' && systemIsDark?.matches === true)
}

/** Puts the classes on the root and keeps them right from then on. Call once per entry. */
export function startLook(): void {
  apply()
  watch([theme, isLargeType], () => {
    keep('theme', theme.value)
    keep('large-type', isLargeType.value ? 'yes' : 'no')
    apply()
  })
  systemIsDark?.addEventListener?.('change', apply)
}

function apply(): void {
  document.documentElement.classList.toggle('dark', isDark())
  document.documentElement.classList.toggle('large-type', isLargeType.value)
}

function readTheme(): Theme {
  const kept = recall('theme')
  return kept === 'light' || kept === 'dark' ? kept : 'system'
}
