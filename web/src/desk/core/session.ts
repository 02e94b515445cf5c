/** Who is logged in, and what they may do. One copy for the whole desk. */
import { computed, ref, shallowRef } from 'vue'
import type { Me } from '@/api/types'
import { get, send } from '@/shared/api'
import { Problem } from '@/shared/problem'

export const me = shallowRef<Me | null>(null)
/** True when a session that existed was refused: the log-in page then says why. */
export const hasExpired = ref(false)
export const isDemo = computed(() => me.value?.is_demo ?? false)

let asked: Promise<Me | null> | null = null

/** Asks the server once whether there is a session. */
export function knownSession(): Promise<Me | null> {
  asked ??= get('/api/session').then(
    (found) => (me.value = found),
    (thrown: unknown) => {
      if (thrown instanceof Problem && thrown.status === 401) return null
      asked = null
      throw thrown
    },
  )
  return asked
}

/** Asks again, after posts or the second factor changed. */
export async function rereadSession(): Promise<void> {
  me.value = await get('/api/session')
}

export function beginSession(next: Me): void {
  me.value = next
  asked = Promise.resolve(next)
  hasExpired.value = false
}

export async function endSession(): Promise<void> {
  try {
    await send('DELETE /api/session', undefined)
  } finally {
    forgetSession()
  }
}

/** A call was refused with 401: the session is over, whatever we believed. */
export function expireSession(): void {
  hasExpired.value = me.value !== null
  forgetSession()
}

export const can = (permission: string): boolean => me.value?.permissions.some((one) => one === permission) ?? false
export const canAny = (...permissions: string[]): boolean => permissions.some(can)

function forgetSession(): void {
  me.value = null
  asked = Promise.resolve(null)
}
