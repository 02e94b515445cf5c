/** A timeline entry in words: who, and the particulars that are worth reading. */
import type { Names, Photo, TimelineEntry } from '@/api/types'
import { hasText, nameOf, t } from '@/shared/i18n'
import { exact, lastDay } from '@/shared/time'
import { joinWords, term } from '../core/labels'
import { whyWords } from '../dispatch/useDispatch'

/** Particulars that are codes, and the list of words they belong to. */
const CODED: Record<string, string> = { outcome: 'outcome', purpose: 'purpose', field: 'contactField', solved: 'solved', satisfied: 'satisfied', channel: 'channel', how: 'closed_how', status: 'status', reason: 'refusal', closed_how: 'closed_how', because: 'because', way: 'way', attempt: 'attempt', grade: 'grade', fields: 'contactField', cause: 'erasureCause' }

export const titleOf = (entry: TimelineEntry): string => (hasText(`timeline.${entry.kind}`) ? t(`timeline.${entry.kind}`, { round: Number(entry.params.round ?? 1) }) : entry.kind)

export function authorOf(entry: TimelineEntry): string {
  const { by } = entry
  if (by.is_resident) return t('timeline.resident')
  // Whoever works by a link has no name here.
  if (entry.kind.startsWith('link_') && entry.params.company && !by.person) return String(entry.params.company)
  return joinWords([nameOf(by.unit?.names), by.person?.name, by.role ? term('role', by.role) : '']) || t('timeline.system')
}

/** Why the unit that leads has the case: the step of the duty list or of a rule that led to it, or the dispatcher's words. */
export function whyGiven(entries: TimelineEntry[]): string | undefined {
  const given = [...entries].reverse().find((entry) => entry.kind === 'dispatched')
  if (!given) return undefined
  const why = given.params.why as { step: string; params?: Record<string, unknown> } | null | undefined
  return joinWords([why ? whyWords(why.step, why.params) : '', given.text ?? '']) || t('casepage.bySomebody')
}

/** Which particulars of a step are worth reading, and under which heading. */
const SHOWN: Record<string, Record<string, string>> = {
  received: { channel: 'channel', source: 'alias' },
  joined: { channel: 'channel' },
  redirected: { names: 'signpost' },
  refused: { reason: 'reason' },
  merged: { into: 'into', from: 'from', reports: 'reports' },
  split: { parts: 'parts', reports: 'reports' },
  split_off: { reports: 'reports' },
  rejoined: { from: 'from' },
  dispatched: { lead_names: 'lead', assist_names: 'assists', differs: 'differs' },
  reclassified: { names: 'matter' },
  moved: { names: 'region', because: 'because' },
  item_linked: { names: 'item' },
  item_unlinked: { names: 'item' },
  handed_over: { name: 'person', because: 'because' },
  result_filed: { outcome: 'outcome' },
  verified: { contacted: 'contacted', solved: 'solved', satisfied: 'satisfied' },
  called: { way: 'way', attempt: 'attempt', own_wish: 'own_wish' },
  closed: { how: 'how' },
  redo: { due_at: 'due_at' },
  reopened: { round: 'round', because: 'because', due_at: 'due_at' },
  withdrawn: { left: 'left', number: 'alias' },
  reminded: { number: 'count' },
  urged: { round: 'round', by: 'by' },
  deadline_moved: { from: 'from', to: 'to' },
  part_given: { parts: 'unit' },
  part_ended: { names: 'unit' },
  whistle_called: { units: 'unit', meets_at: 'meets_at', meets_where: 'place' },
  whistle_over: { names: 'lead', outcome: 'outcome' },
  asked: { waits_until: 'waits_until' },
  extension_asked: { until: 'last_day' },
  extended: { from: 'from', to: 'to' },
  pause_asked: { until: 'last_day' },
  paused: { names: 'procedure', until: 'last_day' },
  resumed: { because: 'because', due_at: 'due_at' },
  parked: { names: 'obstacle', review_at: 'review_at' },
  parking_asked: { until: 'review_at' },
  taken_up: { due_at: 'due_at' },
  dispute_appealed: { because: 'because' },
  dispute_upheld: { hand_overs: 'hand_overs' },
  excluded: { names: 'reason' },
  plea_withdrawn: { names: 'plea' },
  supervised: { grade: 'grade', names: 'why', due_at: 'answer_due' },
  supervision_raised: { grade: 'grade', names: 'why', due_at: 'answer_due' },
  supervision_changed: { grade: 'grade', due_at: 'answer_due' },
  supervision_answered: { in_time: 'in_time' },
  plea_lapsed: { names: 'plea' },
  share_asked: { names: 'unit', due_at: 'due_at' },
  share_given: { names: 'unit', due_at: 'due_at' },
  share_agreed: { names: 'unit' },
  share_signed: { names: 'unit' },
  share_answered: { names: 'unit', late: 'late' },
  share_declined: { names: 'unit' },
  share_accepted: { names: 'unit', company: 'company' },
  share_sent_back: { names: 'unit', company: 'company', due_at: 'due_at' },
  share_ended: { names: 'unit', company: 'company' },
  shares_left_out: { of: 'of' },
  link_made: { company: 'company', due_at: 'due_at', expires_at: 'expires_at' },
  link_signed: { company: 'company' },
  link_noted: { company: 'company' },
  link_answered: { company: 'company', late: 'late' },
  contact_opened: { field: 'field', purpose: 'purpose' },
  details_erased: { fields: 'field', cause: 'cause' },
}

