/**
 * Icons of the installed pages, drawn from the same five shapes as `public/icon.svg` while the client is built: some systems
 * want pictures of pixels, and none is kept as a file.
 */
import { deflateSync, crc32 } from 'node:zlib'
import type { Plugin } from 'vite'

const GROUND = [0x0d, 0x5c, 0x63]
const STONE = [0xfb, 0xfa, 0xf6]
const SIDE = 64
const CORNER = 12
/** x, y, width, height */
const STONES = [[14, 46, 36, 6], [19, 34, 26, 9], [24, 22, 16, 9], [29, 12, 6, 7]] as const
/** Points looked at in each pixel, along each side: edges come out smooth. */
const FINE = 4

/** Maskable ones fill the square: the system cuts them to its own shape, and the stones keep to the middle. */
const ICONS = [
  { file: 'icons/icon-192.png', size: 192, isMasked: false },
  { file: 'icons/icon-512.png', size: 512, isMasked: false },
  { file: 'icons/maskable-512.png', size: 512, isMasked: true },
  { file: 'icons/touch-180.png', size: 180, isMasked: true },
]

export function icons(): Plugin {
  return {
    name: 'icons',
    apply: 'build',
    generateBundle() {
      for (const { file, size, isMasked } of ICONS) this.emitFile({ type: 'asset', fileName: file, source: draw(size, isMasked) })
    },
  }
}

/** A PNG (RFC 2083) of eight bits a colour, with transparency. */
export function draw(size: number, isMasked: boolean): Buffer {
  const rows: Buffer[] = []
  for (let y = 0; y < size; y++) {
    const row = Buffer.alloc(1 + size * 4)
    for (let x = 0; x < size; x++) row.set(pixel(x, y, size, isMasked), 1 + x * 4)
    rows.push(row)
  }
  const head = Buffer.alloc(13)
  head.writeUInt32BE(size, 0)
  head.writeUInt32BE(size, 4)
  head.set([8, 6, 0, 0, 0], 8)
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([signature, chunk('IHDR', head), chunk('IDAT', deflateSync(Buffer.concat(rows), { level: 9 })), chunk('IEND', Buffer.alloc(0))])
}

function pixel(x: number, y: number, size: number, isMasked: boolean): number[] {
  let inside = 0
  let stone = 0
  for (let i = 0; i < FINE * FINE; i++) {
    const at = (base: number, step: number) => ((base + (step + 0.5) / FINE) * SIDE) / size
    const px = at(x, i % FINE)
    const py = at(y, Math.floor(i / FINE))
    if (isMasked || isInRounded(px, py)) inside++
    if (STONES.some(([left, top, width, height]) => px >= left && px < left + width && py >= top && py < top + height)) stone++
  }
  const share = stone / (FINE * FINE)
  return [...GROUND.map((ground, at) => Math.round(ground + (STONE[at]! - ground) * share)), Math.round((255 * inside) / (FINE * FINE))]
}

function isInRounded(x: number, y: number): boolean {
  const dx = Math.max(CORNER - x, x - (SIDE - CORNER), 0)
  const dy = Math.max(CORNER - y, y - (SIDE - CORNER), 0)
  return dx * dx + dy * dy <= CORNER * CORNER
}

function chunk(kind: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(kind, 'latin1'), data])
  const whole = Buffer.alloc(body.length + 8)
  whole.writeUInt32BE(data.length, 0)
  whole.set(body, 4)
  whole.writeUInt32BE(crc32(body) >>> 0, body.length + 4)
  return whole
}
