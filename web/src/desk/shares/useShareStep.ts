/** A step of a share: one tap where it needs no words, a form otherwise. Whoever comes second is told, and reads again. */
import { ref, shallowRef } from 'vue'
import type { Share } from '@/api/types'
import { t } from '@/shared/i18n'
import { toast } from '@/shared/toast'
import { send } from '../core/calls'
import { useConflict } from '../core/useConflict'
import { asKey, isBare } from './share'

export interface StepWords { text?: string; photos?: string[]; due?: string }

export function useShareStep(changed: () => Promise<unknown>) {
  const form = useConflict(changed, ['record_changed', 'share_moved'])
  /** The form that is open: a step of a share. */
  const open = shallowRef<{ share: Share; step: string } | null>(null)
  const busy = ref('')

  async function take(share: Share, step: string, words: StepWords = {}): Promise<boolean> {
    const body = { version: share.version, ...words }
    busy.value = share.id
    const answer = await form.submit({ id: share.id, step, body }, (key) => send('POST /api/shares/{id}/{step}', body, { path: { id: share.id, step }, key }))
    busy.value = ''
    if (!answer) return false
    open.value = null
    toast(t(`shares.step.${asKey(step)}.done`), 'done')
    await changed()
    return true
  }

  function begin(share: Share, step: string): void {
    form.begin()
    if (isBare(step)) void take(share, step)
    else open.value = { share, step }
  }

  return { form, open, busy, take, begin }
}
