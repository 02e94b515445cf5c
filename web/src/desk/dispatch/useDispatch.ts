/** Dispatching one case: the proposal, what the dispatcher made of it, and the one tap that confirms. */
import { computed, ref, watch } from 'vue'
import type { Candidate, CaseDetail, Names } from '@/api/types'
import { hasText, nameOf, t } from '@/shared/i18n'
import { toast } from '@/shared/toast'
import { useAction } from '../case/useCase'
import { useResource } from '../core/useResource'
import type { Choice } from '../pick/choices'

export function useDispatch(shown: () => CaseDetail, read: () => Promise<void>, done: (found: CaseDetail) => void) {
  const { value: proposal, isLoading, problem, read: readProposal } = useResource('/api/cases/{id}/proposal', () => ({ path: { id: shown().id } }))
  const lead = ref('')
  const assists = ref<string[]>([])
  const reason = ref('')
  /** The place in which this lead shall be proposed from now on; empty keeps nothing. */
  const keepFor = ref('')
  const wasTried = ref(false)
  const isChanging = ref(false)
  /** Units chosen from outside the proposal, so that they keep their names. */
  const others = ref<Choice[]>([])
  let taken: CaseDetail | undefined
  const form = useAction(shown, read, (found) => (taken = found))

  const proposedAssists = computed(() => proposal.value?.assists.map((one) => one.unit.id) ?? [])
  const isChanged = computed(
    () => lead.value !== (proposal.value?.lead?.unit.id ?? '') || [...assists.value].sort().join() !== [...proposedAssists.value].sort().join(),
  )
  const isOtherLead = computed(() => lead.value !== '' && lead.value !== (proposal.value?.lead?.unit.id ?? ''))
  const canDispatch = computed(() => shown().allowed_actions.includes('dispatch'))
  const reasonError = computed(() => (wasTried.value && isChanged.value && !reason.value.trim() ? t('dispatch.reasonNeeded') : form.errorOf('reason')))
  const keepError = computed(() => form.errorOf('keep_for'))
  const leadError = computed(() => (wasTried.value && !lead.value ? t('ui.required') : form.errorOf('lead')))

  function follow(): void {
    lead.value = proposal.value?.lead?.unit.id ?? ''
    assists.value = [...proposedAssists.value]
    reason.value = ''
    keepFor.value = ''
    wasTried.value = false
    others.value = []
    isChanging.value = proposal.value !== null && !proposal.value.lead
  }

  // A dispatcher who has begun to change it keeps their choice when the proposal is read again.
  let hasFollowed = ''
  watch(proposal, (now) => {
    if (!now) return
    if (hasFollowed !== shown().id || !isChanging.value) follow()
    hasFollowed = shown().id
  })
  watch(
    () => shown().version,
    () => void readProposal(),
  )
  watch(
    () => shown().id,
    () => form.begin(),
    { immediate: true },
  )

  async function confirm(): Promise<void> {
    wasTried.value = true
    if (!canDispatch.value || !proposal.value || !lead.value || (isChanged.value && !reason.value.trim())) {
      if (proposal.value && !lead.value) isChanging.value = true
      return
    }
    taken = undefined
    await form.act('dispatch', {
      lead: lead.value,
      assists: assists.value.filter((id) => id !== lead.value),
      reason: isChanged.value ? reason.value.trim() : undefined,
      keep_for: (isOtherLead.value && keepFor.value) || undefined,
    })
    if (taken && keepFor.value) toast(t('dispatch.ruleKept'), 'done')
    if (taken) done(taken)
  }

  return { proposal, isLoading, problem, readProposal, lead, assists, reason, keepFor, isChanging, isChanged, isOtherLead, others, canDispatch, reasonError, leadError, keepError, follow, confirm, form }
}

/** One step of "why did this come to me", with its particulars as words. */
export function whyWords(step: string, params: Record<string, unknown> = {}): string {
  const words = Object.fromEntries(Object.entries(params).map(([key, value]) => [key, key === 'level' ? t(`level.${String(value)}`) : particular(value)]))
  const key = `dispatch.step.${step}`
  return hasText(key) ? t(key, words) : Object.values(words).filter(Boolean).join(' · ') || step
}

/** The reason for one unit: a known one in the reader's language, any other as the server put it. */
export const candidateWhy = ({ why }: Candidate): string => (hasText(`dispatch.candidate.${why}`) ? t(`dispatch.candidate.${why}`) : why)

function particular(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value !== 'object') return String(value)
  const named = value as { names?: Names; duty?: Names; name?: string } & Partial<Names>
  const names = named.names ?? named.duty ?? (named.zh ? (named as Names) : null)
  return names ? nameOf(names) : (named.name ?? '')
}
