/** One call-back: who is being asked, what they said, and what is written down. */
import { computed, reactive, ref, watch } from 'vue'
import type { AttemptOutcome, CallBackDetail, CallBackVoice } from '@/api/types'
import { focusFirstInvalid } from '@/shared/focus'
import { t } from '@/shared/i18n'
import { exact } from '@/shared/time'
import { toast } from '@/shared/toast'
import { send } from '../core/calls'
import { useLive } from '../core/live'
import { useResource } from '../core/useResource'
import { useSubmit } from '../core/useSubmit'

export interface Answer {
  contacted: string
  solved: string
  satisfied: string
  own_wish: string
  text: string
}

/** The choices of each question in the order they are shown in, by which the keyboard counts them. */
export const CHOICES = {
  solved: ['yes', 'partly', 'no'],
  contacted: ['yes', 'no', 'unsaid'],
  satisfied: ['satisfied', 'basically', 'dissatisfied', 'unsaid'],
  own_wish: ['yes', 'no'],
} as const
export type Question = keyof typeof CHOICES

export const blank = (): Answer => ({ contacted: '', solved: '', satisfied: '', own_wish: '', text: '' })

/** Which questions still have no answer. Not to say is an answer, `unsaid`; that nobody asked is none. */
export function unanswered(kind: CallBackDetail['kind'], answer: Answer): Question[] {
  if (kind === 'withdrawn') return answer.own_wish ? [] : ['own_wish']
  return (['solved', 'contacted', 'satisfied'] as const).filter((field) => !answer[field])
}

/** Answers the question that is next open by the number of the choice; a number it does not have answers nothing. */
export function answerNext(kind: CallBackDetail['kind'], answer: Answer, at: number): void {
  const open = unanswered(kind, answer)[0]
  const choice = open && CHOICES[open][at - 1]
  if (choice) answer[open] = choice
}

/** Who is to be asked first: whoever has not spoken and may be called. */
export function firstToAsk(voices: CallBackVoice[]): CallBackVoice | undefined {
  const silent = voices.filter((voice) => !voice.has_spoken)
  return silent.find((voice) => !voice.no_call) ?? silent[0] ?? voices[0]
}

/** What is written down of whoever was reached. */
export function bodyOf(kind: CallBackDetail['kind'], answer: Answer) {
  const text = answer.text.trim() || undefined
  if (kind === 'withdrawn') return { own_wish: answer.own_wish === 'yes', text }
  const contacted = answer.contacted === 'unsaid' ? null : answer.contacted === 'yes'
  return { verdict: { contacted, solved: answer.solved, satisfied: answer.satisfied, text } }
}

/** What came of it, for whoever may still have the resident on the telephone. */
export function toldOf({ state, case: of }: Pick<CallBackDetail, 'state' | 'case'>): string {
  if (state === 'waiting') return t('callbacks.noted')
  if (state === 'answered' && !of.closed_at && of.due_at) return t('callbacks.sentBack', { at: exact(of.due_at) })
  return t(`callbacks.states.${state}`)
}

export function useCallBack(id: () => string, done: (noted: CallBackDetail) => void) {
  const { value: shown, problem, read } = useResource('/api/call-backs/{id}', () => ({ path: { id: id() } }))
  const chosen = ref('')
  const way = ref<'phone' | 'visit'>('phone')
  const answer = reactive(blank())
  const wasTried = ref(false)
  const linkShown = ref('')
  const { isBusy, problem: refusal, formError, errorOf, submit, forget } = useSubmit()
  const voices = computed(() => shown.value?.voices ?? [])
  const voice = computed(() => voices.value.find((one) => one.report === chosen.value) ?? firstToAsk(voices.value))
  const missing = computed(() => (wasTried.value && shown.value ? unanswered(shown.value.kind, answer) : []))

  // What changes meanwhile is shown, but nobody else is put under the clerk's hands.
  useLive(['records'], () => {
    if (isBusy.value) return
    chosen.value ||= voice.value?.report ?? ''
    void read()
  })
  // Whoever left no number is asked at the door.
  watch(voice, (one) => {
    if (one?.no_call && !one.no_visit) way.value = 'visit'
  })

  function pick(report: string): void {
    chosen.value = report
    begin()
  }
  function begin(): void {
    Object.assign(answer, blank())
    wasTried.value = false
    forget()
  }

  async function write(outcome: AttemptOutcome, extra: object): Promise<void> {
    if (!shown.value || !voice.value) return
    const body = { version: shown.value.version, report: voice.value.report, channel: way.value, outcome, ...extra }
    const path = { id: shown.value.id }
    const told = await submit(body, (key) => send('POST /api/call-backs/{id}/attempts', body as never, { path, key }))
    if (!told || told === true) return
    shown.value = told
    chosen.value = ''
    begin()
    toast(toldOf(told), 'done')
    done(told)
  }
  async function save(): Promise<void> {
    wasTried.value = true
    if (!shown.value) return
    if (unanswered(shown.value.kind, answer).length) return focusFirstInvalid()
    await write('reached', bodyOf(shown.value.kind, answer))
    if (refusal.value?.fields.length) await focusFirstInvalid()
  }
  const note = (outcome: AttemptOutcome) => write(outcome, { text: answer.text.trim() || undefined })

  async function link(): Promise<void> {
    if (!shown.value || !voice.value || voice.value.no_link || voice.value.link_until) return
    const body = { version: shown.value.version, report: voice.value.report }
    const path = { id: shown.value.id }
    const sent = await submit(body, (key) => send('POST /api/call-backs/{id}/link', body, { path, key }))
    if (!sent || sent === true) return
    shown.value = sent.call_back
    linkShown.value = sent.shown ?? ''
    toast(t('callbacks.linkGone'), 'done')
    if (!sent.shown) done(sent.call_back)
  }

  return { shown, problem, read, voice, voices, pick, way, answer, missing, isBusy, formError, errorOf, linkShown, save, note, link }
}
