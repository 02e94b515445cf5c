/**
 * Photos are made small on the phone before they are sent: at most 2048 pixels on the long side, JPEG. Drawing
 * on a canvas also leaves the place and device data of the camera behind.
 */
export const LONG_SIDE = 2048
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
  const { width, height } = fitWithin(image.naturalWidth, image.naturalHeight)
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  const brush = canvas.getContext('2d')
  if (!brush) throw new PhotoRefused('not_image', file.name)
  // JPEG has no transparency: without a ground, screenshots would turn black.
  brush.fillStyle = '#ffffff'
  brush.fillRect(0, 0, width, height)
  brush.drawImage(image, 0, 0, width, height)
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', QUALITY))
  if (!blob) throw new PhotoRefused('not_image', file.name)
  if (blob.size > maxBytes) throw new PhotoRefused('too_big', file.name)
  return blob
}

async function open(file: File): Promise<HTMLImageElement> {
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
