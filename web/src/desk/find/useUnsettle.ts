/** A thumb that slipped: what was settled by mistake is taken back by whoever settled it, as long as the server allows it. */
import { computed } from 'vue'
import type { CaseDetail } from '@/api/types'
import { t } from '@/shared/i18n'
import { toast } from '@/shared/toast'
import { send } from '../core/calls'
import { useSubmit } from '../core/useSubmit'

export function useUnsettle(found: () => CaseDetail, changed: (found: CaseDetail) => void) {
  const may = computed(() => found().allowed_actions.includes('unsettle'))
  const { isBusy, formError, submit } = useSubmit()

  async function unsettle(): Promise<void> {
    const { id, version } = found()
    const answer = await submit({ id, version }, (key) => send('POST /api/cases/{id}/unsettle', { version }, { path: { id }, key }))
    if (!answer || answer === true) return
    changed(answer)
    toast(t('find.undone'), 'done')
  }

  return { may, isBusy, formError, unsettle }
}
