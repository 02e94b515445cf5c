/** Prints something that is not on the page: it is built beside the page and shown to the printer alone. */
export function printOnly(box: HTMLElement): void {
  document.querySelector('.print-sheet')?.remove()
  box.classList.add('print-sheet')
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
