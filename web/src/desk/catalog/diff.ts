/** Two texts line by line: what went, what came, and a little around it. */
import { structuredPatch } from 'diff'

export interface DiffLine {
  kind: 'same' | 'gone' | 'come'
  text: string
  /** The line's number in the text it stands in; of lines that stay, in the newer one. */
  line: number
}

const AROUND = 3
const KINDS = { ' ': 'same', '-': 'gone', '+': 'come' } as const

/** Only the changes, each stretch with the lines around it. */
export function hunks(before: string, after: string): DiffLine[][] {
  return structuredPatch('', '', before, after, '', '', { context: AROUND }).hunks.map((hunk) => {
    let [old, now] = [hunk.oldStart, hunk.newStart]
    return hunk.lines.flatMap((line) => {
      // A remark on a missing last line break is no line of either text.
      const kind = KINDS[line[0] as keyof typeof KINDS]
      if (!kind) return []
      const number = kind === 'gone' ? old : now
      if (kind !== 'come') old++
      if (kind !== 'gone') now++
      return [{ kind, text: line.slice(1), line: number }]
    })
  })
}
