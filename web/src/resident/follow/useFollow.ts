/** One report as its sender sees it: read, kept fresh by hints from the server, and answered. */
import { onScopeDispose, reactive, ref } from 'vue'
import type { ReceiptView, Writes } from '@/api/types'
import { get, send } from '@/shared/api'
import { t } from '@/shared/i18n'
import { asProblem, type Problem } from '@/shared/problem'
import { toast } from '@/shared/toast'
import { WriteKeys } from '@/shared/writes'
import { listen } from './listen'

type Operation = Extract<keyof Writes, `POST /api/receipt/${string}`>
export type ActName = Operation extends `POST /api/receipt/${infer Name}` ? Name : never

export function useFollow() {
  const receipt = ref<string | null>(null)
  const view = ref<ReceiptView | null>(null)
  const problem = ref<Problem | null>(null)
  const isLoading = ref(false)
  const isSending = ref(false)
  const keys = new WriteKeys()
  let stop: (() => void) | null = null

  onScopeDispose(close)

  async function open(digits: string): Promise<void> {
    close()
    receipt.value = digits
    isLoading.value = true
    await read()
    isLoading.value = false
    if (view.value && receipt.value === digits) stop = listen(digits, () => void read())
  }

  async function read(): Promise<void> {
    const mine = receipt.value
    if (!mine) return
    try {
      const found = await get('/api/receipt', { receipt: mine })
      if (receipt.value !== mine) return
      view.value = found
      problem.value = null
    } catch (thrown) {
      // What was shown stays: an old state is better than none.
      if (receipt.value === mine) problem.value = asProblem(thrown)
    }
  }

  /** Null when it arrived; otherwise the problem is the form's to show, and nothing typed is lost. */
  async function act<N extends ActName>(name: N, body: Writes[`POST /api/receipt/${N}`][0]): Promise<Problem | null> {
    if (isSending.value || !receipt.value) return null
    isSending.value = true
    const operation = `POST /api/receipt/${name}` as const
    try {
      view.value = (await send(operation, body, { receipt: receipt.value, key: keys.for(operation, body) })) as ReceiptView
      keys.done(operation)
      toast(t(`follow.did_${name}`), 'done')
      return null
    } catch (thrown) {
      const why = asProblem(thrown)
      if (!why.isOffline) keys.done(operation)
      // Someone acted meanwhile: show the new state under what was typed.
      if (why.status === 409) void read()
      return why
    } finally {
      isSending.value = false
    }
  }

  /** Begins or ends messages about steps; the page shows what holds afterwards, whatever was answered. */
  async function wish(wants: boolean): Promise<Problem | null> {
    try {
      view.value = await send('PUT /api/receipt/messages', { wants }, { receipt: receipt.value ?? undefined })
      return null
    } catch (thrown) {
      return asProblem(thrown)
    }
  }

  function close(): void {
    stop?.()
    stop = null
    receipt.value = null
    view.value = null
    problem.value = null
  }

  return reactive({ receipt, view, problem, isLoading, isSending, open, read, act, wish, close })
}

export type Follow = ReturnType<typeof useFollow>
