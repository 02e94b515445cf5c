/** A report from the first word to the receipt: the draft, its steps, and sending it exactly once. */
import { computed, reactive, ref, watch } from 'vue'
import { useRouter } from 'vue-router'
import { get, send } from '@/shared/api'
import { focusFirstInvalid } from '@/shared/focus'
import { lang, t } from '@/shared/i18n'
import { asProblem, Problem } from '@/shared/problem'
import { idempotencyKey } from '@/shared/random'
import { rememberReceipt } from '@/shared/receipts'
import { letPhotosWait } from '@/shared/held'
import { loadSetup, setup } from '@/shared/setup'
import { toast } from '@/shared/toast'
import { usePhotos } from '@/shared/usePhotos'
import { reportBody } from './body'
import { dropDraft, isEmpty, keepDraft, newDraft, recallDraft, type Draft } from './draft'

const TEXT_MOST = 2000
// A photo that finds no signal goes up with its report.
letPhotosWait(() => true)

const isLocal = (name: string) => name.startsWith('local:')

export function useReport() {
  const router = useRouter()
  const kept = recallDraft()
  const draft = reactive<Draft>(kept ?? newDraft())
  const photos = usePhotos(draft.photos)
  const problem = ref<Problem | null>(null)
  const missing = ref<'text' | 'place' | null>(null)
  const isSending = ref(false)
  const wasKept = ref(kept !== null && !isEmpty(kept))
  const textMost = computed(() => setup.value?.text_max ?? TEXT_MOST)

  watch(() => photos.sent, (sent) => (draft.photos = sent))
  let timer = 0
  watch(draft, () => {
    clearTimeout(timer)
    timer = window.setTimeout(() => !isSent && keepDraft(draft), 300)
  })
  let isSent = false

  function go(step: Draft['step']): void {
    if (step > 1 && !draft.text.trim()) return refuse('text', 1)
    if (step > 2 && !draft.place) return refuse('place', 2)
    missing.value = null
    draft.step = step
    // A browser without a worker has nothing kept: what keeps the report, and the page that shows its receipt, are fetched while
    // there is a signal.
    if (step > 1) void Promise.all([import('./outbox'), import('./DonePage.vue')]).catch(() => undefined)
  }

  function refuse(what: 'text' | 'place', step: Draft['step']): void {
    draft.step = step
    missing.value = what
    void focusFirstInvalid()
  }

  /** With `isEnough`, what was shown from the catalogue is all that was wanted: the contact is noted and ends. */
  async function deliver(isEnough = false): Promise<void> {
    if (isSending.value) return
    isSending.value = true
    problem.value = null
    try {
      if (!(await photos.sendRest())) {
        toast(t('report.photos_waiting'), 'late')
        return
      }
      draft.photos = photos.sent
      const home = isEnough ? (await loadSetup()).region.code : undefined
      const body = reportBody(draft, lang.value, home)
      // A photo that waits has no name on the server yet: its report waits with it.
      if (body.photos?.some(isLocal)) return await wait(Problem.offline())
      const made = await send('POST /api/reports', body, { key: draft.key })
      await arrived(made.number)
    } catch (thrown) {
      const why = asProblem(thrown)
      if (why.isOffline && !isEnough) await wait(why)
      else await refused(why)
    } finally {
      isSending.value = false
    }
  }

  /** No signal: the report is kept on this phone, under the same key, so that it arrives once even if it has arrived already. */
  async function wait(why: Problem): Promise<void> {
    const outbox = await import('./outbox').catch(() => null)
    if (!outbox) return refused(why)
    try {
      const number = await outbox.keepReport(reportBody(draft, lang.value), draft.key, draft.remember)
      await arrived(number ?? '', number === null)
    } catch (thrown) {
      if (thrown instanceof outbox.PhoneFull) problem.value = new Problem(0, 'full', t('waiting.full'))
      // A browser that keeps nothing: what was written stays on the page, as a draft.
      else await refused(why)
    }
  }

  async function refused(why: Problem): Promise<void> {
    if (why.code === 'idempotency_mismatch') {
      // An earlier sending of this draft did arrive; only its answer was lost.
      const found = await get('/api/receipt', { receipt: draft.receipt }).catch(() => null)
      if (found) return arrived(found.number)
    }
    // A refusal is final for this key; what is mended is a new write.
    if (why.status >= 400 && why.status < 500) draft.key = idempotencyKey()
    problem.value = why
    const first = why.fields[0]?.field ?? ''
    if (/^(text|photos|matter)/.test(first)) draft.step = 1
    else if (/^(place|joins|qr)/.test(first)) draft.step = 2
    void focusFirstInvalid()
  }

  async function arrived(number: string, isWaiting = false): Promise<void> {
    isSent = true
    const { receipt, remember } = draft
    const words = draft.text.trim().slice(0, 40)
    if (remember) rememberReceipt({ receipt, number, words, sent_at: new Date().toISOString() })
    dropDraft()
    await router.replace({ name: 'done', state: { receipt, number, isWaiting } })
  }

  function startOver(): void {
    photos.clear()
    Object.assign(draft, newDraft())
    dropDraft()
    wasKept.value = false
    problem.value = null
    missing.value = null
  }

  return reactive({ draft, photos, problem, missing, isSending, wasKept, textMost, go, deliver, startOver })
}

export type Report = ReturnType<typeof useReport>
