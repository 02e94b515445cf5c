/** Bringing a file in: a dry run that names every mistake by line, then the writing, which is all or nothing. */
import { computed, ref, shallowRef } from 'vue'
import { t } from '@/shared/i18n'
import { asProblem } from '@/shared/problem'
import { idempotencyKey } from '@/shared/random'
import { toast } from '@/shared/toast'
import { kinds, type Answer, type ImportKind } from './kinds'

export function useImport(kind: ImportKind, imported: () => void) {
  const file = shallowRef<File | null>(null)
  const answer = shallowRef<Answer | null>(null)
  const isWorking = ref(false)
  const isWritten = ref(false)
  const trouble = ref('')
  const isClean = computed(() => answer.value !== null && answer.value.errors.length === 0)
  /** One key for a file's writing, so that a lost answer is found again: with it the first passwords. */
  let key = idempotencyKey()

  function choose(chosen: File | null): void {
    file.value = chosen
    answer.value = null
    isWritten.value = false
    trouble.value = ''
    key = idempotencyKey()
  }

  async function run(isDry: boolean): Promise<void> {
    if (!file.value || isWorking.value) return
    isWorking.value = true
    trouble.value = ''
    try {
      answer.value = await kinds[kind].send(file.value, isDry ? idempotencyKey() : key, isDry)
      if (isDry || answer.value.errors.length > 0) return
      isWritten.value = true
      toast(t('imports.done'), 'done')
      imported()
    } catch (thrown) {
      // A file that was saved again after it was chosen can no longer be read; it has to be chosen anew.
      const isStale = thrown instanceof DOMException && thrown.name === 'NotReadableError'
      trouble.value = isStale ? t('imports.stale') : asProblem(thrown).detail
      answer.value = null
    } finally {
      isWorking.value = false
    }
  }

  return { file, answer, isWorking, isWritten, trouble, isClean, choose, run }
}
