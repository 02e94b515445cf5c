import 'fake-indexeddb/auto'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { NotAnOutbox, readFile, writeFile } from './file'
import { SHAPE, type Item, type StoredPhoto } from './item'
import { alone } from './lock'
import { sendWaiting } from './sender'
import { allItems, database, dropItem, photosOf, putItem, replaceItem, saveItems, strangerCount } from './store'

const SHA = 'a'.repeat(64)
const write = (key: string, over: Partial<Item> = {}): Omit<Item, 'seq'> => ({
  shape: SHAPE, key, owner: 'me', owner_name: 'Me', kind: 'entry', operation: 'POST /api/cases', path: {}, body: { text: key, photos: [] }, lang: 'zh', state: 'waiting',
  tries: 0, failures: 0, answer: null, result: null, about: { words: key }, written_at: '2026-11-28T00:00:00Z', ...over,
})
const photo = (id: string, item: string): StoredPhoto => ({ id, item, type: 'image/jpeg', bytes: new Uint8Array([1, 2, 3]).buffer, sha: null })
const json = (status: number, body: unknown) => new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } })

/** A server that does each key once, as ours does. */
let taken: Map<string, { body: string; url: string }>
let person: string | null
let fate: (url: string, init: RequestInit) => 'ok' | 'lost' | 'gone' | 'portal' | Response
let calls: string[]

beforeEach(async () => {
  taken = new Map()
  calls = []
  person = 'me'
  fate = () => 'ok'
  const db = await database()
  await Promise.all(['items', 'photos', 'meta', 'reads'].map((store) => db.clear(store as 'items')))
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    calls.push(`${init.method} ${url}`)
    const end = fate(url, init)
    if (end === 'gone') throw new TypeError('no network')
    if (end === 'portal') return new Response('<html>log in</html>', { status: 200, headers: { 'content-type': 'text/html' } })
    if (end instanceof Response) return end
    if (url === '/api/session') return person ? json(200, { person: { id: person } }) : json(401, { code: 'unauthenticated' })
    if (url === '/api/photos') return json(200, { sha: SHA })
    const writer = (init.headers as Record<string, string>)['Jishi-Person']
    if (writer && writer !== person) return json(409, { code: 'other_person', detail: '等本人登录后再发送' })
    const { 'Idempotency-Key': key } = init.headers as Record<string, string>
    const known = taken.get(key!)
    if (known && known.body !== init.body) return json(409, { code: 'idempotency_mismatch', detail: '' })
    taken.set(key!, { body: String(init.body), url })
    if (end === 'lost') throw new TypeError('reset')
    return json(200, { id: `id-${key}`, number: `n-${key}`, version: 2 })
  })
})
afterEach(() => void vi.unstubAllGlobals())

const states = async () => (await allItems()).map((item) => item.state)

