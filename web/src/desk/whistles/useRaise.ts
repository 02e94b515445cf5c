/** A whistle while it is made: what is known is filled in, whom one would call is offered. */
import { computed, reactive, ref, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import type { UnitRef } from '@/api/types'
import { nameOf, t } from '@/shared/i18n'
import { toast } from '@/shared/toast'
import { send } from '../core/calls'
import { askedWords, moment } from '../core/moment'
import { useResource } from '../core/useResource'
import { useSubmit } from '../core/useSubmit'
import type { Choice } from '../pick/choices'

type Kind = 'emergency' | 'enforcement' | 'key_work'
export interface DraftCall { unit: string; name: string; task: string; due: string }

export function useRaise() {
  const route = useRoute()
  const router = useRouter()
  const about = typeof route.query.case === 'string' ? route.query.case : ''
  const { value: form, problem: formProblem, read } = useResource('/api/whistles/form', () => ({ query: about ? { case: about } : {} }))
  const { isBusy, formError, errorOf, submit, problem } = useSubmit()
  const draft = reactive({ kind: 'enforcement' as Kind, source: '', goal: '', region: '', place: '', meets: '', lead: '', calls: [] as DraftCall[] })
  const regionName = ref<Choice | null>(null)
  const wasTried = ref(false)

  watch(form, (found) => {
    if (!found) return
    draft.source ||= about ? 'report' : (found.sources[0]?.code ?? '')
    draft.region ||= found.region?.code ?? ''
    draft.place ||= found.case?.place_text ?? ''
    if (found.region) regionName.value = { value: found.region.code, label: nameOf(found.region.names) }
  })

  const add = (unit: UnitRef | { id: string; name: string }) => {
    if (draft.calls.some((call) => call.unit === unit.id)) return
    draft.calls.push({ unit: unit.id, name: 'names' in unit ? nameOf(unit.names) : unit.name, task: '', due: '' })
    draft.lead ||= unit.id
  }
  const remove = (unit: string) => {
    draft.calls = draft.calls.filter((call) => call.unit !== unit)
    if (!leads.value.some((choice) => choice.value === draft.lead)) draft.lead = draft.calls[0]?.unit ?? ''
  }
  const offered = computed(() => (form.value?.units ?? []).filter((one) => !draft.calls.some((call) => call.unit === one.unit.id)))
  const leads = computed(() => [
    ...draft.calls.map((call) => ({ value: call.unit, label: call.name })),
    ...(form.value?.own_units ?? []).filter((own) => !draft.calls.some((call) => call.unit === own.id)).map((own) => ({ value: own.id, label: t('whistles.form.own', { name: nameOf(own.names) }) })),
  ])
  const kind = computed(() => form.value?.kinds.find((one) => one.kind === draft.kind))
  /** What the chosen kind asks of the departments, told before it is raised. */
  const limits = computed(() => (kind.value ? askedWords(kind.value, moment(draft.meets)) : ''))

  const needs = computed(() => ({ goal: !draft.goal.trim(), region: !draft.region, meets_at: !draft.meets && draft.kind !== 'emergency', lead_unit: !draft.lead, calls: draft.calls.length === 0 }))
  /** Beside its field: what is missing, or what the server said. */
  const errorAt = (field: keyof typeof needs.value | 'source' | 'place_text'): string => {
    if (wasTried.value && field in needs.value && needs.value[field as keyof typeof needs.value]) return t(field === 'calls' ? 'whistles.form.needUnit' : 'ui.required')
    return errorOf(field)
  }
  const errorOfCall = (index: number): string => problem.value?.fields.find((one) => one.field === `calls.${index}` || one.field.startsWith(`calls.${index}.`))?.message ?? ''

  async function raise(): Promise<void> {
    wasTried.value = true
    if (Object.values(needs.value).some(Boolean)) return
    const body = {
      kind: draft.kind,
      source: draft.source,
      goal: draft.goal.trim(),
      region: draft.region,
      place_text: draft.place.trim() || undefined,
      case: about || undefined,
      meets_at: moment(draft.meets),
      lead_unit: draft.lead,
      calls: draft.calls.map((call) => ({ unit: call.unit, task: call.task.trim() || undefined, due_at: moment(call.due) })),
    }
    const answer = await submit(body, (key) => send('POST /api/whistles', body, { key }))
    if (!answer || answer === true) return
    toast(t('whistles.form.done'), 'done')
    await router.replace({ name: 'whistle', params: { id: answer.id } })
  }

  return { form, formProblem, read, draft, regionName, isBusy, formError, errorAt, errorOfCall, add, remove, offered, leads, kind, limits, raise }
}
