/**
 * Checks a proof file and two heads of the log without asking any server: the same as `jishi log verify` does, so that a
 * resident needs to trust nobody's word. The form of it all is told in docs/log.md.
 */
import { hashes as ed25519, verifyAsync } from '@noble/ed25519'
import type { ProofFile, ProvedStep } from '@/api/types'
import { fromBase64, toHex } from '@/shared/bytes'

export interface Head {
  origin: string
  size: number
  root: Uint8Array
  at: number
}

/** Why a file proves nothing; each has its sentence in the texts. */
export type Failure = 'form' | 'signature' | 'step' | 'words' | 'gap' | 'heads'

export class CheckFailed extends Error {
  constructor(
    readonly failure: Failure,
    /** Which step it is about, by its place in the log or in the case. */
    readonly at?: number,
  ) {
    super(failure)
  }
}

export const FORMAT = 'jishi-proof-1'
const FIELDS = ['case', 'n', 'step', 'at', 'kind', 'person', 'role', 'unit', 'report', 'params', 'words', 'photos', 'internal', 'state']

const encoder = new TextEncoder()
// The browser's own SHA-512; the library brings none.
ed25519.sha512Async = async (message: Uint8Array) => new Uint8Array(await crypto.subtle.digest('SHA-512', message.slice()))

async function sha256(...parts: Uint8Array[]): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', joined(parts)))
}

function joined(parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

function bytes(base64: string): Uint8Array {
  try {
    return fromBase64(base64)
  } catch {
    throw new CheckFailed('form')
  }
}

const same = (one: Uint8Array, other: Uint8Array) => one.length === other.length && one.every((byte, at) => byte === other[at])

/** The one form of a JSON value (RFC 8785): names in the order of their UTF-16 units, everything else as JavaScript writes it. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  const names = Object.keys(value).sort()
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical((value as Record<string, unknown>)[name])}`).join(',')}}`
}

interface Key { name: string; id: Uint8Array; public: Uint8Array }

async function readKey(text: string): Promise<Key> {
  const [, name, id, key] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(text.trim()) ?? []
  const all = bytes(key ?? '')
  const ours = await sha256(encoder.encode(`${name}\n`), all)
  if (all[0] !== 1 || all.length !== 33 || toHex(ours.slice(0, 4)) !== id) throw new CheckFailed('form')
  return { name: name ?? '', id: ours.slice(0, 4), public: all.slice(1) }
}

/** Reads a signed head, when one of its signatures is this key's. */
export async function openHead(note: string, keyText: string): Promise<Head> {
  const key = await readKey(keyText)
  const end = note.indexOf('\n\n')
  if (end < 0) throw new CheckFailed('form')
  const text = note.slice(0, end + 1)
  const mark = `— ${key.name} `
  for (const line of note.slice(end + 2).split('\n').filter((one) => one.startsWith(mark))) {
    const signature = bytes(line.slice(mark.length))
    if (same(signature.slice(0, 4), key.id) && (await verifyAsync(signature.slice(4), encoder.encode(text), key.public))) return readHead(text)
  }
  throw new CheckFailed('signature')
}

function readHead(text: string): Head {
  const [origin, size, root, ...more] = text.split('\n')
  const at = more.find((line) => line.startsWith('at '))
  return { origin: origin ?? '', size: Number(size), root: bytes(root ?? ''), at: Number(at?.slice(3) ?? Number.NaN) }
}

const node = (left: Uint8Array, right: Uint8Array) => sha256(Uint8Array.of(1), left, right)
const half = (number: number) => Math.floor(number / 2)
const isOdd = (number: number) => number % 2 === 1

/** RFC 9162, 2.1.3.2: whether a leaf's hash stands at its place in the tree of a head. */
async function isIncluded(leaf: Uint8Array, place: number, path: Uint8Array[], head: Head): Promise<boolean> {
  if (!Number.isSafeInteger(place) || place < 0 || place >= head.size) return false
  let [at, last, hash] = [place, head.size - 1, leaf]
  for (const part of path) {
    if (last === 0) return false
    if (isOdd(at) || at === last) {
      hash = await node(part, hash)
      while (!isOdd(at) && at !== 0) [at, last] = [half(at), half(last)]
    } else {
      hash = await node(hash, part)
    }
    ;[at, last] = [half(at), half(last)]
  }
  return last === 0 && same(hash, head.root)
}

/** RFC 9162, 2.1.4.2: whether one head is the beginning of another; throws when it is not. */
export async function checkHeads(older: Head, newer: Head, path: string[]): Promise<void> {
  const hashes = path.map(bytes)
  if (older.origin !== newer.origin || older.size > newer.size) throw new CheckFailed('heads')
  if (older.size === 0) return
  if (older.size === newer.size) {
    if (!same(older.root, newer.root)) throw new CheckFailed('heads')
    return
  }
  let [at, last] = [older.size - 1, newer.size - 1]
  while (isOdd(at)) [at, last] = [half(at), half(last)]
  // A full subtree is its own beginning.
  const start = at === 0 ? older.root : hashes.shift()
  if (!start) throw new CheckFailed('heads')
  let [old, now] = [start, start]
  for (const part of hashes) {
    if (last === 0) throw new CheckFailed('heads')
    if (isOdd(at) || at === last) {
      ;[old, now] = [await node(part, old), await node(part, now)]
      while (!isOdd(at) && at !== 0) [at, last] = [half(at), half(last)]
    } else {
      now = await node(now, part)
    }
    ;[at, last] = [half(at), half(last)]
  }
  if (last !== 0 || !same(old, older.root) || !same(now, newer.root)) throw new CheckFailed('heads')
}

async function leafHash(step: ProvedStep): Promise<Uint8Array> {
  const all: Uint8Array[] = []
  for (const field of FIELDS) {
    const open = step.fields[field]
    const hash = step.hashes[field]
    if (open) all.push(await sha256(bytes(open.salt), encoder.encode(canonical(open.value))))
    else if (hash) all.push(bytes(hash))
    else throw new CheckFailed('form')
  }
  return sha256(Uint8Array.of(0), encoder.encode('jishi-step-1\n'), ...all)
}

/** What holds. */
export interface Checked {
  head: Head
  /** Steps that are in the log as the file tells them. */
  steps: number
  /** Steps of which only the place is told. */
  hidden: number
  /** Words that are those the steps committed to. */
  words: number
}

export function readProof(text: string): ProofFile {
  try {
    const file = JSON.parse(text) as ProofFile
    if (file.format === FORMAT && Array.isArray(file.steps)) return file
  } catch {
    // Told below: whatever it is, it is no proof.
  }
  throw new CheckFailed('form')
}

/** Checks a file by a key; throws the first thing that does not hold. */
export async function checkProof(file: ProofFile, key: string): Promise<Checked> {
  const head = await openHead(file.head, key)
  const checked: Checked = { head, steps: 0, hidden: 0, words: 0 }
  let next = 1
  for (const step of file.steps) {
    if (!(await isIncluded(await leafHash(step), step.leaf, step.path.map(bytes), head))) throw new CheckFailed('step', step.leaf)
    if (step.fields.kind) checked.steps += 1
    else checked.hidden += 1
    if (step.words) {
      const hash = toHex(await sha256(bytes(step.words.salt), encoder.encode(step.words.text)))
      if (step.fields.words?.value !== hash) throw new CheckFailed('words', step.leaf)
      checked.words += 1
    }
    // Steps from before the report was moved here belong to another case.
    if (step.fields.case?.value !== file.case) continue
    if (step.fields.n?.value !== next) throw new CheckFailed('gap', next)
    next += 1
  }
  return checked
}
