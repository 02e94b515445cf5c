/**
 * What each action of a case asks for. Which of them are allowed comes from the server with the case; nothing here
 * decides that.
 */
import type { CaseDetail, Verdict } from '@/api/types'
import { t } from '@/shared/i18n'

export type Field =
  | 'text' | 'maybe_text' | 'reason' | 'refusal' | 'signpost' | 'outcome' | 'photos' | 'shown' | 'matter' | 'region' | 'person' | 'into' | 'report' | 'verdict' | 'item' | 'by' | 'shares'

export interface ActionSpec {
  fields: Field[]
  tone?: 'danger'
  /** The page it has of its own. */
  page?: string
}

export const specs: Record<string, ActionSpec> = {
  sign: { fields: [] },
  dispatch: { fields: [] },
  result: { fields: ['outcome', 'shares', 'text', 'photos'] },
  settle: { fields: ['text', 'photos'] },
  unsettle: { fields: [], tone: 'danger' },
  work: { fields: ['maybe_text'] },
  take_up: { fields: ['text'] },
  call_back: { fields: ['report', 'verdict'] },
  answer: { fields: ['text'] },
  ask: { fields: ['text'] },
  remark: { fields: ['text', 'photos', 'shown'] },
  urge: { fields: ['text', 'by'] },
  merge: { fields: ['into'] },
  split: { fields: [], page: 'split' },
  redirect: { fields: ['signpost', 'text'] },
  reclassify: { fields: ['matter', 'reason'] },
  move: { fields: ['region', 'reason'] },
  link: { fields: ['item'] },
  hand_over: { fields: ['person', 'reason'] },
  return: { fields: ['reason'], tone: 'danger' },
  refuse: { fields: ['refusal', 'text'], tone: 'danger' },
}

/** The order in which actions are offered: what moves the case on comes first. */
export const ORDER = Object.keys(specs)

export const asKey = (action: string): string => action.replace(/-/g, '_')
export const asPath = (action: string): string => action.replace(/_/g, '-')

/** Allowed by the server and known here, most useful first. What was just signed for is begun before it is done. */
export function offered(allowed: string[], status?: string): string[] {
  const keys = new Set(allowed.map(asKey))
  const found = ORDER.filter((action) => keys.has(action))
  return status === 'signed' && keys.has('work') ? ['work', ...found.filter((action) => action !== 'work')] : found
}

export interface Draft {
  text: string
  /** The phrase the words began with. */
  phrase: string
  reason: string
  refusal: string
  signpost: string
  outcome: string
  photos: string[]
  shown: boolean
  matter: string
  region: string
  person: string
  into: string
  report: string
  item: string
  by: string
  /** Why a result does not wait for the shares that are not answered. */
  without_shares: string
  verdict: { contacted: boolean | null | undefined; solved: Verdict['solved'] | ''; satisfied: Verdict['satisfied'] | ''; text: string }
}

export function emptyDraft(shown?: CaseDetail): Draft {
  return {
    text: '', phrase: '', reason: '', refusal: '', signpost: '', outcome: '', photos: [], shown: false, matter: '', region: '', person: '', into: '', by: '', without_shares: '', item: shown?.item?.id ?? '',
    report: shown?.reports.find((report) => !report.is_withdrawn)?.id ?? '',
    verdict: { contacted: undefined, solved: '', satisfied: '', text: '' },
  }
}

/** What is still missing, by field; the server checks everything again. */
export function missing(action: string, draft: Draft): Partial<Record<Field | 'solved' | 'contacted' | 'satisfied', string>> {
  const found: Partial<Record<Field | 'solved' | 'contacted' | 'satisfied', string>> = {}
  for (const field of specs[action]?.fields ?? []) {
    if (field === 'verdict') {
      if (draft.verdict.contacted === undefined) found.contacted = t('ui.required')
      if (!draft.verdict.solved) found.solved = t('ui.required')
      if (!draft.verdict.satisfied) found.satisfied = t('ui.required')
    } else if (field !== 'photos' && field !== 'shown' && field !== 'maybe_text' && field !== 'signpost' && field !== 'item' && field !== 'by' && field !== 'shares' && !draft[field].trim()) {
      found[field] = t('ui.required')
    }
  }
  return found
}

export function bodyOf(action: string, draft: Draft): Record<string, unknown> {
  const body: Record<string, unknown> = {}
  for (const field of specs[action]?.fields ?? []) {
    if (field === 'text') body.text = draft.text.trim()
    else if (field === 'maybe_text') body.text = draft.text.trim() || undefined
    else if (field === 'refusal') body.reason = draft.refusal
    else if (field === 'item') body.item = draft.item || null
    else if (field === 'shown') body.shown_to_resident = draft.shown
    else if (field === 'photos') body.photos = draft.photos
    else if (field === 'shares') {
      if (draft.without_shares.trim()) body.without_shares = draft.without_shares.trim()
    } else if (field === 'verdict') {
      body.verdict = { ...draft.verdict, text: draft.verdict.text.trim() || undefined }
    }
    else if (draft[field]) body[field] = draft[field].trim()
  }
  if (draft.phrase) body.phrase = draft.phrase
  return body
}
