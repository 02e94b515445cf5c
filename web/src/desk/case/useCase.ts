/** One case: read, kept fresh, and acted upon. */
import { computed, ref, shallowRef, watch } from 'vue'
import type { CaseDetail, TimelineEntry } from '@/api/types'
import { t } from '@/shared/i18n'
import { toast } from '@/shared/toast'
import { get } from '../core/calls'
import { nearestPlace } from '../core/labels'
import { useLive } from '../core/live'
import { useConflict } from '../core/useConflict'
import { useResource } from '../core/useResource'
import { Waiting, post } from '../outbox/post'
import { asProblem, type Problem } from '@/shared/problem'
import { asPath } from './actions'

export function useCase(id: () => string | undefined) {
  const shown = shallowRef<CaseDetail | null>(null)
  const isLoading = ref(false)
  const failure = shallowRef<Problem | null>(null)
  let turn = 0

  async function read(): Promise<void> {
    const at = id()
    const mine = ++turn
    if (!at) {
      shown.value = null
      return
    }
    isLoading.value = true
    try {
      const found = await get('/api/cases/{id}', { path: { id: at } })
      if (mine !== turn) return
      shown.value = found
      failure.value = null
    } catch (thrown) {
      if (mine === turn) failure.value = asProblem(thrown)
    } finally {
      if (mine === turn) isLoading.value = false
    }
  }

  /** An answer to our own action is newer than any read under way. */
  function take(found: CaseDetail): void {
    turn++
    isLoading.value = false
    shown.value = found
  }

  watch(
    id,
    () => {
      shown.value = null
      failure.value = null
      void read()
    },
    { immediate: true },
  )
  useLive(['cases'], () => void read())

  // What the catalogue says of the matter, as it holds in this place.
  const { value: matter } = useResource('/api/matters/{code}', () => {
    const found = shown.value
    return found?.matter && !found.matter_detail ? { path: { code: found.matter.code }, query: { region: nearestPlace(found.place)?.code } } : null
  })
  const whole = computed<CaseDetail | null>(() => shown.value && { ...shown.value, matter_detail: shown.value.matter_detail ?? matter.value ?? undefined })

  return { shown: whole, isLoading, failure, read, take }
}

/** Refusals that mean: the case is no longer as it was shown. */
const CONFLICTS = ['case_changed', 'wrong_status']

/** One form on one case: sends the action, and when somebody was faster, says what they did and keeps what was typed. */
export function useAction(shown: () => CaseDetail | null, read: () => Promise<void>, take: (found: CaseDetail) => void) {
  const { isBusy, formError, errorOf, submit, conflict, begin: forget } = useConflict(read, CONFLICTS)
  /** The entries the reader had seen when the form was opened. */
  let seen = new Set<string>()
  let seenVersion = 0
  const opened = ref(0)

  function begin(): void {
    seen = new Set(shown()?.timeline.map((entry) => entry.id))
    seenVersion = shown()?.version ?? 0
    forget()
    opened.value++
  }

  const meanwhile = computed<TimelineEntry[]>(() => {
    void opened.value
    const now = shown()
    return !now || now.version === seenVersion ? [] : now.timeline.filter((entry) => !seen.has(entry.id))
  })

  async function act(action: string, body: Record<string, unknown>): Promise<CaseDetail | undefined> {
    const now = shown()
    if (!now) return undefined
    const whole = { version: now.version, ...body }
    const answer = await submit({ id: now.id, action, whole }, (key) =>
      post('POST /api/cases/{id}/{action}', whole, {
        path: { id: now.id, action: asPath(action) }, key, kind: 'step',
        about: { words: String(body.text || body.reason || now.summary || ''), case: now.id, number: now.number, action },
      }),
    )
    if (answer instanceof Waiting) {
      toast(t('outbox.kept'), 'done')
      return now
    }
    if (answer && answer !== true) {
      take(answer)
      toast(t(`actions.${action}.done`), 'done')
      return answer
    }
    return undefined
  }

  return { isBusy, conflict, meanwhile, formError, errorOf, begin, act }
}
