/** Slim messages at the edge of the page; `Toasts.vue` shows and announces them. */
import { ref } from 'vue'

export type ToastTone = 'plain' | 'done' | 'late'
export interface Toast { id: number; words: string; tone: ToastTone }

export const toasts = ref<Toast[]>([])
let last = 0

/** Long enough to be read: a second and a half plus one for every ten characters. Trouble stays until it is put away. */
export function toast(words: string, tone: ToastTone = 'plain'): void {
  const id = ++last
  toasts.value = [...toasts.value.filter((one) => one.words !== words).slice(-2), { id, words, tone }]
  if (tone !== 'late') setTimeout(() => dismiss(id), 1500 + words.length * 100)
}

export function dismiss(id: number): void {
  toasts.value = toasts.value.filter((one) => one.id !== id)
}
