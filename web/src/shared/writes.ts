/**
 * Keys of writes that may have arrived although no answer came back: the same words sent again carry the same
 * key, so a double tap or a lost answer never does a thing twice.
 */
import { idempotencyKey } from './random'

export class WriteKeys {
  private readonly known = new Map<string, { body: string; key: string }>()

  /** The key for this operation and body; another body is another write. */
  for(operation: string, body: unknown): string {
    const text = JSON.stringify(body ?? null)
    const found = this.known.get(operation)
    if (found?.body === text) return found.key
    const key = idempotencyKey()
    this.known.set(operation, { body: text, key })
    return key
  }

  /** Call when it is written: the next write is a new one. */
  done(operation: string): void {
    this.known.delete(operation)
  }

  /** Call when it failed: after a refusal the next is a new one; where no answer came the same key finds out whether it is written. */
  failed(operation: string, { status }: { status: number }): void {
    if (status >= 400 && status < 500) this.done(operation)
  }
}
