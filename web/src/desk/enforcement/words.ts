/** Small words of the enforcement pages. */
import type { EnforcementPenalty } from '@/api/types'
import { t } from '@/shared/i18n'
import { joinWords } from '../core/labels'

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
