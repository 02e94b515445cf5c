/** Bringing a file in: a dry run that names every mistake by line, then the writing, which is all or nothing. */
import { computed } from 'vue'
import { t } from '@/shared/i18n'
import { toast } from '@/shared/toast'
import { kinds, type ImportKind } from './kinds'
import { useTrial } from './useTrial'

export function useImport(kind: ImportKind, imported: () => void) {
  const trial = useTrial({
    send: kinds[kind].send,
    isDone: (answer, isDry) => !isDry && answer.errors.length === 0,
    done: () => {
      toast(t('imports.done'), 'done')
      imported()
    },
  })
  const isClean = computed(() => trial.answer.value !== null && trial.answer.value.errors.length === 0)
  return { ...trial, isClean }
}
