import { describe, expect, it, vi } from 'vitest'
import { Problem } from '@/shared/problem'
import { useSubmit } from './useSubmit'

/** Sends the bodies in turn, each answered as told, and returns the keys they went with. */
async function keysOf(...turns: { body: string; answer?: Problem }[]): Promise<string[]> {
  const { submit } = useSubmit()
  const keys: string[] = []
  for (const { body, answer } of turns) {
    await submit(body, async (key) => {
      keys.push(key)
      if (answer) throw answer
    })
  }
  return keys
}
const lost = () => Problem.offline()
const refused = () => new Problem(409, 'case_changed', 'somebody was faster')

describe('sending a form', () => {
  it('repeats with the same key after an answer was lost', async () => {
    const [first, second] = await keysOf({ body: 'a', answer: lost() }, { body: 'a' })
    expect(second).toBe(first)
  })

  it('takes a new key when the words have changed', async () => {
    const [first, second] = await keysOf({ body: 'a', answer: lost() }, { body: 'b' })
    expect(second).not.toBe(first)
  })

  it('takes a new key after a refusal and after success', async () => {
    const keys = await keysOf({ body: 'a', answer: refused() }, { body: 'a' }, { body: 'a' })
    expect(new Set(keys).size).toBe(3)
  })

  it('does nothing on a second tap while the first is under way', async () => {
    const { submit } = useSubmit()
    const act = vi.fn(() => new Promise<void>((done) => setTimeout(done, 5)))
    await Promise.all([submit('a', act), submit('a', act)])
    expect(act).toHaveBeenCalledTimes(1)
  })

  it('puts a problem beside its field, and above the form only when no field carries it', async () => {
    const { submit, errorOf, formError } = useSubmit()
    await submit('a', async () => {
      throw new Problem(422, 'invalid', 'see below', [{ field: 'text', code: 'required', message: 'say something' }])
    })
    expect(errorOf('text')).toBe('say something')
    expect(formError.value).toBe('')
    await submit('a', async () => {
      throw refused()
    })
    expect(formError.value).toBe('somebody was faster')
  })
})
