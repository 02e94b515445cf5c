/** Bringing a file in: a dry run that names every mistake by line, then the writing, which is all or nothing. */
import { computed, ref } from 'vue'
import { t } from '@/shared/i18n'
import { toast } from '@/shared/toast'
import { kinds, type ImportKind } from './kinds'
import { useTrial } from './useTrial'

export function useImport(kind: ImportKind, imported: () => void) {
  /** The column that leads to places, where a file has columns of its own making. */
  const column = ref<string>()
  const trial = useTrial({
    send: (file, key, isDry) => kinds[kind].send(file, key, isDry, column.value),
    isDone: (answer, isDry) => !isDry && answer.errors.length === 0,
    done: () => {
      toast(t('imports.done'), 'done')
      imported()
    },
  })
  const isClean = computed(() => trial.answer.value !== null && trial.answer.value.errors.length === 0)
  function choose(file: File | null): void {
    column.value = undefined
    trial.choose(file)
  }
  /** Another column makes another import of it: tried anew. */
  function chooseColumn(name: string): void {
    column.value = name
    trial.again()
  }
  return { ...trial, choose, chooseColumn, isClean }
}
