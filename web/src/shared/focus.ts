import { nextTick } from 'vue'

/** After a refusal the reader stands at the first field that is to be mended. */
export async function focusFirstInvalid(): Promise<void> {
  await nextTick()
  document.querySelector<HTMLElement>('[aria-invalid="true"], .is-error textarea, .is-error input, .is-error select')?.focus()
}
