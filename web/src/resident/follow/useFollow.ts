/** One report as its sender sees it: read, kept fresh by hints from the server, and answered. */
import { onScopeDispose, reactive, ref } from 'vue'
import type { ReceiptView, Writes } from '@/api/types'
import { get, send } from '@/shared/api'
import { addTexts, t } from '@/shared/i18n'
import { asProblem, type Problem } from '@/shared/problem'
import { toast } from '@/shared/toast'
import { WriteKeys } from '@/shared/writes'
import { listen } from './listen'

/** Most reports are of one matter: the words for the others come when one is opened. */
const words = { zh: () => import('../texts/zh.parts'), en: () => import('../texts/en.parts') }

type Operation = Extract<keyof Writes, `POST /api/receipt/${string}`>
export type ActName = Operation extends `POST /api/receipt/${infer Name}` ? Name : never

export function useFollow() {
  const receipt = ref<string | null>(null)
  const view = ref<ReceiptView | null>(null)
  const problem = ref<Problem | null>(null)
  const isLoading = ref(false)
  const isSending = ref(false)
  /** Which of the cases a report was split into; its first is asked for without saying so. */
  const part = ref(1)
  const query = () => (part.value > 1 ? { part: part.value } : undefined)
  const keys = new WriteKeys()
  let stop: (() => void) | null = null

  onScopeDispose(close)

  async function open(digits: string): Promise<void> {
    close()
    receipt.value = digits
    isLoading.value = true
    await Promise.all([addTexts(words), read()])
    isLoading.value = false
    if (view.value && receipt.value === digits) stop = listen(digits, () => void read())
  }

  async function read(): Promise<void> {
    const mine = receipt.value
    const which = part.value
    if (!mine) return
    try {
      const found = await get('/api/receipt', { receipt: mine, query: query() })
      if (receipt.value !== mine || part.value !== which) return
      view.value = found
      problem.value = null
    } catch (thrown) {
      if (receipt.value !== mine || part.value !== which) return
      const why = asProblem(thrown)
      // A part that was joined with another again is told there.
      if (why.status === 404 && which > 1) return choose(1)
      // What was shown stays: an old state is better than none.
      problem.value = why
    }
  }

  async function choose(which: number): Promise<void> {
    part.value = which
    await read()
  }

  /** Null when it arrived; otherwise the problem is the form's to show, and nothing typed is lost. */
  async function act<N extends ActName>(name: N, body: Writes[`POST /api/receipt/${N}`][0]): Promise<Problem | null> {
    if (isSending.value || !receipt.value) return null
    isSending.value = true
    const operation = `POST /api/receipt/${name}` as const
    try {
      view.value = (await send(operation, body, { receipt: receipt.value, query: query(), key: keys.for(operation, body) })) as ReceiptView
      keys.done(operation)
      toast(t(`follow.did_${name}`), 'done')
      return null
    } catch (thrown) {
      const why = asProblem(thrown)
      keys.failed(operation, why)
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
      view.value = await send('PUT /api/receipt/messages', { wants }, { receipt: receipt.value ?? undefined, query: query() })
      return null
    } catch (thrown) {
      return asProblem(thrown)
    }
  }

  function close(): void {
    stop?.()
    stop = null
    receipt.value = null
    part.value = 1
    view.value = null
    problem.value = null
  }

  return reactive({ receipt, part, view, problem, isLoading, isSending, open, read, choose, act, wish, close })
}

export type Follow = ReturnType<typeof useFollow>
