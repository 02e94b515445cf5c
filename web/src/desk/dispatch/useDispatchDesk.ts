/** The desk of a dispatcher: what is undecided, the case in hand, and on to the next when it is decided. */
import { computed, ref, watch } from 'vue'
import { onBeforeRouteLeave, useRoute, useRouter } from 'vue-router'
import type { CaseDetail } from '@/api/types'
import { nameOf, t } from '@/shared/i18n'
import { toast } from '@/shared/toast'
import { useCase } from '../case/useCase'
import { useCaseForm } from '../case/useCaseForm'
import { useKeys } from '../core/keys'
import { useLive } from '../core/live'
import { isPhone } from '../core/screen'
import { useListing } from '../core/useListing'
import { useBulk } from './useBulk'

export function useDispatchDesk(confirm: () => void) {
  const route = useRoute()
  const router = useRouter()
  const queue = useListing('/api/cases', () => ({ view: 'undecided' }))
  const id = computed(() => (typeof route.params.id === 'string' && route.params.id ? route.params.id : undefined))
  const page = useCase(() => id.value)
  // Answered, refused, merged or redirected from here: decided as well. What somebody else decided stays in view,
  // with the word that says so, until the reader moves on.
  const form = useCaseForm({ ...page, take })
  const isMapOpen = ref(false)
  /** Cases decided here and not yet gone from the list that was read before. */
  const decided = ref(new Set<string>())
  const rows = computed(() => queue.rows.value.filter((row) => !decided.value.has(row.id)))
  const at = computed(() => rows.value.findIndex((row) => row.id === id.value))

  const bulk = useBulk(rows, (gone) => {
    decided.value = new Set([...decided.value, ...gone])
    void queue.refresh()
    if (id.value && gone.includes(id.value)) void go(isPhone.value ? undefined : rows.value[0]?.id)
  })

  useLive(['cases'], () => void queue.refresh())
  onBeforeRouteLeave((to) => bulk.leave(['case', 'split'].includes(String(to.name))))

  const go = (to?: string) => router.replace({ name: 'dispatch', params: { id: to ?? '' } })
  function step(by: number): void {
    const next = rows.value[Math.min(rows.value.length - 1, Math.max(0, at.value + by))]
    if (next) void go(next.id)
  }

  /** Merging into one that was looked at side by side: its number is filled in, the rest is as always. */
  const mergeInto = (into: string) => form.begin('merge', { into })

  /** The next one down, so that a hand on `d` works the list from top to bottom. */
  function advance(from: string): void {
    const place = rows.value.findIndex((row) => row.id === from)
    const next = rows.value[place + 1] ?? rows.value[place - 1]
    decided.value = new Set([...decided.value, from])
    void queue.refresh()
    void go(isPhone.value ? undefined : next?.id)
  }

  function take(found: CaseDetail): void {
    page.take(found)
    if (found.status !== 'received') advance(found.id)
  }

  function dispatched(found: CaseDetail): void {
    const lead = found.assignments.find((one) => one.kind === 'lead' && one.state === 'open')
    toast(t('dispatch.dispatched', { number: found.number, unit: nameOf((lead?.unit ?? found.lead_unit)?.names) }), 'done')
    advance(found.id)
  }

  // On a desktop the right side is never empty while there is something to decide.
  watch(
    [rows, id],
    () => {
      if (!id.value && !isPhone.value && rows.value[0]) void go(rows.value[0].id)
    },
    { immediate: true },
  )

  useKeys([
    { key: 'j', label: 'down', run: () => step(1) },
    { key: 'k', label: 'up', run: () => step(-1) },
    { key: 'd', label: 'dispatch', run: confirm },
    { key: 'x', label: 'choose', run: () => id.value && bulk.toggle(id.value) },
    { key: 'a', label: 'all', run: bulk.toggleAll },
    { key: 'D', label: 'bulk', run: bulk.begin },
    { key: 's', label: 'split', run: () => form.actions.value.includes('split') && form.begin('split') },
    { key: 'm', label: 'map', run: () => (isMapOpen.value = !isMapOpen.value) },
    { key: 'Enter', label: 'open', run: () => id.value && void router.push({ name: 'case', params: { id: id.value } }) },
    { key: 'Escape', label: 'back', run: () => void go() },
  ])

  return { queue, rows, id, page: { ...page, take }, form, bulk, isMapOpen, mergeInto, dispatched, go, back: () => go() }
}
