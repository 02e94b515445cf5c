import { settled } from '@/shared/settled'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { effectScope } from 'vue'
import { useAssessments } from './useAssessments'

const none = () => Response.json({ rows: [], next: null, count: 0, count_capped: false })
const refusal = (status: number) => () => Response.json({ code: 'x', detail: 'no' }, { status })
async function using(answer: () => Response) {
  vi.stubGlobal('fetch', async () => answer())
  const used = effectScope().run(useAssessments)!
  const before = used.isMine.value
  await settled()
  return { ...used, before }
}
afterEach(() => vi.unstubAllGlobals())

describe('impact assessments', () => {
  it('are there for whoever may read them, also when they could not be read, and not before that is known', async () => {
    for (const answer of [none, refusal(500)]) {
      const { before, isMine } = await using(answer)
      expect([before, isMine.value]).toEqual([false, true])
    }
  })

  it('are not there for whoever is refused', async () => {
    expect((await using(refusal(403))).isMine.value).toBe(false)
  })

  it('are made once, however often it is tried until an answer came', async () => {
    const { make } = await using(none)
    const keys: unknown[] = []
    const answers = [refusal(503), refusal(503), refusal(409), () => Response.json({})]
    vi.stubGlobal('fetch', async (_: string, init: RequestInit) => {
      if (init.method === 'GET') return none()
      keys.push((init.headers as Record<string, string>)['Idempotency-Key'])
      return answers.shift()!()
    })
    for (let n = 0; n < 4; n++) await make()
    expect([keys[1] === keys[0], keys[2] === keys[0], keys[3] === keys[0]]).toEqual([true, true, false])
  })
})
