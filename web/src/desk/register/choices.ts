/** What is known of things of a kind from a closed set, as a filter says it: `managed=nobody`. */
import type { ItemKind } from '@/api/types'
import { nameOf, t } from '@/shared/i18n'

export interface ClosedField {
  code: string
  name: string
  choices: { value: string; label: string }[]
}

export function choicesOf(kind: ItemKind | undefined): ClosedField[] {
  return (kind?.fields ?? []).flatMap((field) => {
    const own = field.type === 'yes_no' ? ['yes', 'no'].map((code) => ({ code, label: t(`ui.${code}`) })) : (field.choices ?? []).map((one) => ({ code: one.code, label: nameOf(one.names) }))
    if (field.type !== 'yes_no' && field.type !== 'choice') return []
    return [{ code: field.code, name: nameOf(field.names), choices: own.map((one) => ({ value: `${field.code}=${one.code}`, label: one.label })) }]
  })
}
