/** localStorage that never throws: private windows and full phones refuse it, and the page must work all the same. */
const PREFIX = 'jishi.'

export function recall(key: string): string | null {
  try {
    return localStorage.getItem(PREFIX + key)
  } catch {
    return null
  }
}

/** True when the value is really kept. */
export function keep(key: string, value: string): boolean {
  try {
    localStorage.setItem(PREFIX + key, value)
    return true
  } catch {
    return false
  }
}

export function forget(key: string): void {
  try {
    localStorage.removeItem(PREFIX + key)
  } catch {
    // Nothing was kept, so there is nothing to forget.
  }
}

export function recallJson<T>(key: string, fallback: T): T {
  const text = recall(key)
  if (text === null) return fallback
  try {
    return JSON.parse(text) as T
  } catch {
    return fallback
  }
}

export function keepJson(key: string, value: unknown): boolean {
  return keep(key, JSON.stringify(value))
}
