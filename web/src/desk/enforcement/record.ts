/** What the steps of a case laid down, as parts in order of time. */
import type { EnforcementCase } from '@/api/types'

type Kept = EnforcementCase['record']
type Part<K extends string, T> = { kind: K; at: string; it: NonNullable<T> }
export type RecordPart =
  | Part<'notice', Kept['notice']>
  | Part<'statement', Kept['statement']>
  | Part<'review', Kept['review']>
  | Part<'decision', Kept['decision']>
  | Part<'delivery', Kept['delivery']>
  | Part<'court', Kept['court']>
  | Part<'execution', Kept['execution']>
  | Part<'publication', Kept['publication']>
  | Part<'annulment', Kept['annulment']>
  | Part<'refund', Kept['refund']>
  | { kind: 'withdrawal'; at: string; why: string }

export function recordOf({ record, steps }: Pick<EnforcementCase, 'record' | 'steps'>): RecordPart[] {
  const parts: RecordPart[] = []
  const put = <K extends RecordPart['kind']>(kind: K, it: { at: string } | null | undefined) => void (it && parts.push({ kind, at: it.at, it } as unknown as RecordPart))
  put('notice', record.notice)
  // Of cases from before all of them were kept, the last one.
  const said = record.statements?.length ? record.statements : record.statement ? [record.statement] : []
  for (const one of said) put('statement', one)
  put('review', record.review)
  put('decision', record.decision)
  put('delivery', record.delivery)
  put('court', record.court)
  put('execution', record.execution)
  put('publication', record.publication)
  put('annulment', record.annulment)
  put('refund', record.refund)
  const withdrawn = record.publication?.withdrawn_at
  if (withdrawn) parts.push({ kind: 'withdrawal', at: withdrawn, why: [...steps].reverse().find((one) => one.kind === 'withdraw')?.words ?? '' })
  return parts.sort((one, other) => Date.parse(one.at) - Date.parse(other.at))
}

/** What a step of the history is called: what the party did, and how a review ended, each by its own name. */
export function stepLabel(step: EnforcementCase['steps'][number]): string[] {
  if (step.kind === 'statement' && step.statement) return [`enforcement.statementKind.${step.statement}`]
  if (step.kind === 'review' && step.passes != null) return ['enforcement.step.review', step.passes ? 'enforcement.passes' : 'enforcement.fails']
  return [`enforcement.step.${step.kind}`]
}
