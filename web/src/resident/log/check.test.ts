/** A proof that the server made is checked here by rules of our own, and whatever is changed in it is found out. */
import { describe, expect, it } from 'vitest'
import { canonical, checkHeads, checkProof, CheckFailed, readProof, type Head } from './check'
import kept from './kept.proof.json'

const file = () => readProof(JSON.stringify(kept))
const failing = (change: (text: string) => string, key = kept.key) =>
  checkProof(readProof(change(JSON.stringify(kept))), key).then(
    () => 'holds',
    (thrown: CheckFailed) => thrown.failure,
  )

describe('a proof file', () => {
  it('holds as the server made it', async () => {
    const checked = await checkProof(file(), kept.key)
    expect(checked.steps + checked.hidden).toBe(kept.steps.length)
    expect(checked.steps).toBeGreaterThan(1)
    expect(checked.words).toBe(2)
    expect(checked.head.origin).toMatch(/^jishi\/[0-9a-f]{16}$/)
  })

  it('is found out whatever is changed', async () => {
    expect(await failing((text) => text.replace('三天了', '两天了'))).toBe('words')
    expect(await failing((text) => text.replace('"received"', '"closed"'))).toBe('step')
    expect(await failing((text) => text.replace(/"leaf":\d+/, '"leaf":0'))).toBe('step')
    expect(await failing((text) => text.replace(/\\nat \d/, '\\nat 9'))).toBe('signature')
    expect(await failing((text) => text, kept.key.replace('jishi/', 'jishi/x'))).toBe('form')
    const without = { ...kept, steps: kept.steps.slice(1) }
    expect(await failing(() => JSON.stringify(without))).toBe('gap')
    expect(() => readProof('{"format":"other"}')).toThrow(CheckFailed)
    expect(() => readProof('no file')).toThrow(CheckFailed)
  })
})

describe('two heads', () => {
  const encoder = new TextEncoder()
  const sha = async (...parts: Uint8Array[]) => new Uint8Array(await crypto.subtle.digest('SHA-256', Uint8Array.from(parts.flatMap((part) => [...part]))))
  const leaf = (n: number) => sha(Uint8Array.of(0), encoder.encode(String(n)))
  /** RFC 6962, 2.1, as it is written there. */
  async function root(leaves: Uint8Array[]): Promise<Uint8Array> {
    if (leaves.length === 1) return leaves[0]!
    let k = 1
    while (k * 2 < leaves.length) k *= 2
    return sha(Uint8Array.of(1), await root(leaves.slice(0, k)), await root(leaves.slice(k)))
  }
  /** RFC 6962, 2.1.2: SUBPROOF. */
  async function proof(m: number, leaves: Uint8Array[], isWhole = true): Promise<Uint8Array[]> {
    if (m === leaves.length) return isWhole ? [] : [await root(leaves)]
    let k = 1
    while (k * 2 < leaves.length) k *= 2
    if (m <= k) return [...(await proof(m, leaves.slice(0, k), isWhole)), await root(leaves.slice(k))]
    return [...(await proof(m - k, leaves.slice(k), false)), await root(leaves.slice(0, k))]
  }
  const base64 = (bytes: Uint8Array) => btoa(String.fromCharCode(...bytes))

  it('are checked for every size up to forty, and a rewritten log is found out', async () => {
    const leaves = await Promise.all(Array.from({ length: 40 }, (_, n) => leaf(n)))
    const head = async (size: number): Promise<Head> => ({ origin: 'log', size, root: await root(leaves.slice(0, size)), at: 0 })
    for (let to = 1; to <= 40; to += 1) {
      const newer = await head(to)
      for (let from = 1; from <= to; from += 1) {
        const path = (await proof(from, leaves.slice(0, to))).map(base64)
        const older = await head(from)
        await checkHeads(older, newer, path)
        if (from < to) await expect(checkHeads({ ...older, root: await leaf(99) }, newer, path)).rejects.toThrow('heads')
        await expect(checkHeads(older, { ...newer, root: await leaf(99) }, path)).rejects.toThrow('heads')
      }
    }
  })
})

it('a value has one form whatever the order of its names', () => {
  expect(canonical({ b: [1, 'ä', null], a: { d: true, c: '\n"' } })).toBe('{"a":{"c":"\\n\\"","d":true},"b":[1,"ä",null]}')
})
