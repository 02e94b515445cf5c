/** What was read from the server, kept with the time it was read. Never contact details: the API gives pages masks only. */
import { database, type KeptRead } from './store'

/** One spelling for an address, whatever the order of its parts. */
export function nameOfRead(address: string): string {
  const [path, query = ''] = address.split('?') as [string, string?]
  const parts = query.split('&').filter(Boolean).sort().join('&')
  return parts ? `${path}?${parts}` : path
}

export async function keepRead(read: KeptRead): Promise<void> {
  // A full phone, or a browser without a database, reads on line as before.
  await database().then((db) => db.put('reads', read)).catch(() => undefined)
}

export async function recallRead(address: string, person: string | null): Promise<KeptRead | null> {
  const found = await database().then((db) => db.get('reads', address)).catch(() => undefined)
  return found && (found.person === null || found.person === person) ? found : null
}

/** At log-out nothing that was read stays. What was written and not sent stays with whoever wrote it. */
export async function forgetReads(): Promise<void> {
  await database().then((db) => db.clear('reads')).catch(() => undefined)
}

/** Whoever has been away reads nothing that old; also what the clock says to lie ahead goes. */
export async function forgetOld(days: number): Promise<void> {
  const now = Date.now()
  const isOld = (at: string) => Math.abs(now - Date.parse(at)) > days * 86_400_000
  await database()
    .then(async (db) => {
      const tx = db.transaction('reads', 'readwrite')
      for (const one of await tx.store.getAll()) if (isOld(one.at)) await tx.store.delete(one.address)
      await tx.done
    })
    .catch(() => undefined)
}
