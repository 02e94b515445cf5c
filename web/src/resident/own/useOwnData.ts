/** What is kept of whoever holds a receipt: seen, taken as a copy, erased. What failed is said where it was tried. */
import { onScopeDispose, reactive, ref, shallowReactive, shallowRef } from 'vue'
import type { OwnData, Writes } from '@/api/types'
import { get, send, sendForFile } from '@/shared/api'
import { focusFirstInvalid } from '@/shared/focus'
import { t } from '@/shared/i18n'
import { asProblem, type Problem } from '@/shared/problem'
import { saveFile } from '@/shared/saveFile'
import { toast } from '@/shared/toast'
import { WriteKeys } from '@/shared/writes'

type Form = Writes['POST /api/receipt/own-data/copy'][0]['form']
type What = Writes['POST /api/receipt/own-data/erase'][0]['what']
type Part = 'open' | 'copy' | 'erase'

export function useOwnData() {
  const receipt = ref<string | null>(null)
  const data = shallowRef<OwnData | null>(null)
  const problems = shallowReactive<Record<Part, Problem | null>>({ open: null, copy: null, erase: null })
  const isBusy = ref(false)
  const code = ref('')
  const isAsked = ref(false)
  /** What the demonstration would have sent. */
  const shown = ref<string | null>(null)
  const wait = ref(0)
  const minutes = ref(0)
  const keys = new WriteKeys()
  const timer = window.setInterval(() => (wait.value = Math.max(0, wait.value - 1)), 1_000)
  onScopeDispose(() => clearInterval(timer))
  const mine = () => ({ receipt: receipt.value ?? undefined })

  async function attempt(part: Part, what: () => Promise<void>): Promise<boolean> {
    if (isBusy.value) return false
    isBusy.value = true
    problems[part] = null
    try {
      await what()
      return true
    } catch (thrown) {
      problems[part] = asProblem(thrown)
      // What is asked once more has no field, and the hand stays with it.
      if (part !== 'erase') void focusFirstInvalid()
      return false
    } finally {
      isBusy.value = false
    }
  }

  const open = (digits: string) =>
    attempt('open', async () => {
      data.value = await get('/api/receipt/own-data', { receipt: digits })
      receipt.value = digits
    })

  const ask = () =>
    attempt('copy', async () => {
      const asked = await send('POST /api/receipt/own-data/code', {}, mine())
      wait.value = asked.again_in
      minutes.value = asked.minutes
      shown.value = asked.demo_code ?? null
      code.value = ''
      isAsked.value = true
    })

  const take = (form: Form) =>
    attempt('copy', async () => {
      const body = new Blob([JSON.stringify({ form, code: code.value.trim() || undefined })], { type: 'application/json' })
      const file = await sendForFile('/api/receipt/own-data/copy', body, mine())
      saveFile(form === 'json' ? 'my-data.json' : 'my-data.txt', file)
      toast(t('own.got'), 'done')
    })

  const erase = (what: What) =>
    attempt('erase', async () => {
      const operation = 'POST /api/receipt/own-data/erase'
      try {
        data.value = await send(operation, { what }, { ...mine(), key: keys.for(operation, { what }) })
      } catch (thrown) {
        const problem = asProblem(thrown)
        keys.failed(operation, problem)
        // It was opened again meanwhile: what may go now stands beside the refusal.
        if (problem.code === 'details_kept') data.value = await get('/api/receipt/own-data', mine()).catch(() => data.value)
        throw problem
      }
      keys.done(operation)
      // A code that was sent to a telephone which is gone proves nothing any more.
      problems.copy = null
      code.value = ''
      isAsked.value = false
      toast(t('own.done'), 'done')
    })

  return reactive({ receipt, data, problems, isBusy, code, isAsked, shown, wait, minutes, open, ask, take, erase })
}

export type OwnPage = ReturnType<typeof useOwnData>
