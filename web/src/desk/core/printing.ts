/** Sheets of cases as a PDF, made by the server and kept as a file: the paper then comes from the office's own printer. */
import { t } from '@/shared/i18n'
import { saveFile } from '@/shared/saveFile'
import { toast } from '@/shared/toast'
import { sendForFile } from './calls'

export type SheetKind = 'assignment' | 'reminder'

/** As many as the server prints at once. */
export const MOST_SHEETS = 50

export async function printSheets(kind: SheetKind, cases: string[], name: string, key: string): Promise<boolean> {
  const contentType = 'application/json'
  const body = new Blob([JSON.stringify({ kind, cases })], { type: contentType })
  saveFile(`${t(`printing.file.${kind}`)}-${name}.pdf`, await sendForFile('/api/cases/print', body, { contentType, key }))
  toast(t('printing.done'), 'done')
  return true
}
