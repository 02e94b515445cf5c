/** A file on its way in: it is tried first, and written under one key only when nothing in it is wrong. */
import { ref, shallowRef } from 'vue'
import { t } from '@/shared/i18n'
import { asProblem } from '@/shared/problem'
import { idempotencyKey } from '@/shared/random'

interface Trial<Answer> {
  send: (file: File, key: string, isDry: boolean) => Promise<Answer>
  /** Whether an answer means that the file was written. */
  isDone: (answer: Answer, isDry: boolean) => boolean
  done: () => void
}

export function useTrial<Answer>({ send, isDone, done }: Trial<Answer>) {
  const file = shallowRef<File | null>(null)
  const answer = shallowRef<Answer | null>(null)
  const isWorking = ref(false)
  const isWritten = ref(false)
  const trouble = ref('')
  /** One key for a file's writing, so that a lost answer is found again: with it the first passwords. */
  let key = idempotencyKey()

  async function run(isDry: boolean): Promise<void> {
    if (!file.value || isWorking.value) return
    isWorking.value = true
    trouble.value = ''
    try {
      const told = await send(file.value, isDry ? idempotencyKey() : key, isDry)
      answer.value = told
      if (!isDone(told, isDry)) return
      isWritten.value = true
      done()
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

  /** A file is tried as soon as it is chosen. */
  function choose(chosen: File | null): void {
    file.value = chosen
    again()
  }
  /** The same file, to be taken in another way. */
  function again(): void {
    answer.value = null
    isWritten.value = false
    trouble.value = ''
    key = idempotencyKey()
    void run(true)
  }

  return { file, answer, isWorking, isWritten, trouble, choose, again, run }
}
