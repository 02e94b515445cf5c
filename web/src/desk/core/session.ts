/** Who is logged in, and what they may do. One copy for the whole desk. */
import { computed, ref, shallowRef } from 'vue'
import type { Me } from '@/api/types'
import { get, send } from '@/shared/api'
import { Problem } from '@/shared/problem'
import { forget, keep, recall } from '@/shared/storage'
import { readAs } from './kept'

export const me = shallowRef<Me | null>(null)
/** True while a session that existed is refused: the page stays as it is, and a dialog asks to log in again. */
export const hasExpired = ref(false)
/** Counts log-ins over a page that was open: what could not be read meanwhile is read again. */
export const renewals = ref(0)
export const isDemo = computed(() => me.value?.is_demo ?? false)

/** Kept while a log-out has not reached the server. */
const LEAVING = 'leaving'
let asked: Promise<unknown> | null = null

/** Asks the server once whether there is a session; what has become of it since is known here. */
export async function knownSession(): Promise<Me | null> {
  if (recall(LEAVING) && !(await hasLeft())) return null
  asked ??= get('/api/session').then(
    (found) => {
      void readAs(found)
      return (me.value = found)
    },
    async (thrown: unknown) => {
      if (thrown instanceof Problem && thrown.status === 401) {
        await readAs(null)
        return null
      }
      asked = null
      throw thrown
    },
  )
  await asked
  return me.value
}

/** Somebody logged out without a network: they are out once the server knows. */
async function hasLeft(): Promise<boolean> {
  const trouble = await send('DELETE /api/session', undefined).then(
    () => null,
    (thrown: unknown) => thrown,
  )
  const isOut = trouble === null || (trouble instanceof Problem && trouble.status === 401)
  if (isOut) forget(LEAVING)
  return isOut
}

/** Asks again, after posts or the second factor changed. */
export async function rereadSession(): Promise<void> {
  const found = await get('/api/session')
  void readAs(found)
  me.value = found
}

export function beginSession(next: Me): void {
  forget(LEAVING)
  void readAs(next)
  me.value = next
  asked = Promise.resolve(next)
  hasExpired.value = false
}

export async function endSession(): Promise<void> {
  try {
    await send('DELETE /api/session', undefined)
  } catch (thrown) {
    // Without a network the server still believes in us: it is told before anything else is asked of it.
    if (thrown instanceof Problem && thrown.isOffline) keep(LEAVING, '1')
    throw thrown
  } finally {
    forgetSession()
  }
}

/** A call was refused because nobody is logged in: the session is over, whatever we believed. */
export function expireSession(): void {
  if (me.value) hasExpired.value = true
  else forgetSession()
}

/** The same person is back. */
export function renewSession(next: Me): void {
  beginSession(next)
  renewals.value++
}

/** To the log-in page after all, which says why. */
export function giveUpSession(): void {
  forgetSession()
}

export const can = (permission: string): boolean => me.value?.permissions.some((one) => one === permission) ?? false
export const canAny = (...permissions: string[]): boolean => permissions.some(can)

function forgetSession(): void {
  void readAs(null)
  me.value = null
  asked = Promise.resolve(null)
}
