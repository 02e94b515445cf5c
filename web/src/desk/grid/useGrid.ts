/** One of my grids: its place, what is in hand there, what ended lately. */
import { computed, ref, watch } from 'vue'
import { useRoute } from 'vue-router'
import { useLive } from '../core/live'
import { fieldPlaces } from '../core/posts'
import { useListing } from '../core/useListing'
import { useResource } from '../core/useResource'

const LATELY = 5

export function useGrid() {
  const route = useRoute()
  const code = computed(() => {
    const asked = String(route.params.code ?? '')
    return fieldPlaces.value.some((place) => place.code === asked) ? asked : (fieldPlaces.value[0]?.code ?? '')
  })
  const place = useResource('/api/regions/{code}', () => (code.value ? { path: { code: code.value } } : null))
  const open = useListing('/api/cases', () => ({ view: 'open', region: code.value }))
  const ended = useResource('/api/cases', () => (code.value ? { query: { view: 'ended', region: code.value, limit: LATELY } } : null))
  useLive(['cases'], () => {
    void open.refresh()
    void ended.read()
  })

  /** The case whose point was tapped. */
  const marked = ref('')
  watch(code, () => (marked.value = ''))
  const spots = computed(() =>
    open.rows.value.flatMap((row) => {
      const { lon, lat } = row.place
      if (lon == null || lat == null) return []
      return [{ id: row.id, lon, lat, isLate: row.is_overdue }]
    }),
  )
  const withoutPoint = computed(() => open.rows.value.length - spots.value.length)

  return { code, place, open, ended, marked, spots, withoutPoint }
}
