/** What this instance is: its name, its place, its limits and its map. Asked once per page load. */
import { ref } from 'vue'
import type { Setup } from '@/api/types'
import { get } from './api'
import { keepJson, recallJson } from './storage'

export const setup = ref<Setup | null>(null)
let asked: Promise<Setup> | null = null

export function loadSetup(): Promise<Setup> {
  asked ??= get('/api/setup').then(
    (found) => {
      keepJson('setup', found)
      return (setup.value = found)
    },
    (thrown) => {
      asked = null
      // Without a network the place has the name it had; the next page asks again.
      const kept = recallJson<Setup | null>('setup', null)
      if (kept) return (setup.value = kept)
      throw thrown
    },
  )
  return asked
}
