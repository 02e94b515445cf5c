/** Whoever found it by mistake takes it back: the slip of this page holds its receipt, and nobody else's. */
import { ref } from 'vue'
import { send } from '../core/calls'
import { useSubmit } from '../core/useSubmit'

export function useTakeBack(receipt: () => string) {
  const isTaken = ref(false)
  const isAsking = ref(false)
  const reason = ref('')
  const { isBusy, formError, errorOf, submit } = useSubmit()

  async function takeBack(): Promise<void> {
    const body = { text: reason.value.trim() || undefined }
    const answer = await submit(body, (key) => send('POST /api/receipt/withdraw', body, { receipt: receipt(), key }))
    if (answer) isTaken.value = true
  }

  return { isTaken, isAsking, reason, isBusy, formError, errorOf, takeBack }
}
