/** Where a step of a tour is, seen from the page that is open. */

export const isDesk = (path: string): boolean => /^\/desk(\/|\?|$)/.test(path)

/** A path of the desk as its own router knows it. */
export const withinDesk = (path: string): string => path.slice('/desk'.length) || '/'

const plain = (path: string): string => path.replace(/\/+$/, '') || '/'

/**
 * True when the step can be done where the reader is: on its page, or on one that was opened from it (a case of the list).
 * A step that names a filter is only there with it, and one that names none is not within the search of another.
 */
export function isHere(path: string, at: { pathname: string; search: string }): boolean {
  const [wanted = '', query = ''] = path.split('?')
  const here = plain(at.pathname)
  if (here === plain(wanted)) return query === '' ? !/[?&](view|q)=/.test(at.search) : decodeURIComponent(at.search) === `?${query}`
  const isHome = ['/', '/desk'].includes(plain(wanted))
  return !isHome && query === '' && here.startsWith(`${plain(wanted)}/`)
}
