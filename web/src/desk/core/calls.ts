/**
 * The desk's calls: those of the shared client, with one thing added. "Please log in" to someone who is logged in means
 * that the session has ended; a dialog then asks to log in again, over the page as it is.
 */
import * as api from '@/shared/api'
import { Problem } from '@/shared/problem'
import { expireSession } from './session'

export const watched =
  <Args extends unknown[], Answer>(call: (...args: Args) => Promise<Answer>) =>
  async (...args: Args): Promise<Answer> => {
    try {
      return await call(...args)
    } catch (thrown) {
      if (thrown instanceof Problem && thrown.code === 'unauthenticated') expireSession()
      throw thrown
    }
  }

export const get = watched(api.get) as typeof api.get
export const send = watched(api.send) as typeof api.send
export const sendForFile = watched(api.sendForFile) as typeof api.sendForFile
export const addressOf = api.addressOf
export type Query = NonNullable<api.CallOptions['query']>
