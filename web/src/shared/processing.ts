import type { ProcessingRecord } from '@/api/types'

type Row = ProcessingRecord['rows'][number]

/** The rows of the record of processing by whose data they are, in the order in which they come. */
export function byWhose(rows: readonly Row[]): [Row['whose'], Row[]][] {
  const found = new Map<Row['whose'], Row[]>()
  for (const row of rows) found.set(row.whose, [...(found.get(row.whose) ?? []), row])
  return [...found]
}
