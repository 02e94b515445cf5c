/** The form that is open on a case: which action, what was typed, what is missing. */
import { computed, reactive, ref, watch, type ComputedRef } from 'vue'
import { useRouter } from 'vue-router'
import type { CaseDetail } from '@/api/types'
import { bodyOf, emptyDraft, missing, offered, specs, type Draft } from './actions'
import { useAction } from './useCase'

interface Page {
  shown: ComputedRef<CaseDetail | null>
  read: () => Promise<void>
  take: (found: CaseDetail) => void
}

export function useCaseForm(page: Page) {
  const router = useRouter()
  const form = useAction(() => page.shown.value, page.read, page.take)
  const open = ref<string | null>(null)
  const draft = reactive(emptyDraft())
  const wasTried = ref(false)
  const actions = computed(() => offered(page.shown.value?.allowed_actions ?? [], page.shown.value?.status))
  const errors = computed(() => (wasTried.value && open.value ? missing(open.value, draft) : {}))
  /** The open form's step was taken away by what somebody else did. */
  const isGone = computed(() => open.value !== null && !actions.value.includes(open.value))

  /** What is known already is filled in. */
  function begin(action: string, known: Partial<Draft> = {}): void {
    const own = specs[action]?.page
    if (own) return void router.push({ name: own, params: { id: page.shown.value?.id } })
    Object.assign(draft, emptyDraft(page.shown.value ?? undefined), known)
    wasTried.value = false
    form.begin()
    // An action that asks nothing is one tap.
    if (specs[action]?.fields.length === 0 && action !== 'dispatch') void form.act(action, {})
    else open.value = action
  }

  async function submit(): Promise<void> {
    if (!open.value) return
    wasTried.value = true
    if (Object.keys(missing(open.value, draft)).length > 0) return
    if (await form.act(open.value, bodyOf(open.value, draft))) open.value = null
  }

  watch(
    () => page.shown.value?.id,
    () => (open.value = null),
  )

  /** What the open form shows, wherever it is opened. */
  const sheet = computed(() => ({
    draft,
    errors: errors.value,
    errorOf: form.errorOf,
    formError: form.formError.value,
    conflict: form.conflict.value,
    meanwhile: form.meanwhile.value,
    isBusy: form.isBusy.value,
    isGone: isGone.value,
  }))

  return { form, open, actions, sheet, begin, submit }
}
