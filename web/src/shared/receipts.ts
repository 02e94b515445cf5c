/**
 * Receipts (回执): sixteen digits made on the resident's device, the only key to their case. Kept on this phone
 * only if the resident wants it.
 */
import { ref } from 'vue'
import { randomDigits } from './random'
import { keepJson, recallJson } from './storage'

export interface KeptReceipt {
  receipt: string
  number: string
  /** The first words of the report, to tell receipts apart. */
  words: string
  sent_at: string
}

const KEY = 'receipts'
const MOST = 50

export const keptReceipts = ref<KeptReceipt[]>(readKept())

export function makeReceipt(): string {
  return randomDigits(16)
}

/** `1234 5678 9012 3456`: four groups are read out and copied without mistakes. */
export function groupReceipt(receipt: string): string {
  return receipt.replace(/(\d{4})(?=\d)/g, '$1 ')
}

/** Digits out of whatever was typed or pasted: full-width digits, spaces and dashes are forgiven. Null unless there are sixteen. */
export function readReceipt(typed: string): string | null {
  const digits = typed.normalize('NFKC').replace(/[\s\-–—_.·]/g, '')
  return /^\d{16}$/.test(digits) ? digits : null
}

export function rememberReceipt(kept: KeptReceipt): boolean {
  const rest = keptReceipts.value.filter((one) => one.receipt !== kept.receipt)
  keptReceipts.value = [kept, ...rest].slice(0, MOST)
  return keepJson(KEY, keptReceipts.value)
}

export function forgetReceipt(receipt: string): void {
  keptReceipts.value = keptReceipts.value.filter((one) => one.receipt !== receipt)
  keepJson(KEY, keptReceipts.value)
}

export function isRemembered(receipt: string): boolean {
  return keptReceipts.value.some((one) => one.receipt === receipt)
}

function readKept(): KeptReceipt[] {
  const kept = recallJson<unknown>(KEY, [])
  return Array.isArray(kept) ? kept.filter(isKept) : []
}

function isKept(one: unknown): one is KeptReceipt {
  const value = one as Partial<KeptReceipt> | null
  return typeof value?.receipt === 'string' && /^\d{16}$/.test(value.receipt) && typeof value.number === 'string'
}
