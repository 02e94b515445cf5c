import { describe, expect, it } from 'vitest'
import { RESIDENT, SHAPE, filled, photosIn, readItem, type Item, type ItemState } from './item'
import { MOST_FAILURES, after, begun, due, followed, inOrder, isHeld, judge, pause, resumed, rewritten, tally, type Reply, type Verdict } from './rules'

const item = (over: Partial<Item> = {}): Item => ({
  shape: SHAPE, key: 'k1', seq: 1, owner: 'me', owner_name: 'Me', kind: 'step', operation: 'POST /api/cases/{id}/{action}', path: {}, body: { version: 3, text: 'words' },
  lang: 'zh', state: 'waiting', tries: 0, failures: 0, answer: null, result: null, about: { words: 'words' }, written_at: '2026-11-28T00:00:00Z', ...over,
})
const reply = (status: number, json: unknown, type = 'application/json'): Reply => ({ kind: 'answer', status, isRedirected: false, type, json })
const problem = (status: number, code: string): Reply => reply(status, { code, detail: code, fields: [] }, 'application/problem+json')
const isOurs = (body: Record<string, unknown>) => typeof body.id === 'string'

describe('what came back', () => {
  it('has arrived only when it is ours', () => {
    expect(judge(reply(200, { id: 'a', number: 'n', version: 4 }), isOurs)).toEqual({ is: 'delivered', result: { id: 'a', number: 'n', version: 4 } })
    expect(judge(reply(200, {}), isOurs).is).toBe('offline')
    expect(judge(reply(200, undefined, 'text/html'), isOurs).is).toBe('offline')
    expect(judge(reply(200, { id: 'a' }, 'text/html'), isOurs).is).toBe('offline')
    expect(judge({ ...reply(200, { id: 'a' }), isRedirected: true } as Reply, isOurs).is).toBe('offline')
    expect(judge(reply(204, undefined, ''), isOurs).is).toBe('offline')
  })

  it.each([
    [{ kind: 'none' } as Reply, 'offline'],
    [reply(511, undefined, 'text/html'), 'offline'],
    [reply(403, undefined, 'text/html'), 'offline'],
    [reply(502, undefined, 'text/html'), 'later'],
    [problem(401, 'unauthenticated'), 'log_in'],
    [problem(429, 'slow_down'), 'later'],
    [problem(503, 'busy'), 'later'],
    [problem(409, 'case_changed'), 'look'],
    [problem(409, 'idempotency_mismatch'), 'look'],
    [problem(404, 'not_found'), 'look'],
    [problem(422, 'invalid'), 'look'],
  ])('%j means %s', (came, means) => expect(judge(came, isOurs).is).toBe(means))
})

describe('an attempt', () => {
  it('leaves nothing of what was written when it has arrived', () => {
    const now = after(begun(item()), { is: 'delivered', result: { id: 'a', number: 'n' } })
    expect(now).toMatchObject({ state: 'delivered', body: null, result: { id: 'a', number: 'n' } })
  })

  it('never gives an item up by itself', () => {
    const ends: Verdict[] = [{ is: 'offline' }, { is: 'log_in' }, { is: 'later', answer: { status: 503, code: '', detail: '', fields: [] } }]
    for (const end of ends) expect(after(begun(item()), end)).toMatchObject({ state: 'waiting', body: { version: 3, text: 'words' }, key: 'k1' })
  })

  it('asks its writer after many failures of the server, and not after any number without a network', () => {
    let now = item()
    for (let n = 0; n < 100; n++) now = after(begun(now), { is: 'offline' })
    expect(now.state).toBe('waiting')
    for (let n = 0; n < MOST_FAILURES; n++) now = after(begun(now), { is: 'later', answer: { status: 500, code: 'internal', detail: '', fields: [] } })
    expect(now.state).toBe('look')
  })

  it('is taken up again when its page was killed', () => {
    expect(resumed(begun(item())).state).toBe('waiting')
    expect(resumed(item({ state: 'look' })).state).toBe('look')
  })
})

describe('what goes now', () => {
  it('is mine or nobody’s, in the order in which it was written', () => {
    const items = [item({ key: 'c', seq: 3 }), item({ key: 'a', seq: 1 }), item({ key: 'b', seq: 2, owner: 'other' }), item({ key: 'd', seq: 4, owner: RESIDENT })]
    expect(due(items, 'me').map((one) => one.key)).toEqual(['a', 'c', 'd'])
    expect(due(items, null).map((one) => one.key)).toEqual(['d'])
  })

  it('waits for the step of its case before it', () => {
    const of = (seq: number, state: ItemState, one = 'x') => item({ key: `k${seq}`, seq, state, about: { words: '', case: one } })
    const items = [of(1, 'look'), of(2, 'waiting'), of(3, 'waiting', 'y'), of(4, 'delivered', 'z'), of(5, 'waiting', 'z')]
    expect(due(items, 'me').map((one) => one.seq)).toEqual([3, 5])
    expect(isHeld(items[1]!, items)).toBe(true)
    expect(isHeld(items[4]!, items)).toBe(false)
  })
})

