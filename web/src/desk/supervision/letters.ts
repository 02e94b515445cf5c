/** Notices and circulars as PDF, kept as files: the paper comes from the office's own printer. */
import { t } from '@/shared/i18n'
import { showProblem } from '@/shared/problem'
import { toast } from '@/shared/toast'
import { savePaper } from '../core/printing'
import { useSubmit } from '../core/useSubmit'

export function useLetters() {
  const { isBusy, problem, errorOf, formError, submit } = useSubmit()

  async function print(address: string, what: unknown, name: string): Promise<boolean> {
    const done = await submit(what, (key) => savePaper(address, what, name, { key }))
    if (done) toast(t('printing.done'), 'done')
    else if (problem.value && problem.value.fields.length === 0) showProblem(problem.value)
    return Boolean(done)
  }
  const notice = (ids: string[]) => print('/api/supervisions/print', { ids }, t('supervision.notice'))
  const circular = (region: string, from: string, to: string) => print('/api/supervisions/circular', { region, from, to }, t('supervision.circular'))
  return { isBusy, errorOf, formError, notice, circular }
}
