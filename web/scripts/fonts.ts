import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'vite'

/** What printed sheets are set in: a weight for words, one for titles, and the licence that goes with them. */
const FILES = ['fonts/NotoSansHans-Regular.otf', 'fonts/NotoSansHans-Bold.otf', 'LICENSE']

/**
 * Puts the fonts of printed sheets into the build, for the program to embed. No page names them and the program does not
 * serve them: nobody downloads eight megabytes for a letter.
 */
export function fonts(): Plugin {
  let root = ''
  return {
    name: 'fonts-of-printed-sheets',
    apply: 'build',
    configResolved(config) {
      root = config.root
    },
    generateBundle() {
      const folder = join(root, 'node_modules/@embedpdf/fonts-sc')
      for (const file of FILES) {
        const name = file.replace('fonts/', '')
        this.emitFile({ type: 'asset', fileName: `fonts/${name}`, source: readFileSync(join(folder, file)) })
      }
    },
  }
}
