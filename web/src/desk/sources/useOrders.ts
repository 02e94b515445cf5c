/** A file of orders on its way in: looked at, its columns put right by hand where needed, then every good row taken in. */
import { computed, ref, shallowRef } from 'vue'
import type { Source } from '@/api/types'
import { t } from '@/shared/i18n'
import { asProblem } from '@/shared/problem'
import { toast } from '@/shared/toast'
import { send, sendForFile } from '../core/calls'
import { saveFile } from '@/shared/saveFile'
import { useSubmit } from '../core/useSubmit'
import { useTrial } from '../imports/useTrial'

const contentType = 'application/octet-stream'

export function useOrders(source: Source) {
  const path = { code: source.code }
  /** Headings chosen by hand, by column; an empty one says that the file has no such column. */
  const columns = shallowRef<Record<string, string>>({})
  const query = () => ({ columns: Object.keys(columns.value).length ? JSON.stringify(columns.value) : undefined })
  const trial = useTrial({
    send: (file, key, isDry) => send('POST /api/sources/{code}/orders', file, { path, key, query: { ...query(), dry_run: isDry || undefined, file: file.name }, contentType }),
    isDone: (answer) => Boolean(answer.intake),
    done: () => toast(t('sources.brought'), 'done'),
  })
  const { answer, file, isWritten } = trial

  function choose(chosen: File | null): void {
    columns.value = {}
    isKept.value = false
    trial.choose(chosen)
  }

  /** The column stands under this heading, and no other column does. */
  function put(field: string, heading: string): void {
    const taken = heading && answer.value?.headings.find((one) => one.text === heading)?.field
    const others = Object.fromEntries(Object.entries(columns.value).filter(([, known]) => known === '' || known !== heading))
    columns.value = { ...others, ...(taken && taken !== field ? { [taken]: '' } : {}), [field]: heading }
    isKept.value = false
    void trial.run(true)
  }
  const isCorrected = computed(() => Object.values(columns.value).some(Boolean))
  const isKept = ref(false)
  const { isBusy: isKeeping, submit } = useSubmit()

  /** For the next file, too. */
  async function keepColumns(): Promise<void> {
    const body = { columns: columns.value }
    const answered = await submit(body, (key) => send('PUT /api/sources/{code}/columns', body, { path, key }))
    if (!answered) return
    isKept.value = true
    toast(t('sources.kept'), 'done')
  }

  async function fetchMistakes(): Promise<void> {
    if (!file.value) return
    try {
      saveFile(`${source.code}-${t('sources.mistakesFile')}.xlsx`, await sendForFile('/api/sources/{code}/orders/mistakes', file.value, { path, query: query(), contentType }))
    } catch (thrown) {
      toast(asProblem(thrown).detail, 'late')
    }
  }

  const isReady = computed(() => Boolean(answer.value && !answer.value.missing.length && !isWritten.value))
  return { ...trial, choose, columns, put, isCorrected, isKept, isKeeping, keepColumns, fetchMistakes, isReady }
}
