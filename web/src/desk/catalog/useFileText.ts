/** The text of a class of matters, or of a source, while it is edited: for the whole instance or for one place, and never over somebody's newer version unseen. */
import { computed, reactive, ref, shallowRef, watch } from 'vue'
import type { Reads } from '@/api/types'
import { t } from '@/shared/i18n'
import { asProblem, Problem } from '@/shared/problem'
import { civilDay } from '@/shared/time'
import { toast } from '@/shared/toast'
import { get, send } from '../core/calls'
import { useConflict } from '../core/useConflict'
import { mistakesIn } from './mistakes'

type File = Reads['/api/catalog/{kind}/{code}']

export function useFileText(code: string, kind = 'matters') {
  const path = { kind, code }
  const form = reactive({ toml: '', validFrom: civilDay(new Date()), region: '' })
  /** What the editing began from. */
  const base = shallowRef<File | null>(null)
  /** What is in force by now, after somebody was faster. */
  const latest = shallowRef<File | null>(null)
  const isLoading = ref(false)
  const failure = shallowRef<Problem | null>(null)
  let turn = 0

  /** A place without a version of its own begins from that of the whole instance. */
  async function fetch(region: string): Promise<File> {
    const own = region ? await get('/api/catalog/{kind}/{code}', { path, query: { region } }).catch(refuseUnlessMissing) : null
    return own ?? (await get('/api/catalog/{kind}/{code}', { path }))
  }

  async function read(): Promise<void> {
    const mine = ++turn
    isLoading.value = true
    try {
      const found = await fetch(form.region)
      if (mine !== turn) return
      // What was typed is kept; an untouched text follows the place.
      if (!base.value || form.toml === base.value.toml) form.toml = found.toml
      base.value = found
      failure.value = null
    } catch (thrown) {
      if (mine === turn) failure.value = asProblem(thrown)
    } finally {
      if (mine === turn) isLoading.value = false
    }
  }
  watch(() => form.region, read, { immediate: true })

  const { isBusy, problem, formError, submit, conflict } = useConflict(async () => {
    latest.value = await fetch(form.region).catch(() => null)
  })
  const mistakes = computed(() => mistakesIn(problem.value))
  /** The version this one follows; none yet where a place gets its first. */
  const seen = () => {
    const newest = latest.value ?? base.value
    return newest?.region?.code === (form.region || undefined) ? (newest?.version ?? 0) : 0
  }

  async function save(): Promise<boolean> {
    const body = { toml: form.toml, valid_from: form.validFrom || undefined, region: form.region || undefined, seen: seen() }
    const answer = await submit(body, (key) => send('PUT /api/catalog/{kind}/{code}', body, { path, key }))
    if (answer) toast(t('catalog.saved'), 'done')
    return answer !== undefined
  }

  return { form, base, latest, isLoading, failure, read, isBusy, formError, conflict, mistakes, save }
}

function refuseUnlessMissing(thrown: unknown): null {
  if (thrown instanceof Problem && thrown.status === 404) return null
  throw thrown
}
