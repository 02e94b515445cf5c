/** Taking a case apart: reports that do not belong together, or one report that asks for several matters. */
import { computed, reactive, ref, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { t } from '@/shared/i18n'
import { useAction, useCase } from '../case/useCase'
import { useKeys } from '../core/keys'
import { clausesOf, withClause, withoutClause } from './clauses'

export type Mode = 'split' | 'take_out'

export interface PartDraft {
  text: string
  matter: string
  region: string
  keepsItem: boolean
}

/** The one that stays and up to five more. */
export const PARTS_MAX = 6
const empty = (): PartDraft => ({ text: '', matter: '', region: '', keepsItem: false })

export function useSplit() {
  const route = useRoute()
  const router = useRouter()
  const page = useCase(() => (route.name === 'split' ? String(route.params.id) : undefined))
  const form = useAction(() => page.shown.value, page.read, page.take)
  const mode = ref<Mode>('split')
  const report = ref('')
  /** The first stays in the case. */
  const parts = ref<PartDraft[]>([empty(), empty()])
  const chosen = ref<string[]>([])
  const out = reactive({ matter: '', region: '', keepsItem: false })
  const reason = ref('')
  const wasTried = ref(false)

  const voices = computed(() => page.shown.value?.reports.filter((one) => !one.is_withdrawn) ?? [])
  const allowed = computed(() => page.shown.value?.allowed_actions ?? [])
  const canTakeOut = computed(() => allowed.value.includes('take-out'))
  const canSplit = computed(() => allowed.value.includes('split'))
  const words = computed(() => {
    const found = voices.value.find((one) => one.id === report.value)
    return found?.part?.asked ?? found?.text ?? ''
  })
  const clauses = computed(() => clausesOf(words.value))
  const isIn = (part: PartDraft, clause: string) => clausesOf(part.text).includes(clause)

  // What is known when the case is first read is filled in; later reads leave what was typed.
  watch(
    () => page.shown.value?.id,
    (id) => {
      if (!id) return
      report.value = voices.value[0]?.id ?? ''
      mode.value = canTakeOut.value ? 'take_out' : 'split'
      form.begin()
    },
    { immediate: true },
  )

  /** A clause belongs to one part. */
  function put(clause: string, to: number): void {
    const isThere = isIn(parts.value[to]!, clause)
    parts.value = parts.value.map((part, at) => ({ ...part, text: at === to && !isThere ? withClause(part.text, clause) : withoutClause(part.text, clause) }))
  }
  const add = () => parts.value.length < PARTS_MAX && (parts.value = [...parts.value, empty()])
  const remove = (at: number) => (parts.value = parts.value.filter((_, index) => index !== at))

  /** What is missing, by the names the server gives the fields. */
  const missing = computed<Record<string, string>>(() => {
    const found: Record<string, string> = {}
    const need = (field: string, value: string) => value.trim() || (found[field] = t('ui.required'))
    need('reason', reason.value)
    if (mode.value === 'take_out') {
      if (chosen.value.length === 0) found.reports = t('split.chooseReports')
      else if (chosen.value.length >= voices.value.length) found.reports = t('split.leaveOne')
      return found
    }
    parts.value.forEach((part, at) => {
      need(`${nameOfPart(at)}.text`, part.text)
      if (at > 0) need(`${nameOfPart(at)}.matter`, part.matter)
    })
    return found
  })
  const errorOf = (field: string) => (wasTried.value && missing.value[field]) || form.errorOf(field)

  function body(): Record<string, unknown> {
    if (mode.value === 'take_out') {
      return { reports: chosen.value, matter: out.matter || undefined, region: out.region || undefined, keeps_item: out.keepsItem, reason: reason.value.trim() }
    }
    const [kept, ...further] = parts.value.map((part) => ({ text: part.text.trim(), matter: part.matter || undefined, region: part.region || undefined, keeps_item: part.keepsItem }))
    const { keeps_item: _, ...stays } = kept!
    return { report: report.value, kept: stays, parts: further, reason: reason.value.trim() }
  }

  async function submit(): Promise<void> {
    wasTried.value = true
    if (Object.keys(missing.value).length > 0) return
    const done = await form.act(mode.value, body())
    if (done) await router.replace({ name: 'case', params: { id: done.id } })
  }

  useKeys([
    { key: '+', label: 'addPart', run: () => mode.value === 'split' && void add() },
    { key: 'Escape', label: 'back', run: () => router.back() },
  ])

  return { ...page, form, mode, report, parts, chosen, out, reason, voices, canTakeOut, canSplit, clauses, isIn, put, add, remove, errorOf, submit, back: () => router.back() }
}

export const nameOfPart = (at: number): string => (at === 0 ? 'kept' : `parts.${at - 1}`)
