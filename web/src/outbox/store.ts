/**
 * Where items and their photos lie: the browser's database. An item and its photos are written in one transaction, so that a
 * full phone keeps either all of it or nothing.
 */
import { openDB, type DBSchema, type IDBPDatabase } from 'idb'
import { readItem, type Item, type StoredPhoto } from './item'
import { inOrder } from './rules'

export interface KeptRead {
  address: string
  /** Whose it was to read; `null` is everybody's. */
  person: string | null
  at: string
  value: unknown
}

interface Schema extends DBSchema {
  items: { key: string; value: Item }
  photos: { key: string; value: StoredPhoto; indexes: { item: string } }
  meta: { key: string; value: unknown }
  reads: { key: string; value: KeptRead }
}

const NAME = 'jishi'
/** Delivered items that are still listed. */
const LISTED = 20

let opened: Promise<IDBPDatabase<Schema>> | null = null

export function database(): Promise<IDBPDatabase<Schema>> {
  opened ??= open().catch((thrown: unknown) => {
    opened = null
    throw thrown
  })
  return opened
}

/** A window that keeps nothing may refuse at once instead of later; whoever asks is told in one way. */
async function open(): Promise<IDBPDatabase<Schema>> {
  return openDB<Schema>(NAME, 1, {
    upgrade(db) {
      db.createObjectStore('items', { keyPath: 'key' })
      db.createObjectStore('photos', { keyPath: 'id' }).createIndex('item', 'item')
      db.createObjectStore('meta')
      db.createObjectStore('reads', { keyPath: 'address' })
    },
    // Another tab brings a newer shape: it must not wait for us.
    blocking: (_now, _next, event) => {
      ;(event.target as IDBDatabase).close()
      opened = null
    },
    terminated: () => (opened = null),
  })
}

/** Puts an item at the end of the queue, with its photos, or throws and has put nothing. */
export async function putItem(item: Omit<Item, 'seq'>, photos: StoredPhoto[]): Promise<Item> {
  const db = await database()
  const tx = db.transaction(['items', 'photos', 'meta'], 'readwrite', { durability: 'strict' })
  try {
    const known = await tx.objectStore('items').get(item.key)
    if (known) {
      await tx.done
      return known
    }
    const seq = Number((await tx.objectStore('meta').get('seq')) ?? 0) + 1
    const whole: Item = { ...item, seq }
    await tx.objectStore('meta').put(seq, 'seq')
    await tx.objectStore('items').put(whole)
    for (const photo of photos) await tx.objectStore('photos').put(photo)
    await tx.done
    return whole
  } catch (thrown) {
    try {
      tx.abort()
    } catch {
      // It has ended by itself.
    }
    await tx.done.catch(() => undefined)
    throw thrown
  }
}

export async function allItems(): Promise<Item[]> {
  const kept = await (await database()).getAll('items')
  return inOrder(kept.flatMap((one) => readItem(one) ?? []))
}

/** How many there are that only a newer program can read. */
export async function strangerCount(): Promise<number> {
  const kept = await (await database()).getAll('items')
  return kept.filter((one) => !readItem(one)).length
}

export async function getItem(key: string): Promise<Item | null> {
  return readItem(await (await database()).get('items', key))
}

/** Writes what has become of items; one that was dropped meanwhile stays dropped. */
export async function saveItems(items: Item[]): Promise<void> {
  const tx = (await database()).transaction('items', 'readwrite')
  for (const item of items) if (await tx.store.getKey(item.key)) await tx.store.put(item)
  await tx.done
}

/** It has arrived: its photos go, and of many delivered ones the oldest. */
export async function settleItem(item: Item, changed: Item[]): Promise<void> {
  const tx = (await database()).transaction(['items', 'photos'], 'readwrite')
  const items = tx.objectStore('items')
  for (const one of [item, ...changed]) if (await items.getKey(one.key)) await items.put(one)
  await dropPhotos(tx.objectStore('photos'), item.key)
  const done = inOrder((await items.getAll()).filter((one) => one.state === 'delivered'))
  for (const old of done.slice(0, Math.max(0, done.length - LISTED))) await items.delete(old.key)
  await tx.done
}

export async function dropItem(key: string): Promise<void> {
  const tx = (await database()).transaction(['items', 'photos'], 'readwrite')
  await tx.objectStore('items').delete(key)
  await dropPhotos(tx.objectStore('photos'), key)
  await tx.done
}

/** One item in the place of another, with its photos. */
export async function replaceItem(old: string, item: Item): Promise<void> {
  const tx = (await database()).transaction(['items', 'photos'], 'readwrite')
  const photos = tx.objectStore('photos')
  await tx.objectStore('items').delete(old)
  await tx.objectStore('items').put(item)
  for (const photo of await photos.index('item').getAll(old)) await photos.put({ ...photo, item: item.key })
  await tx.done
}

export async function photosOf(key: string): Promise<StoredPhoto[]> {
  return (await database()).getAllFromIndex('photos', 'item', key)
}

export async function savePhoto(photo: StoredPhoto): Promise<void> {
  const tx = (await database()).transaction('photos', 'readwrite')
  if (await tx.store.getKey(photo.id)) await tx.store.put(photo)
  await tx.done
}

interface Photos {
  index(name: 'item'): { getAllKeys(item: string): Promise<string[]> }
  delete(key: string): Promise<void>
}
async function dropPhotos(photos: Photos, item: string): Promise<void> {
  for (const id of await photos.index('item').getAllKeys(item)) await photos.delete(id)
}

export const isFull = (thrown: unknown): boolean => thrown instanceof DOMException && (thrown.name === 'QuotaExceededError' || thrown.code === 22)
