/** Which matters the words may mean: asked a moment after the typing stops, dropped when more is typed. */
import { onScopeDispose, reactive, ref, watch } from 'vue'
import type { Matter } from '@/api/types'
import { send } from '@/shared/api'
import type { Draft } from './draft'

const PAUSE_MS = 500
const MOST = 4

export interface Proposed { matter: Matter; why: string[] }

export function usePropose(draft: Draft) {
  const rows = ref<Proposed[]>([])
  const signpost = ref<Matter | null>(null)
  const isAsking = ref(false)
  let timer = 0
  let asked: AbortController | null = null

  watch(() => draft.text.trim(), soon, { immediate: true })
  onScopeDispose(stop)

  function soon(text: string): void {
    stop()
    if (text.length < 2) {
      rows.value = []
      signpost.value = null
      if (!draft.is_matter_own) draft.matter = null
      return
    }
    timer = window.setTimeout(() => void ask(text), PAUSE_MS)
  }

  async function ask(text: string): Promise<void> {
    const mine = (asked = new AbortController())
    isAsking.value = true
    try {
      const found = await send('POST /api/matters/propose', { text, region: draft.place?.region ?? undefined }, { signal: mine.signal })
      if (mine.signal.aborted) return
      // What is shown as an alarm is not offered a second time as a choice.
      rows.value = found.rows.filter((one) => one.matter.code !== found.signpost?.code).slice(0, MOST)
      signpost.value = found.signpost
      if (!draft.is_matter_own) draft.matter = rows.value[0]?.matter ?? null
    } catch {
      // A proposal is a convenience: without it the report is sent as it is and staff choose the matter.
    } finally {
      if (asked === mine) isAsking.value = false
    }
  }

  function stop(): void {
    clearTimeout(timer)
    asked?.abort()
    asked = null
    isAsking.value = false
  }

  function choose(matter: Matter | null): void {
    draft.matter = matter
    draft.is_matter_own = true
  }

  return reactive({ rows, signpost, isAsking, choose })
}

export type Proposals = ReturnType<typeof usePropose>
