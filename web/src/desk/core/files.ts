/** Files that the server makes: fetched, so that a refusal is a refusal and is never saved as if it were the file. */
import { request } from '@/shared/api'
import { t } from '@/shared/i18n'
import { Problem } from '@/shared/problem'
import { saveFile } from '@/shared/saveFile'
import { watched } from './calls'

/** Keeps what stands at an address, under the server's name for it. */
export const keepFile = watched(async (address: string, name: string = ''): Promise<void> => {
  const response = await request('GET', address, {})
  // A list is written while it is read: where that breaks off, half of it is no file.
  const file = await response.blob().catch(() => {
    throw new Problem(0, 'broken_off', t('ui.brokenOff'))
  })
  saveFile(name || namedIn(response.headers.get('content-disposition')), file)
})

/** The name in `attachment; filename="…"`; without one the browser finds its own. */
export const namedIn = (disposition: string | null): string => /filename="?([^";]+)"?/.exec(disposition ?? '')?.[1]?.trim() ?? ''
