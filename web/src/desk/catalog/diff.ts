/** Two texts line by line: what stays, what went, what came. */
export interface DiffLine {
  kind: 'same' | 'gone' | 'come'
  text: string
  /** The line's number in the text it stands in; of lines that stay, in the newer one. */
  line: number
}
/** A stretch of changes with a little around it. */
export type Hunk = DiffLine[]

const AROUND = 3

export function diffLines(before: string, after: string): DiffLine[] {
  const [old, now] = [before.split('\n'), after.split('\n')]
  let head = 0
  while (head < old.length && head < now.length && old[head] === now[head]) head++
  let tail = 0
  while (tail < old.length - head && tail < now.length - head && old[old.length - 1 - tail] === now[now.length - 1 - tail]) tail++
  const middle = between(old.slice(head, old.length - tail), now.slice(head, now.length - tail), head)
  const same = (from: number, to: number): DiffLine[] => now.slice(from, to).map((text, at) => ({ kind: 'same', text, line: from + at + 1 }))
  return [...same(0, head), ...middle, ...same(now.length - tail, now.length)]
}

/** The longest common lines of two stretches. Files have some hundred lines, and most changes are small, so a table will do. */
function between(old: string[], now: string[], head: number): DiffLine[] {
  const longest = Array.from({ length: old.length + 1 }, () => new Uint16Array(now.length + 1))
  for (let i = old.length - 1; i >= 0; i--)
    for (let j = now.length - 1; j >= 0; j--)
      longest[i]![j] = old[i] === now[j] ? longest[i + 1]![j + 1]! + 1 : Math.max(longest[i + 1]![j]!, longest[i]![j + 1]!)
  const lines: DiffLine[] = []
  let [i, j] = [0, 0]
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      lines.push({ kind: 'same', text: now[j]!, line: head + j + 1 })
      i++
      j++
    } else if (j >= now.length || (i < old.length && longest[i + 1]![j]! >= longest[i]![j + 1]!)) {
      lines.push({ kind: 'gone', text: old[i]!, line: head + i + 1 })
      i++
    } else {
      lines.push({ kind: 'come', text: now[j]!, line: head + j + 1 })
      j++
    }
  }
  return lines
}

/** Only the changes, each with the lines around it. */
export function hunks(lines: DiffLine[]): Hunk[] {
  const found: Hunk[] = []
  let last = -1
  lines.forEach((line, at) => {
    if (line.kind === 'same') return
    const from = Math.max(0, at - AROUND)
    const to = Math.min(lines.length, at + AROUND + 1)
    if (found.length > 0 && from <= last) found[found.length - 1]!.push(...lines.slice(last, to))
    else found.push(lines.slice(from, to))
    last = Math.max(last, to)
  })
  return found
}
