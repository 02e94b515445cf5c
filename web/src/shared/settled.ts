/** For tests of pages alone. */
import { flushPromises } from '@vue/test-utils'

/** Turns that an answer takes at most until its body is read and the page shows it. */
const TURNS = 8

/** All that was set going has come to its end: one turn is not enough for an answer's body on a busy machine. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) await flushPromises()
}
