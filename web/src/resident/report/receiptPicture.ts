/** The receipt as a picture for the photo album: the one way to keep it that everyone knows. */
export interface ReceiptLines { title: string; number: string; receipt: string; hint: string[]; address: string }

export async function receiptPicture(lines: ReceiptLines): Promise<Blob | null> {
  const canvas = document.createElement('canvas')
  canvas.width = 900
  canvas.height = 560
  const brush = canvas.getContext('2d')
  if (!brush) return null
  const font = getComputedStyle(document.body).fontFamily
  const write = (text: string, y: number, size: number, colour: string, weight = 400) => {
    brush.font = `${weight} ${size}px ${font}`
    brush.fillStyle = colour
    brush.fillText(text, 50, y, 800)
  }
  // A picture is looked at on any ground, so it keeps its own paper, whatever the theme.
  brush.fillStyle = '#faf9f5'
  brush.fillRect(0, 0, 900, 560)
  brush.fillStyle = '#0d5c63'
  brush.fillRect(0, 0, 900, 14)
  write(lines.title, 85, 36, '#1b2422', 600)
  write(lines.number, 140, 30, '#55605d')
  write(lines.receipt, 260, 76, '#0d5c63', 700)
  lines.hint.forEach((line, index) => write(line, 340 + index * 48, 28, '#1b2422'))
  write(lines.address, 520, 26, '#55605d')
  return new Promise((done) => canvas.toBlob(done, 'image/png'))
}
