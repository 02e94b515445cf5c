/** A workbook on its way in: it is checked as soon as it is chosen, and written whole. */
import { computed, ref, shallowRef } from 'vue'
import type { WorkbookAnswer } from '@/api/types'
import { t } from '@/shared/i18n'
import { asProblem } from '@/shared/problem'
import { idempotencyKey } from '@/shared/random'
import { toast } from '@/shared/toast'
import { send } from '../core/calls'

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

export function useWorkbook(written: () => void) {
  const file = shallowRef<File | null>(null)
  const answer = shallowRef<WorkbookAnswer | null>(null)
  const isWorking = ref(false)
  const trouble = ref('')
  /** One key for a file's writing, so that a lost answer is found again. */
  let key = ''

  const sheets = computed(() => answer.value?.sheets.filter((sheet) => sheet.inserted + sheet.changed + sheet.unchanged + sheet.left + sheet.errors.length > 0) ?? [])
  const mistakes = computed(() => sheets.value.flatMap((sheet) => sheet.errors.map((error) => ({ ...error, names: sheet.names }))))
  const isWritten = computed(() => Boolean(answer.value?.import))
  const isClean = computed(() => answer.value !== null && mistakes.value.length === 0)
  /** Whether anything would be written; what is left to the other administrator does not count. */
  const hasOwn = computed(() => sheets.value.some((sheet) => sheet.inserted + sheet.changed > 0))
  const isLeft = computed(() => sheets.value.some((sheet) => sheet.left > 0))

  async function run(isDry: boolean): Promise<void> {
    if (!file.value || isWorking.value) return
    isWorking.value = true
    trouble.value = ''
    try {
      const query = { dry_run: isDry || undefined, file: file.value.name }
      answer.value = await send('POST /api/workbook', file.value, { key: isDry ? idempotencyKey() : key, query, contentType: XLSX })
      if (!answer.value.import) return
      toast(t('workbook.written'), 'done')
      written()
    } catch (thrown) {
      // A file that was saved again after it was chosen can no longer be read; it has to be chosen anew.
      const isStale = thrown instanceof DOMException && thrown.name === 'NotReadableError'
      const problem = isStale ? null : asProblem(thrown)
      trouble.value = problem ? problem.forField('file') || problem.detail : t('imports.stale')
      answer.value = null
    } finally {
      isWorking.value = false
    }
  }

  function choose(chosen: File | null): void {
    file.value = chosen
    answer.value = null
    trouble.value = ''
    key = idempotencyKey()
    void run(true)
  }

  return { file, answer, sheets, mistakes, isWorking, isWritten, isClean, hasOwn, isLeft, trouble, choose, run }
}
