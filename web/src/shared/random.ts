/** Randomness from the browser's secure source. `crypto.randomUUID` is missing in old built-in browsers and on plain http. */

import { toHex } from './bytes'

/** A key that makes a repeated write harmless (RFC 9562, version 4). */
export function idempotencyKey(): string {
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID()
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = (bytes[6]! & 0x0f) | 0x40
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = toHex(bytes)
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

/** Decimal digits, each equally likely: bytes of 250 and above are thrown away, or 0 to 5 would come up more often. */
export function randomDigits(count: number): string {
  let digits = ''
  while (digits.length < count) {
    for (const byte of crypto.getRandomValues(new Uint8Array(count * 2))) {
      if (byte < 250 && digits.length < count) digits += String(byte % 10)
    }
  }
  return digits
}