describe('sending', () => {
  it('sends in order, photos first, and keeps neither words nor photos of what has arrived', async () => {
    await putItem(write('a', { body: { text: 'a', photos: ['local:p'] } }), [photo('p', 'a')])
    await putItem(write('b'), [])
    expect(await sendWaiting()).toBe('done')
    expect(calls).toEqual(['GET /api/session', 'POST /api/photos', 'POST /api/cases', 'POST /api/cases'])
    expect(JSON.parse(taken.get('a')!.body)).toEqual({ text: 'a', photos: [SHA] })
    expect(await allItems()).toMatchObject([{ state: 'delivered', body: null, result: { number: 'n-a' } }, { state: 'delivered' }])
    expect(await photosOf('a')).toEqual([])
  })

  it('waits for its writer when somebody else logs in between the question and the sending, and says so', async () => {
    await putItem(write('a'), [])
    await putItem(write('b', { owner: 'other', owner_name: 'Other' }), [])
    await putItem(write('r', { owner: 'resident', kind: 'report', operation: 'POST /api/reports' }), [])
    fate = (url) => {
      if (url === '/api/session' && calls.length === 1) queueMicrotask(() => (person = 'other'))
      return 'ok'
    }
    expect(await sendWaiting()).toBe('done')
    expect(await allItems()).toMatchObject([
      { key: 'a', state: 'waiting', body: { text: 'a' }, answer: { code: 'other_person' } },
      { key: 'b', state: 'delivered' },
      { key: 'r', state: 'delivered' },
    ])
    person = 'me'
    expect(await sendWaiting()).toBe('done')
    expect(await states()).toEqual(['delivered', 'delivered', 'delivered'])
  })

  it('takes a visit for arrived by the answer of a visit, and keeps nothing of what was said', async () => {
    const visit = { kind: 'visit' as const, operation: 'POST /api/visits', body: { whom: '12 号院', said: '都好', makes_case: false }, about: { words: '走访 2026-11-28' } }
    await putItem(write('v', visit), [])
    fate = (url) => (url === '/api/visits' ? json(201, { id: 'x', number: 'a case' }) : 'ok')
    expect(await sendWaiting()).toBe('offline')
    fate = (url) => (url === '/api/visits' ? json(201, { id: 'x', stage: 'none', version: 1 }) : 'ok')
    expect(await sendWaiting()).toBe('done')
    const [item] = await allItems()
    expect(item).toMatchObject({ state: 'delivered', body: null, result: { id: 'x' } })
    expect(JSON.stringify(item)).not.toContain('都好')
  })

  it('finds out that a lost answer was an arrival', async () => {
    await putItem(write('a', { body: { text: 'a', photos: ['local:p'] } }), [photo('p', 'a')])
    fate = (url) => (url === '/api/cases' ? 'lost' : 'ok')
    expect(await sendWaiting()).toBe('offline')
    expect(await states()).toEqual(['waiting'])
    fate = () => 'ok'
    expect(await sendWaiting()).toBe('done')
    // The photo had a name already and did not go again.
    expect(calls.filter((call) => call === 'POST /api/photos')).toHaveLength(1)
    expect([...taken]).toHaveLength(1)
    expect(await states()).toEqual(['delivered'])
  })

  it.each(['gone', 'portal'] as const)('keeps everything when the network is %s', async (end) => {
    await putItem(write('a'), [])
    fate = () => end
    expect(await sendWaiting()).toBe('offline')
    expect(taken.size).toBe(0)
    expect(await allItems()).toMatchObject([{ state: 'waiting', body: { text: 'a' }, tries: 0 }])
  })

  it('waits for its writer', async () => {
    await putItem(write('a', { owner: 'other' }), [])
    await putItem(write('b'), [])
    expect(await sendWaiting()).toBe('done')
    expect([...taken.keys()]).toEqual(['b'])
    person = null
    await putItem(write('c'), [])
    expect(await sendWaiting()).toBe('log_in')
    expect(await states()).toEqual(['waiting', 'delivered', 'waiting'])
  })

  it('takes up what a killed page left behind', async () => {
    const kept = await putItem(write('a'), [])
    await saveItems([{ ...kept, state: 'sending', tries: 1 }])
    expect(await sendWaiting()).toBe('done')
    expect(await states()).toEqual(['delivered'])
  })

  it('sends a photo again that the server has forgotten', async () => {
    await putItem(write('a', { body: { text: 'a', photos: ['local:p'] } }), [{ ...photo('p', 'a'), sha: SHA }])
    let refusals = 0
    fate = (url) => (url === '/api/cases' && !refusals++ ? json(422, { code: 'invalid', detail: '', fields: [{ field: 'photos', message: 'unknown' }] }) : 'ok')
    expect(await sendWaiting()).toBe('later')
    expect(await sendWaiting()).toBe('done')
    expect(calls.filter((call) => call === 'POST /api/photos')).toHaveLength(1)
    expect(await states()).toEqual(['delivered'])
  })

  it('lets the next step of a case follow the one that has arrived', async () => {
    const step = (key: string) => write(key, { kind: 'step', operation: 'POST /api/cases/{id}/{action}', path: { id: 'x', action: 'remark' }, body: { version: 1, text: key }, about: { words: key, case: 'x' } })
    await putItem(step('a'), [])
    await putItem(step('b'), [])
    await sendWaiting()
    expect(taken.get('b')).toEqual({ url: '/api/cases/x/remark', body: JSON.stringify({ version: 2, text: 'b' }) })
  })

  it('shows what was refused to its writer, who sends it as another write', async () => {
    await putItem(write('a'), [])
    fate = (url) => (url === '/api/cases' ? json(409, { code: 'case_changed', detail: 'somebody was faster', fields: [] }) : 'ok')
    await sendWaiting()
    const [item] = await allItems()
    expect(item).toMatchObject({ state: 'look', answer: { code: 'case_changed', detail: 'somebody was faster' } })
    fate = () => 'ok'
    await sendWaiting()
    expect(await states()).toEqual(['look'])
    await replaceItem('a', { ...item!, key: 'a2', state: 'waiting', tries: 0, answer: null })
    await sendWaiting()
    expect([...taken.keys()]).toEqual(['a2'])
  })

  it('does not bring back what was dropped while it was under way', async () => {
    const item = await putItem(write('a'), [])
    await dropItem('a')
    await saveItems([item])
    expect(await allItems()).toEqual([])
  })
})

