/**
 * Photos are made small on the phone before they are sent: at most 2048 pixels on the long side, JPEG. Drawing
 * on a canvas also leaves the place and device data of the camera behind.
 */
export const LONG_SIDE = 2048
const THUMB_SIDE = 160
const QUALITY = 0.85

export type PhotoRefusal = 'heic' | 'not_image' | 'too_big'

export class PhotoRefused extends Error {
  constructor(readonly reason: PhotoRefusal, readonly file: string) {
    super(reason)
  }
}

/** The size a photo is drawn at; never enlarged. */
export function fitWithin(width: number, height: number, side = LONG_SIDE): { width: number; height: number } {
  const scale = Math.min(1, side / Math.max(width, height))
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
}

/** Some phones give HEIC files no type, so the name counts as well. */
export function isHeic(file: { name: string; type: string }): boolean {
  return /^image\/hei[cf]/.test(file.type) || /\.hei[cf]$/i.test(file.name)
}

/** How many of the chosen photos still fit. */
export function room(have: number, chosen: number, most: number): number {
  return Math.max(0, Math.min(chosen, most - have))
}

export async function shrinkPhoto(file: File, maxBytes: number): Promise<Blob> {
  const image = await open(file).catch(() => {
    throw new PhotoRefused(isHeic(file) ? 'heic' : 'not_image', file.name)
  })
  const canvas = draw(image, LONG_SIDE)
  const blob = canvas && (await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', QUALITY)))
  if (!blob) throw new PhotoRefused('not_image', file.name)
  if (blob.size > maxBytes) throw new PhotoRefused('too_big', file.name)
  return blob
}

/** A small picture as text, so that a draft can show its photos again after the page was closed. */
export async function thumbOf(photo: Blob): Promise<string> {
  return draw(await open(photo), THUMB_SIDE)?.toDataURL('image/jpeg', 0.7) ?? ''
}

function draw(image: HTMLImageElement, side: number): HTMLCanvasElement | null {
  const canvas = document.createElement('canvas')
  Object.assign(canvas, fitWithin(image.naturalWidth, image.naturalHeight, side))
  const brush = canvas.getContext('2d')
  if (!brush) return null
  // JPEG has no transparency: without a ground, screenshots would turn black.
  brush.fillStyle = '#ffffff'
  brush.fillRect(0, 0, canvas.width, canvas.height)
  brush.drawImage(image, 0, 0, canvas.width, canvas.height)
  return canvas
}

async function open(file: Blob): Promise<HTMLImageElement> {
  const address = URL.createObjectURL(file)
  try {
    const image = new Image()
    // The browser turns the picture upright by its own orientation mark before it is drawn.
    await new Promise<void>((done, fail) => {
      image.onload = () => done()
      image.onerror = () => fail(new Error('unreadable'))
      image.src = address
    })
    return image
  } finally {
    URL.revokeObjectURL(address)
  }
}
