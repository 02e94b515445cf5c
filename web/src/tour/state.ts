/** Which tour is under way and how far it is: kept in the tab, so that it survives the way from residents' pages to the desk. */
import { computed, ref, watch } from 'vue'

const KEY = 'jishi.tour'

export interface Touring {
  code: string
  /** Counted from 0. */
  step: number
  isFolded: boolean
}

export const touring = ref<Touring | null>(recall())
export const isChoosing = ref(false)
/** Whether there is anything of a tour to show. */
export const isOut = computed(() => isChoosing.value || touring.value !== null)

/** Whether the reader's hand is on the tour: then a new page does not take it away. */
export const isLed = (): boolean => document.activeElement?.closest('[data-tour]') != null

watch(touring, keep, { deep: true, flush: 'sync' })

export function recall(): Touring | null {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY) ?? 'null') as Partial<Touring> | null
    if (typeof kept?.code !== 'string' || !Number.isInteger(kept.step) || kept.step! < 0) return null
    return { code: kept.code, step: kept.step!, isFolded: kept.isFolded === true }
  } catch {
    return null
  }
}

function keep(now: Touring | null): void {
  try {
    if (now) sessionStorage.setItem(KEY, JSON.stringify(now))
    else sessionStorage.removeItem(KEY)
  } catch {
    // A tab that keeps nothing loses its tour with the page; the pages work all the same.
  }
}