describe('one sender', () => {
  it('works alone: the second waits, and gives up', async () => {
    let release = () => undefined as void
    const first = alone(() => new Promise<void>((done) => (release = done)), 1_000)
    await new Promise((done) => setTimeout(done, 20))
    expect(await alone(async () => 'in', 600)).toBeUndefined()
    release()
    await first
    expect(await alone(async () => 'in', 600)).toBe('in')
  })

  it('takes a lease over that a jumping clock has put far ahead', async () => {
    const db = await database()
    await db.put('meta', { holder: 'gone', until: Date.now() + 3_600_000 }, 'lease')
    expect(await alone(async () => 'in', 600)).toBe('in')
  })
})

describe('what is kept', () => {
  it('is all of an item or nothing', async () => {
    const bad = { ...photo('q', 'a'), bytes: (() => undefined) as unknown as ArrayBuffer }
    await expect(putItem(write('a', { body: { photos: ['local:p', 'local:q'] } }), [photo('p', 'a'), bad])).rejects.toThrow()
    expect(await allItems()).toEqual([])
    expect(await photosOf('a')).toEqual([])
  })

  it('is numbered without a clock, and the same key is the same item', async () => {
    vi.spyOn(Date, 'now').mockReturnValue(0)
    await putItem(write('a'), [])
    await putItem(write('b'), [])
    await putItem(write('a'), [])
    expect((await allItems()).map(({ key, seq }) => [key, seq])).toEqual([['a', 1], ['b', 2]])
    vi.restoreAllMocks()
  })

  it('stays when only a newer program can read it', async () => {
    const item = await putItem(write('a', { shape: SHAPE + 1 }), [])
    expect(await allItems()).toEqual([])
    expect(await strangerCount()).toBe(1)
    expect(await sendWaiting()).toBe('done')
    expect(await (await database()).get('items', 'a')).toEqual(item)
  })
})

describe('the file', () => {
  it('brings everything to another device, once', async () => {
    await putItem(write('a', { body: { text: '旧路灯', photos: ['local:p'] } }), [photo('p', 'a')])
    await putItem(write('b', { owner: 'other' }), [])
    const text = await (await writeFile('me')).text()
    await dropItem('a')
    expect(await readFile(text, 'me')).toEqual({ added: 1, known: 0, others: 0 })
    expect(await readFile(text, 'me')).toEqual({ added: 0, known: 1, others: 0 })
    const [kept] = await photosOf('a')
    expect([...new Uint8Array(kept!.bytes)]).toEqual([1, 2, 3])
    await sendWaiting()
    expect(taken.has('a')).toBe(true)
    expect(await readFile(text, 'me')).toMatchObject({ known: 1 })
  })

  it.each(['', '{}', '{"format":"jishi-outbox","shape":99,"items":[]}', '{"format":"jishi-outbox","shape":1,"items":[{"key":"x"}]}'])('refuses %s and changes nothing', async (text) => {
    await expect(readFile(text, 'me')).rejects.toBeInstanceOf(NotAnOutbox)
    expect(await allItems()).toEqual([])
  })

  it.each([
    { operation: 'POST /api/people' },
    { operation: 'POST //elsewhere.example/api/cases' },
    { kind: 'step' as const, operation: 'POST /api/cases/{id}/{action}', path: { id: '..', action: 'people' } },
    { owner: 'resident' },
  ])('takes in no write that an outbox never held: %o', async (change) => {
    const items = [{ ...write('a', change), seq: 1, photos: [] }]
    await expect(readFile(JSON.stringify({ format: 'jishi-outbox', shape: 1, items }), 'me')).rejects.toBeInstanceOf(NotAnOutbox)
    expect(await allItems()).toEqual([])
  })
})
