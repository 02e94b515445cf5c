/** The state of a drawing and its calls: what is drawn, what can be taken back, what a trial said. */
import { computed, ref, shallowRef, watch } from 'vue'
import type { Drawing, Names, RedrawAnswer, RegionKind } from '@/api/types'
import { forgetBoundaries } from '@/shared/boundaries'
import { t } from '@/shared/i18n'
import { asProblem } from '@/shared/problem'
import { send } from '../core/calls'
import { useSubmit } from '../core/useSubmit'
import { added, bodyOf, changedOf, draftOf, inherited, joined, named, reshaped, split, without, type Draft, type Geometry } from './draft'

/** What the areas of a drawing are of, where nothing is there yet to go by. */
const KINDS: Record<string, RegionKind> = { county: 'township', township: 'village', village: 'grid', grid: 'micro_grid' }

export function useDrawing(drawing: () => Drawing | null) {
  const draft = shallowRef<Draft>([])
  const past = shallowRef<Draft[]>([])
  const future = shallowRef<Draft[]>([])
  const selected = ref<string | null>(null)
  /** Chosen beside the selected one, to be joined with it. */
  const together = ref<string[]>([])
  const trial = shallowRef<RedrawAnswer | null>(null)
  const isDone = ref(false)
  const trouble = ref('')
  const { isBusy, formError, problem, submit, forget } = useSubmit()
  let next = 0
  const fresh = () => `new-${++next}`

  watch(drawing, (now) => reset(now ? draftOf(now) : []), { immediate: true })
  function reset(to: Draft): void {
    draft.value = to
    past.value = []
    future.value = []
    selected.value = null
    together.value = []
    trial.value = null
    trouble.value = ''
    forget()
  }
  function step(to: Draft): void {
    past.value = [...past.value, draft.value]
    future.value = []
    draft.value = to
    settle()
  }
  /** After every change: what a trial said holds no longer, and what is gone cannot be selected. */
  function settle(): void {
    trial.value = null
    trouble.value = ''
    forget()
    const ids = draft.value.map((area) => area.id)
    if (selected.value && !ids.includes(selected.value)) selected.value = null
    together.value = together.value.filter((id) => ids.includes(id) && id !== selected.value)
  }
  function undo(): void {
    const before = past.value.at(-1)
    if (!before) return
    future.value = [...future.value, draft.value]
    past.value = past.value.slice(0, -1)
    draft.value = before
    settle()
  }
  function redo(): void {
    const after = future.value.at(-1)
    if (!after) return
    past.value = [...past.value, draft.value]
    future.value = future.value.slice(0, -1)
    draft.value = after
    settle()
  }

  const area = computed(() => draft.value.find((one) => one.id === selected.value) ?? null)
  const changed = computed(() => changedOf(draft.value))
  const errorOf = (id: string, field: string): string => {
    const index = changed.value.findIndex((one) => one.id === id)
    return index < 0 ? '' : (problem.value?.forField(`areas.${index}.${field}`) ?? '')
  }
  const errorsOf = (id: string): string[] => ['geometry', 'from', 'code', 'kind'].map((field) => errorOf(id, field)).filter(Boolean)

  async function cut(line: GeoJSON.Position[]): Promise<void> {
    const held = area.value
    if (!held?.geometry) return
    await told(async () => {
      const { geometries } = await send('POST /api/boundaries/cut', { geometry: held.geometry as never, line: line.map(([lon, lat]) => [lon!, lat!]) as never })
      const ids = geometries.map(fresh)
      step(split(draft.value, held.id, geometries, (index) => ids[index]!))
      selected.value = ids[0] ?? null
    })
  }
  async function join(): Promise<void> {
    const ids = [selected.value, ...together.value].filter((id) => id !== null)
    const parts = draft.value.filter((one) => ids.includes(one.id))
    const geometries = parts.flatMap((one) => (one.geometry ? [one.geometry] : []))
    await told(async () => {
      const answer = await send('POST /api/boundaries/join', { geometries })
      const id = fresh()
      step(joined(draft.value, ids, answer.geometries[0]!, id))
      selected.value = id
    })
  }
  async function told(act: () => Promise<void>): Promise<void> {
    trouble.value = ''
    try {
      await act()
    } catch (thrown) {
      const problem = asProblem(thrown)
      trouble.value = problem.fields[0]?.message || problem.detail
    }
  }
  function add(geometry: Geometry): void {
    const id = fresh()
    const kind = draft.value[0]?.kind ?? KINDS[drawing()?.parent.level ?? 'village'] ?? 'grid'
    step(added(draft.value, { id, names: { zh: '' }, kind, geometry }))
    selected.value = id
  }
  function reshape(geometry: Geometry): void {
    if (selected.value) step(reshaped(draft.value, selected.value, geometry))
  }
  function leaveOut(): void {
    if (selected.value) step(without(draft.value, selected.value))
  }
  /** Typing a name is no step of its own: it would fill the way back with letters. */
  function name(id: string, names: Names): void {
    draft.value = named(draft.value, id, names)
    trial.value = null
  }

  async function run(isDry: boolean): Promise<void> {
    const now = drawing()
    if (!now) return
    const body = bodyOf(draft.value, now.seen, t('drawing.source'))
    const options = { path: { code: now.parent.code }, ...(isDry ? { query: { dry_run: true } } : {}) }
    const answer = await submit({ body, isDry }, (key) => send('POST /api/regions/{code}/redraw', body, { ...options, key }))
    if (!answer || answer === true) return
    trial.value = isDry ? answer : { ...answer, findings: [] }
    isDone.value = !isDry
    if (!isDry) forgetBoundaries()
  }

  return {
    draft, selected, together, area, changed, trial, isDone, isBusy, formError, trouble, errorOf, errorsOf,
    canUndo: computed(() => past.value.length > 0), canRedo: computed(() => future.value.length > 0),
    undo, redo, cut, join, add, reshape, leaveOut, name,
    inherit: (id: string) => step(inherited(draft.value, id)),
    run, reset: () => reset(draftOf(drawing()!)),
  }
}
