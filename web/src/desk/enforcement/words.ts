/** Small words of the enforcement pages. */
import type { EnforcementCase, EnforcementPenalty, EnforcementStepName } from '@/api/types'
import { t } from '@/shared/i18n'
import { joinWords, noted } from '../core/labels'

/** Yuan as people write them: fen only where there are some. */
export const yuan = (fen: number): string =>
  new Intl.NumberFormat('en', { minimumFractionDigits: fen % 100 ? 2 : 0, maximumFractionDigits: 2 }).format(fen / 100)

/** Fen of what was typed in yuan; nothing where it is no amount. */
export function fenOf(typed: string): number | null {
  const text = typed.trim().replace(/,/g, '')
  if (!text) return 0
  if (!/^\d{1,9}(\.\d{1,2})?$/.test(text)) return null
  const [whole, rest = ''] = text.split('.')
  return Number(whole) * 100 + Number(rest.padEnd(2, '0'))
}

/** What is imposed, in a line. */
export function penaltyWords(penalties: EnforcementPenalty[], fen?: number): string {
  if (!penalties.length) return t('enforcement.noPenalty')
  return joinWords(penalties.map((one) => (one === 'fine' && fen ? t('enforcement.fine', { yuan: yuan(fen) }) : t(`enforcement.penalty.${one}`))))
}

type StageOf = EnforcementCase['stages'][number]

/** Where a stage stands. What was given up says why, what was taken back says when: nothing that never happened reads as done. */
export function stateWords(stage: Pick<StageOf, 'state' | 'on'>, closedHow?: EnforcementCase['closed_how']): string {
  const words = t(`enforcement.stageState.${stage.state}`)
  if (stage.state === 'dropped' && closedHow) return noted(words, t(`enforcement.closedHow.${closedHow}`))
  return stage.on ? `${words} ${stage.on}` : words
}

const MAIN: EnforcementStepName[] = ['submit', 'review', 'decide', 'deliver', 'perform', 'publish', 'withdraw']

/** The step that the law leads on with. While the record lacks something, that is to complete it, not to tell the party or to submit. */
export function mainStep(shown: Pick<EnforcementCase, 'allowed' | 'stages'>): EnforcementStepName | undefined {
  const lacks = (stage: StageOf['stage']) => shown.stages.some((one) => one.stage === stage && one.missing.length > 0)
  const may = (step: EnforcementStepName) => shown.allowed.includes(step)
  if (lacks('gather') && may('paper')) return 'paper'
  if (may('notify') && lacks('notify') && !may('submit') && !may('statement')) return 'notify'
  if (may('submit') && lacks('decide') && may('address')) return 'address'
  const isBlocked = (step: EnforcementStepName) => step === 'submit' && shown.stages.some((one) => one.missing.length)
  return MAIN.find((step) => may(step) && !isBlocked(step))
}
