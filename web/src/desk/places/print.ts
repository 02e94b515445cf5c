import type { RegionDetail } from '@/api/types'
import { printOnly } from '../core/print'

/** Prints one QR code as a sheet of its own. */
interface Sheet {
  image: string
  /** What to do, and where this is: a line a language, because those who read a sign are not those who print it. */
  words: string[]
  title: string[]
  /** Whose sign it is: the community, a line a language. */
  place?: string[]
  /** For who cannot scan it. */
  address: string
}

export async function printSheet(sheet: Sheet): Promise<void> {
  const box = document.createElement('div')
  const image = new Image()
  image.src = sheet.image
  image.alt = ''
  box.append(...lines('h1', sheet.words), image, ...lines('h2', sheet.title), ...lines('p', sheet.place ?? []), line('p', sheet.address))
  // A picture that does not arrive makes no sign.
  await image.decode()
  printOnly(box)
}

/** The community a place lies in, below its township, in each language in which it has a name; whoever prints signs for many tells them apart by it. */
export function community({ path, ...place }: RegionDetail): string[] {
  const whole = [...path.filter((one) => one.code !== place.code), place].filter((one) => ['township', 'village'].includes(one.level))
  const inOne = (names: (string | null | undefined)[], between: string) => (names.length && names.every(Boolean) ? [names.join(between)] : [])
  return [...inOne(whole.map((one) => one.names.zh), ' '), ...inOne(whole.map((one) => one.names.en).reverse(), ', ')]
}

function lines(tag: string, words: string[]): HTMLElement[] {
  return words.map((text, at) => {
    const element = line(tag, text)
    if (at > 0) element.className = 'beside'
    return element
  })
}
function line(tag: string, words: string): HTMLElement {
  const element = document.createElement(tag)
  element.textContent = words
  return element
}
