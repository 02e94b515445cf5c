/** Prints one QR code as a sheet of its own. The sheet is built beside the page and shown to the printer alone. */
interface Sheet {
  image: string
  title: string
  words: string
  code: string
}

export async function printSheet(sheet: Sheet): Promise<void> {
  const box = document.createElement('div')
  box.className = 'print-sheet'
  const image = new Image()
  image.src = sheet.image
  image.alt = ''
  const line = (tag: string, words: string) => {
    const element = document.createElement(tag)
    element.textContent = words
    return element
  }
  box.append(line('h1', sheet.words), image, line('h2', sheet.title), line('p', sheet.code))
  document.body.append(box)
  document.body.classList.add('prints-sheet')
  const done = () => {
    document.body.classList.remove('prints-sheet')
    box.remove()
  }
  try {
    // A picture that never arrives must not leave the sheet behind.
    await image.decode().catch(() => undefined)
    window.print()
  } finally {
    done()
  }
}
