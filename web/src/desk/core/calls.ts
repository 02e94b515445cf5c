/**
 * The desk's calls: those of the shared client, with one thing added. A 401 outside the log-in page means that the
 * session has ended; the router then leads to the log-in page and back.
 */
import * as api from '@/shared/api'
import { Problem } from '@/shared/problem'
import { expireSession } from './session'

const watched =
  <Args extends unknown[], Answer>(call: (...args: Args) => Promise<Answer>) =>
  async (...args: Args): Promise<Answer> => {
    try {
      return await call(...args)
    } catch (thrown) {
      if (thrown instanceof Problem && thrown.status === 401) expireSession()
      throw thrown
    }
  }

export const get = watched(api.get) as typeof api.get
export const send = watched(api.send) as typeof api.send
export const addressOf = api.addressOf
export type Query = NonNullable<api.CallOptions['query']>
