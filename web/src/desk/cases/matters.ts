/** Several matters, groups and classes by their names. */
import type { MatterList } from '@/api/types'
import { nameOf, t } from '@/shared/i18n'
import { joinWords } from '../core/labels'

/** Named in full; of more the rest is counted. */
const NAMED = 3

/** What a list of codes is about: the first by their names, then how many more; all counted while no name is known. */
export function mattersWords(codes: string, catalogue: MatterList | null): string {
  const all = codes.split(',').filter(Boolean)
  const names = all.map((code) => nameIn(catalogue, code))
  if (!names.every(Boolean)) return t('cases.mattersSome', { n: all.length })
  const first = joinWords(names.slice(0, NAMED))
  return all.length > NAMED ? t('cases.mattersAndMore', { names: first, n: all.length - NAMED }) : first
}

function nameIn(catalogue: MatterList | null, code: string): string {
  const groups = catalogue?.classes.flatMap((one) => one.groups) ?? []
  const found = [...(catalogue?.classes ?? []), ...groups, ...(catalogue?.rows ?? [])].find((one) => one.code === code)
  return nameOf(found?.names)
}
