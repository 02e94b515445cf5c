/** Where the receipts of this phone stand, asked for the few that are shown. */
import { computed, reactive, ref, watch } from 'vue'
import type { ReceiptView, Status } from '@/api/types'
import { get } from '@/shared/api'
import { t } from '@/shared/i18n'
import { forgetReceipt, keptReceipts } from '@/shared/receipts'
import { toast } from '@/shared/toast'

const FEW = 4

export function useMyReceipts() {
  const known = reactive(new Map<string, { status: Status; needsMe: boolean }>())
  const isAll = ref(false)
  const shown = computed(() => (isAll.value ? keptReceipts.value : keptReceipts.value.slice(0, FEW)))
  const rows = computed(() => {
    const all = shown.value.map((one) => ({ ...one, status: known.get(one.receipt)?.status, needsMe: known.get(one.receipt)?.needsMe ?? false }))
    return [...all.filter((one) => one.needsMe), ...all.filter((one) => !one.needsMe)]
  })
  const hidden = computed(() => keptReceipts.value.length - shown.value.length)

  watch(shown, () => void ask(), { immediate: true })

  async function ask(): Promise<void> {
    await Promise.all(
      shown.value.filter((one) => !known.has(one.receipt)).map(async ({ receipt }) => {
        // A list that cannot be read now is still a list: each opens and says why.
        const view = await get('/api/receipt', { receipt }).catch(() => null)
        if (view) known.set(receipt, { status: view.status, needsMe: waitsForMe(view) })
      }),
    )
  }

  function forget(receipt: string): void {
    if (!window.confirm(t('follow.forget_sure'))) return
    forgetReceipt(receipt)
    toast(t('follow.forgotten'))
  }

  return reactive({ rows, hidden, showAll: () => (isAll.value = true), forget })
}

export function waitsForMe(view: ReceiptView): boolean {
  return (view.may.reply && Boolean(view.question)) || (view.may.rate && !view.verdict)
}
