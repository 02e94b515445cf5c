/** A workbook on its way in, and what its sheets did or would do. */
import { computed } from 'vue'
import { t } from '@/shared/i18n'
import { toast } from '@/shared/toast'
import { send } from '../core/calls'
import { useTrial } from '../imports/useTrial'

const contentType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

export function useWorkbook(written: () => void) {
  const trial = useTrial({
    send: (file, key, isDry) => send('POST /api/workbook', file, { key, query: { dry_run: isDry || undefined, file: file.name }, contentType }),
    isDone: (answer) => Boolean(answer.import),
    done: () => {
      toast(t('workbook.written'), 'done')
      written()
    },
  })
  const { answer } = trial
  const sheets = computed(() => answer.value?.sheets.filter((sheet) => sheet.inserted + sheet.changed + sheet.unchanged + sheet.posts + sheet.left + sheet.errors.length > 0) ?? [])
  const mistakes = computed(() => sheets.value.flatMap((sheet) => sheet.errors.map((error) => ({ ...error, names: sheet.names }))))
  const isClean = computed(() => answer.value !== null && mistakes.value.length === 0)
  /** Whether anything would be written; what is left to the other administrator does not count. */
  const hasOwn = computed(() => sheets.value.some((sheet) => sheet.inserted + sheet.changed + sheet.posts > 0))
  const hasPosts = computed(() => sheets.value.some((sheet) => sheet.posts > 0))
  const isLeft = computed(() => sheets.value.some((sheet) => sheet.left > 0))
  return { ...trial, sheets, mistakes, isClean, hasOwn, hasPosts, isLeft }
}