describe('steps of one case', () => {
  const of = (seq: number, body: unknown, over: Partial<Item> = {}) => item({ key: `k${seq}`, seq, body, about: { words: '', case: 'x' }, ...over })

  it('follow their own predecessor, and nobody else’s', () => {
    const first = of(1, null, { state: 'delivered' })
    const next = of(2, { version: 3, text: 'b' })
    expect(followed([first, next], first, { version: 3 }, 4)).toEqual([{ ...next, body: { version: 4, text: 'b' } }])
    expect(followed([first, of(2, { version: 2 })], first, { version: 3 }, 4)).toEqual([])
    expect(followed([first, { ...next, about: { words: '', case: 'y' } }], first, { version: 3 }, 4)).toEqual([])
  })

  it('keep their words once the server may know their key', () => {
    const first = of(1, null, { state: 'delivered' })
    expect(followed([first, of(2, { version: 3 }, { tries: 1 })], first, { version: 3 }, 4)).toEqual([])
  })

  it('are another write when they are written anew, at the old place', () => {
    const now = rewritten(item({ seq: 7, state: 'look', tries: 2, failures: 1 }), 'k2', { body: { text: 'x' }, action: 'remark' })
    expect(now).toMatchObject({ key: 'k2', seq: 7, state: 'waiting', tries: 0, failures: 0, answer: null, about: { action: 'remark' } })
  })
})

describe('photos that wait', () => {
  const body = { text: 'a', photos: ['local:1', 'abc'], settle: { photos: ['local:2'] } }
  it('are found wherever they stand, and get their names', () => {
    expect(photosIn(body)).toEqual(['1', '2'])
    expect(filled(body, new Map([['1', 'x'], ['2', 'y']]))).toEqual({ text: 'a', photos: ['x', 'abc'], settle: { photos: ['y'] } })
  })
})

describe('items of another age', () => {
  it('are read when they are older, and left alone when they are newer', () => {
    expect(readItem({ shape: 1, key: 'k', operation: 'POST /x', owner: 'me', seq: 4 })).toMatchObject({ key: 'k', seq: 4, state: 'waiting', failures: 0, about: { words: '' } })
    expect(readItem({ ...item(), shape: SHAPE + 1 })).toBeNull()
    for (const junk of [null, 3, 'x', {}, { shape: 1 }, { key: 'k' }]) expect(readItem(junk)).toBeNull()
  })
})

it('counts what its writer still has here', () => {
  expect(tally([item(), item({ state: 'sending' }), item({ state: 'look' }), item({ state: 'delivered' }), item({ owner: 'other' })], 'me')).toEqual({ waiting: 2, look: 1 })
})

it('pauses longer each time, and not for ever', () => {
  for (let n = 0; n < 40; n++) {
    expect(pause(n + 1, 0.5)).toBeGreaterThanOrEqual(pause(n, 0.5))
    expect(pause(n, 1)).toBeLessThanOrEqual(375_000)
    expect(pause(n, 0)).toBeGreaterThan(0)
  }
})

/** Numbers that look like chance and are the same in every run. */
function* chance(seed: number): Generator<number, never> {
  for (let at = seed; ; ) {
    at = (at * 1_664_525 + 1_013_904_223) % 4_294_967_296
    yield at / 4_294_967_296
  }
}

describe.each([1, 2, 3, 4, 5, 6, 7, 8])('a day of chance %i', (seed) => {
  it('delivers every item exactly once, each case in order, or leaves it to its writer', () => {
    const dice = chance(seed)
    const next = (n: number) => Math.floor(dice.next().value * n)
    let items: Item[] = Array.from({ length: 30 }, (_, at) =>
      item({ key: `k${at}`, seq: at + 1, owner: next(4) ? 'me' : RESIDENT, about: { words: '', case: next(2) ? `case${next(4)}` : undefined } }),
    )
    const server = new Map<string, number>()
    const order: number[] = []
    const put = (one: Item) => (items = items.map((old) => (old.key === one.key ? one : old)))
    for (let round = 0; round < 2_000 && items.some((one) => one.state !== 'delivered'); round++) {
      items = items.map(resumed)
      const one = due(items, next(5) ? 'me' : null)[0]
      if (!one) {
        // The writer looks at one that asks for it.
        const asks = inOrder(items).find((each) => each.state === 'look')
        if (asks) items = items.map((old) => (old === asks ? rewritten(asks, `${asks.key}+`, {}) : old))
        continue
      }
      const going = begun(one)
      put(going)
      const fate = next(10)
      // The server has taken it in all of these; only in the first does the answer arrive.
      if (fate < 6) {
        if (!server.has(going.key)) order.push(going.seq)
        server.set(going.key, going.seq)
      }
      if (fate < 3) put(after(going, { is: 'delivered', result: {} }))
      else if (fate < 5) put(after(going, { is: 'offline' }))
      else if (fate === 5) continue // killed: nothing more is written down
      else if (fate === 6) put(after(going, { is: 'look', answer: { status: 409, code: 'case_changed', detail: '', fields: [] } }))
      else put(after(going, fate === 7 ? { is: 'log_in' } : { is: 'later', answer: { status: 503, code: '', detail: '', fields: [] } }))
    }
    expect(items).toHaveLength(30)
    expect(items.every((one) => one.state === 'delivered')).toBe(true)
    // Each has arrived, under its last key.
    for (const one of items) expect(server.get(one.key)).toBe(one.seq)
    for (const of of ['case0', 'case1', 'case2', 'case3']) {
      const seqs = items.filter((one) => one.about.case === of).map((one) => one.seq)
      const firsts = seqs.map((seq) => order.lastIndexOf(seq))
      expect(firsts).toEqual([...firsts].sort((a, b) => a - b))
    }
  })
})
