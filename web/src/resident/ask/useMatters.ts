/** What may be asked, as a tree of class, group and matter, and a search over it. */
import { computed, onScopeDispose, reactive, ref, watch } from 'vue'
import type { Matter, MatterList } from '@/api/types'
import { get } from '@/shared/api'
import { asProblem } from '@/shared/problem'

const PAUSE_MS = 300

export function useMatters(words: () => string, classCode: () => string | null) {
  const list = ref<MatterList | null>(null)
  const trouble = ref<string | null>(null)
  const isLoading = ref(false)
  let asked: AbortController | null = null
  let timer = 0

  watch([words, classCode], ([q]) => {
    clearTimeout(timer)
    timer = window.setTimeout(() => void ask(), q ? PAUSE_MS : 0)
  }, { immediate: true })
  onScopeDispose(() => {
    clearTimeout(timer)
    asked?.abort()
  })

  async function ask(): Promise<void> {
    asked?.abort()
    const mine = (asked = new AbortController())
    isLoading.value = true
    trouble.value = null
    try {
      const found = await get('/api/matters', { query: { q: words().trim(), class: classCode() }, signal: mine.signal })
      if (!mine.signal.aborted) list.value = found
    } catch (thrown) {
      if (!mine.signal.aborted) trouble.value = asProblem(thrown).detail
    } finally {
      if (asked === mine) isLoading.value = false
    }
  }

  const classes = computed(() => list.value?.classes ?? [])
  const rows = computed(() => list.value?.rows ?? [])
  /** The matters under their groups, in the order of the answer. */
  const groups = computed(() => {
    const found = new Map<string, { names: Matter['group']['names']; class: Matter['class']; rows: Matter[] }>()
    for (const matter of rows.value) {
      const key = `${matter.class.code}/${matter.group.code}`
      const group = found.get(key) ?? { names: matter.group.names, class: matter.class, rows: [] }
      group.rows.push(matter)
      found.set(key, group)
    }
    return [...found.values()]
  })

  return reactive({ classes, rows, groups, trouble, isLoading, ask })
}