export function particularsOf(entry: TimelineEntry): { label: string; words: string }[] {
  return Object.entries(SHOWN[entry.kind] ?? {}).flatMap(([key, heading]) => {
    const value = entry.params[key]
    // "Differs from the proposal" is worth a word only when it does.
    const words = value === false && (key === 'differs' || key === 'late') ? '' : wordsOf(key, value)
    return words ? [{ label: t(`timeline.param.${heading}`), words }] : []
  })
}

/** Cases that an entry speaks of, to be opened from it. */
export function casesOf(entry: TimelineEntry): { id: string; number: string }[] {
  const found = entry.params.cases
  return Array.isArray(found) ? (found as { id: string; number: string }[]) : []
}

/** Photos of an entry: with their addresses, or by their hashes, which the case's other photos then resolve. */
export function photosOf(entry: TimelineEntry, known: Photo[]): Photo[] {
  return (entry.photos as (string | Photo)[]).flatMap((one) => (typeof one === 'string' ? known.filter((photo) => photo.sha === one) : [one]))
}

/** One particular of an entry as words; empty when there is nothing to read. */
export function wordsOf(key: string, value: unknown): string {
  if (value === null || value === undefined || value === '') return ''
  if (Array.isArray(value)) return joinWords(value.map((one) => wordsOf(key, one)))
  if (typeof value === 'boolean') return t(value ? 'ui.yes' : 'ui.no')
  if (typeof value === 'object') return namedWords(value as Record<string, unknown>)
  // A link ends at midnight: what is said is the last day on which it works.
  if (key === 'expires_at' && exact(String(value)).endsWith('00:00')) return t('timeline.throughDay', { day: lastDay(String(value)) })
  if (key.endsWith('_at') || /^\d{4}-\d\d-\d\dT/.test(String(value))) return exact(String(value))
  return CODED[key] ? term(CODED[key], String(value)) : String(value)
}

function namedWords(value: Record<string, unknown>): string {
  if (value.names) return [nameOf(value.names as Names), value.number].filter(Boolean).join(' ')
  if (typeof value.zh === 'string') return nameOf(value as unknown as Names)
  if (typeof value.due_at === 'string') return exact(value.due_at)
  return typeof value.name === 'string' ? value.name : typeof value.number === 'string' ? value.number : ''
}
