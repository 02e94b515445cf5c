/** From a page to its place in the handbook. */
import type { RouteLocationNormalizedLoaded, RouteLocationRaw } from 'vue-router'

export function helpOf(page: Pick<RouteLocationNormalizedLoaded, 'meta'>): RouteLocationRaw | null {
  const [chapter, section] = page.meta.help?.split('#') ?? []
  return chapter ? { name: 'handbook', params: { chapter }, hash: section ? `#${section}` : '' } : null
}
