/** Where the words of a search stand in a text, so that a list can mark them. */

export interface Part {
  text: string
  isHit: boolean
}

const FULL_WIDTH = 0xfee0

/** Small letters and half-width forms, character by character: every place in the text stays where it is. */
export function folded(text: string): string {
  return Array.from(text, (c) => {
    const half = c >= '！' && c <= '～' ? String.fromCharCode(c.charCodeAt(0) - FULL_WIDTH) : c
    const small = half.toLowerCase()
    return small.length === c.length ? small : c
  }).join('')
}

/** Runs of letters, digits and characters; what stands between them is not looked for. */
export function wordsOf(search: string): string[] {
  const words = folded(search).match(/[\p{L}\p{N}\p{M}]+/gu) ?? []
  return [...new Set(words)].sort((a, b) => b.length - a.length)
}

/** The text in parts, the hits among them; one part when there are none. */
export function hits(text: string, search: string): Part[] {
  const words = wordsOf(search)
  const within = folded(text)
  const parts: Part[] = []
  let plain = ''
  for (let at = 0; at < text.length; ) {
    const word = words.find((word) => within.startsWith(word, at))
    if (!word) {
      plain += text[at]
      at += 1
      continue
    }
    if (plain) parts.push({ text: plain, isHit: false })
    parts.push({ text: text.slice(at, at + word.length), isHit: true })
    plain = ''
    at += word.length
  }
  if (plain) parts.push({ text: plain, isHit: false })
  return parts
}
