/** Small words of the enforcement pages. */
import type { EnforcementCase, EnforcementPenalty, EnforcementStepName } from '@/api/types'
import { t } from '@/shared/i18n'
import { civilDay } from '@/shared/time'
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

const MAIN: EnforcementStepName[] = ['submit', 'review', 'decide', 'deliver', 'perform', 'publish', 'withdraw', 'refund']

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

/** 加处罚款 with its reckoning, for a fine paid on a day: three in a hundred for each day it is late, at most the fine (§72), as the server reckons it. */
export function addedWords(record: Pick<EnforcementCase['record'], 'decision' | 'delivery'>, on: string): string {
  const [fine, until] = [record.decision?.fine_fen ?? 0, record.delivery?.until?.due_at]
  if (!fine || !until || !on) return ''
  const days = Math.max(0, Math.round((Date.parse(on) - Date.parse(civilDay(until))) / 86_400_000))
  const added = Math.min(fine, Math.floor((fine * 3 * days) / 100))
  return added ? t('enforcement.addedHow', { yuan: yuan(added), fine: yuan(fine), days, until: civilDay(until) }) : ''
}
