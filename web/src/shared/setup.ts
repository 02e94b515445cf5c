/** What this instance is: its name, its place, its limits and its map. Asked once per page load. */
import { ref } from 'vue'
import type { Setup } from '@/api/types'
import { get } from './api'

export const setup = ref<Setup | null>(null)
let asked: Promise<Setup> | null = null

export function loadSetup(): Promise<Setup> {
  asked ??= get('/api/setup').then(
    (found) => (setup.value = found),
    (thrown) => {
      asked = null
      throw thrown
    },
  )
  return asked
}
