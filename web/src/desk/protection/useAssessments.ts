/** Impact assessments: listed and made by whoever keeps the whole instance. */
import { ref, watch } from 'vue'
import { t } from '@/shared/i18n'
import { showProblem } from '@/shared/problem'
import { toast } from '@/shared/toast'
import { WriteKeys } from '@/shared/writes'
import { send } from '../core/calls'
import { useListing } from '../core/useListing'

export function useAssessments() {
  const list = useListing('/api/assessments', () => ({}))
  /** Whoever keeps a part of the instance is refused, and is shown neither the list nor its button. */
  const isMine = ref(false)
  watch(list.isLoading, (now) => {
    if (!now) isMine.value = list.problem.value?.status !== 403
  })
  const isBusy = ref(false)
  const keys = new WriteKeys()
  const operation = 'POST /api/assessments'

  async function make(): Promise<void> {
    if (isBusy.value) return
    isBusy.value = true
    try {
      await send(operation, {}, { key: keys.for(operation, {}) })
      keys.done(operation)
      toast(t('protection.assessed'), 'done')
      await list.reload()
    } catch (thrown) {
      keys.failed(operation, showProblem(thrown))
    } finally {
      isBusy.value = false
    }
  }

  return { ...list, isMine, isBusy, make }
}
