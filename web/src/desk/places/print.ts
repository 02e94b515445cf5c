/** Prints one QR code as a sheet of its own. The sheet is built beside the page and shown to the printer alone. */
interface Sheet {
  image: string
  /** What to do, and where this is: a line a language, because those who read a sign are not those who print it. */
  words: string[]
  title: string[]
  /** For who cannot scan it. */
  address: string
}

export async function printSheet(sheet: Sheet): Promise<void> {
  document.querySelector('.print-sheet')?.remove()
  const box = document.createElement('div')
  box.className = 'print-sheet'
  const image = new Image()
  image.src = sheet.image
  image.alt = ''
  box.append(...lines('h1', sheet.words), image, ...lines('h2', sheet.title), line('p', sheet.address))
  // A picture that does not arrive makes no sign.
  await image.decode()
  document.body.append(box)
  document.body.classList.add('prints-sheet')
  untilPrinted(() => {
    document.body.classList.remove('prints-sheet')
    box.remove()
  })
  window.print()
}

/** Some browsers return from `print()` before they have taken the page; only what the person does next is surely later. */
function untilPrinted(done: () => void): void {
  const events = ['afterprint', 'pointerdown', 'keydown']
  const once = () => {
    for (const event of events) window.removeEventListener(event, once)
    done()
  }
  for (const event of events) window.addEventListener(event, once)
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
