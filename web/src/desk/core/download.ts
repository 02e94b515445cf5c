import { saveFile } from '@/shared/saveFile'

/** A file made in the browser, for what the server shows only once or has shown already. */
export function download(name: string, text: string, type: string): void {
  // The mark that tells spreadsheets that this is UTF-8.
  const mark = type === 'text/csv' ? '\ufeff' : ''
  saveFile(name, new Blob([mark + text], { type: `${type};charset=utf-8` }))
}

/** One line of CSV. A cell that begins like a formula gets an apostrophe, or a spreadsheet would run it. */
export const csvLine = (cells: string[]): string =>
  cells.map((cell) => (/^[=+\-@\t\r\n＝＋－＠]/.test(cell) ? `'${cell}` : cell)).map((cell) => (/[",\n]/.test(cell) ? `"${cell.replace(/"/g, '""')}"` : cell)).join(',') + '\r\n'
