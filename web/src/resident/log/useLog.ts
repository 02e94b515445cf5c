/** The log as everyone may read it. */
import { reactive, ref, shallowRef } from 'vue'
import type { Head, Log } from '@/api/types'
import { get } from '@/shared/api'
import { asProblem } from '@/shared/problem'

export function useLog() {
  const about = shallowRef<Log | null>(null)
  const rows = ref<Head[]>([])
  const count = ref(0)
  const next = ref<string | null>(null)
  const trouble = ref('')
  const isBusy = ref(false)

  async function read(): Promise<void> {
    trouble.value = ''
    try {
      about.value = await get('/api/log')
      rows.value = []
      next.value = null
      await more()
    } catch (thrown) {
      trouble.value = asProblem(thrown).detail
    }
  }

  async function more(): Promise<void> {
    isBusy.value = true
    try {
      const page = await get('/api/log/heads', { query: { cursor: next.value } })
      rows.value.push(...page.rows)
      next.value = page.next
      count.value = page.count
    } catch (thrown) {
      trouble.value = asProblem(thrown).detail
    } finally {
      isBusy.value = false
    }
  }

  return reactive({ about, rows, count, next, trouble, isBusy, read, more })
}
