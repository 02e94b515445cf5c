/** Papers as a PDF, made by the server and kept as a file: the paper then comes from the office's own printer. */
import { t } from '@/shared/i18n'
import { saveFile } from '@/shared/saveFile'
import { toast } from '@/shared/toast'
import { sendForFile } from './calls'

export type SheetKind = 'assignment' | 'reminder'

/** As many as the server prints at once. */
export const MOST_SHEETS = 50

/** Keeps a paper under a name. A character that no font has stands as a box on it: whoever prints it is told, and stays told. */
export async function savePaper(address: string, what: unknown, name: string, { path, key }: { path?: Record<string, string>; key: string }): Promise<true> {
  const contentType = 'application/json'
  const body = new Blob([JSON.stringify(what)], { type: contentType })
  let boxes = ''
  const heard = (headers: Headers) => void (boxes = unprintable(headers))
  saveFile(`${name}.pdf`, await sendForFile(address, body, { path, contentType, key, heard }))
  if (boxes) toast(t('printing.boxes', { characters: boxes }), 'late')
  return true
}

/** The characters that no font has, each once. */
export const unprintable = (headers: Headers): string => [...decodeURIComponent(headers.get('jishi-unprintable') ?? '')].join(' ')

export async function printSheets(kind: SheetKind, cases: string[], name: string, key: string): Promise<boolean> {
  await savePaper('/api/cases/print', { kind, cases }, `${t(`printing.file.${kind}`)}-${name}`, { key })
  toast(t('printing.done'), 'done')
  return true
}
