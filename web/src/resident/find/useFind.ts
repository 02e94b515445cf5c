/** Finding one's reports again: a telephone, the code sent to it, and the reports with new receipts. */
import { computed, onScopeDispose, reactive, ref } from 'vue'
import type { FoundRow } from '@/api/types'
import { send } from '@/shared/api'
import { focusFirstInvalid } from '@/shared/focus'
import { nameOf, t } from '@/shared/i18n'
import { asProblem, type Problem } from '@/shared/problem'
import { rememberReceipt } from '@/shared/receipts'

export function useFind() {
  const phone = ref('')
  const code = ref('')
  const step = ref<'phone' | 'code' | 'found'>('phone')
  const rows = ref<FoundRow[]>([])
  const problem = ref<Problem | null>(null)
  const isBusy = ref(false)
  /** What the demonstration would have sent. */
  const shown = ref<string | null>(null)
  const wait = ref(0)
  const minutes = ref(0)
  const timer = window.setInterval(() => (wait.value = Math.max(0, wait.value - 1)), 1_000)
  onScopeDispose(() => clearInterval(timer))

  async function ask(): Promise<void> {
    await attempt(async () => {
      const asked = await send('POST /api/receipt-codes', { phone: phone.value.trim() })
      wait.value = asked.again_in
      minutes.value = asked.minutes
      shown.value = asked.demo_code ?? null
      code.value = ''
      step.value = 'code'
    })
  }

  async function open(): Promise<void> {
    await attempt(async () => {
      const found = await send('POST /api/receipt-codes/open', { phone: phone.value.trim(), code: code.value.trim() })
      rows.value = found.rows
      step.value = 'found'
    })
  }

  async function attempt(what: () => Promise<void>): Promise<void> {
    if (isBusy.value) return
    isBusy.value = true
    problem.value = null
    try {
      await what()
    } catch (thrown) {
      problem.value = asProblem(thrown)
      void focusFirstInvalid()
    } finally {
      isBusy.value = false
    }
  }

  const words = (row: FoundRow) => nameOf(row.matter?.names) || t('follow.matter_open')

  function keepAll(): void {
    // The newest is kept last, so that it stands first.
    for (const row of [...rows.value].reverse()) {
      rememberReceipt({ receipt: row.receipt, number: row.number, words: words(row), sent_at: row.received_at })
    }
  }

  /** What belongs to no field of this step. */
  const loose = computed(() => (problem.value && !problem.value.fields.length ? problem.value.detail : ''))

  return reactive({ phone, code, step, rows, problem, loose, isBusy, shown, wait, minutes, ask, open, words, keepAll })
}
