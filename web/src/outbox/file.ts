/**
 * What waits, as a file, to be sent from another device. Keys go with it, so that sending from both does nothing twice. The file
 * holds what was written, contact details included: it is for a device of the same person.
 */
import { fromBase64 } from '@/shared/bytes'
import { RESIDENT, SHAPE, readItem, type Item, type ItemKind, type StoredPhoto } from './item'
import { allItems, photosOf, putItem } from './store'

const FORMAT = 'jishi-outbox'

interface FilePhoto {
  id: string
  type: string
  base64: string
}
interface OutboxFile {
  format: string
  shape: number
  items: (Item & { photos: FilePhoto[] })[]
}

export class NotAnOutbox extends Error {}

/** The person's items that have not arrived. */
export async function writeFile(owner: string): Promise<Blob> {
  const items = (await allItems()).filter((item) => item.owner === owner && item.state !== 'delivered')
  const whole: OutboxFile = { format: FORMAT, shape: SHAPE, items: [] }
  for (const item of items) {
    const photos = (await photosOf(item.key)).map(({ id, type, bytes }) => ({ id, type, base64: toBase64(bytes) }))
    whole.items.push({ ...item, state: item.state === 'sending' ? 'waiting' : item.state, photos })
  }
  return new Blob([JSON.stringify(whole)], { type: 'application/json' })
}

export interface TakenIn {
  added: number
  known: number
  /** Written by somebody else, who must log in to send them. */
  others: number
}

/** Takes a file in. What is known already, delivered or not, stays as it is. */
export async function readFile(text: string, me: string): Promise<TakenIn> {
  const file = parsed(text)
  const known = new Set((await allItems()).map((item) => item.key))
  const taken: TakenIn = { added: 0, known: 0, others: 0 }
  // Everything is read before anything is kept: a file that is broken at its end changes nothing.
  const whole = file.items.map(({ photos, ...rest }) => {
    const item = readItem(rest)
    if (!item || !isOurs(item) || !Array.isArray(photos)) throw new NotAnOutbox()
    return { item, photos: photos.map((photo): StoredPhoto => ({ id: String(photo.id), item: item.key, type: String(photo.type), bytes: toBytes(photo.base64), sha: null })) }
  })
  for (const { item, photos } of whole) {
    if (known.has(item.key)) {
      taken.known++
      continue
    }
    await putItem({ ...item, state: item.state === 'look' ? 'look' : 'waiting' }, photos)
    taken.added++
    if (item.owner !== me) taken.others++
  }
  return taken
}

/** What is saved from an outbox: residents' reports are not. */
const OPERATIONS: Partial<Record<ItemKind, string>> = {
  entry: 'POST /api/cases',
  settled: 'POST /api/cases',
  step: 'POST /api/cases/{id}/{action}',
  plea: 'POST /api/cases/{id}/pleas',
  visit: 'POST /api/visits',
}

/** A file may come from anybody, and is sent in the name of whoever takes it in: it holds the writes of an outbox and no others. */
function isOurs({ kind, operation, path, key, owner }: Item): boolean {
  const isPlain = (part: unknown) => typeof part === 'string' && /^[\w-]+$/.test(part)
  return OPERATIONS[kind] === operation && [key, owner, ...Object.values(path)].every(isPlain) && owner !== RESIDENT
}

function parsed(text: string): OutboxFile {
  let file: Partial<OutboxFile> | null
  try {
    file = JSON.parse(text) as Partial<OutboxFile> | null
  } catch {
    throw new NotAnOutbox()
  }
  if (file?.format !== FORMAT || typeof file.shape !== 'number' || file.shape > SHAPE || !Array.isArray(file.items)) throw new NotAnOutbox()
  return file as OutboxFile
}

function toBase64(bytes: ArrayBuffer): string {
  let text = ''
  const all = new Uint8Array(bytes)
  // In pieces: a photo has more bytes than a call takes arguments.
  for (let at = 0; at < all.length; at += 0x8000) text += String.fromCharCode(...all.subarray(at, at + 0x8000))
  return btoa(text)
}

function toBytes(base64: string): ArrayBuffer {
  try {
    return fromBase64(base64).buffer
  } catch {
    throw new NotAnOutbox()
  }
}
