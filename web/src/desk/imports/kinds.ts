/** What can be brought in from a file, and how each file looks. */
import type { Boundaries, BoundariesAnswer, ImportAnswer, ShapefileAnswer, StaffImportAnswer } from '@/api/types'
import { t } from '@/shared/i18n'
import { Problem } from '@/shared/problem'
import { send } from '../core/calls'

export type ImportKind = 'regions' | 'boundaries' | 'units' | 'people' | 'register'
export type Answer = ImportAnswer & Partial<Pick<StaffImportAnswer, 'welcomed'>> & Partial<Pick<BoundariesAnswer, 'cases' | 'items' | 'signs' | 'findings'>> & Partial<Pick<ShapefileAnswer, 'columns' | 'column'>>

interface Kind {
  /** Columns of a table; the first line of the file that is offered to begin with. Needed ones come first. */
  columns: string[]
  needed: number
  example: string[]
  accept: string
  /** `column` is the one chosen out of those a trial told of. */
  send: (file: File, key: string, isDry: boolean, column?: string) => Promise<Answer>
}

const CSV = '.csv,text/csv'
const asCsv = (operation: 'POST /api/regions/import' | 'POST /api/units/import' | 'POST /api/people/import') => (file: File, key: string, isDry: boolean) =>
  send(operation, file, { key, query: { dry_run: isDry || undefined }, contentType: 'text/csv; charset=utf-8' })

export const kinds: Record<ImportKind, Kind> = {
  regions: {
    columns: ['code', 'name_zh', 'kind', 'name_en', 'pinyin', 'lon', 'lat', 'valid_from', 'note'],
    needed: 2,
    example: ['140403001001009', '第九网格', 'grid', 'Grid 9', '', '113.11', '36.18', '', ''],
    accept: CSV,
    send: asCsv('POST /api/regions/import'),
  },
  units: {
    columns: ['id_hint', 'name_zh', 'duty', 'region', 'name_en', 'parent', 'phone'],
    needed: 4,
    example: ['water-140403', '潞州区水务局', 'water_affairs', '140403', 'Water Bureau', '', '0355-0000000'],
    accept: CSV,
    send: asCsv('POST /api/units/import'),
  },
  people: {
    columns: ['login', 'name', 'role', 'region', 'unit', 'phone'],
    needed: 4,
    example: ['zhangsan', '张三', 'grid_worker', '140403001001001', '', '13900000001'],
    accept: CSV,
    send: asCsv('POST /api/people/import'),
  },
  register: {
    columns: [],
    needed: 0,
    example: [],
    accept: '.xlsx,.csv,text/csv',
    send: (file, key, isDry) => send('POST /api/register/import', file, { key, query: { dry_run: isDry || undefined }, contentType: 'application/octet-stream' }),
  },
  boundaries: {
    columns: [],
    needed: 0,
    example: [],
    accept: '.json,.geojson,.zip,application/geo+json,application/zip',
    send: async (file, key, isDry, column) =>
      /\.zip$/i.test(file.name)
        ? send('POST /api/boundaries/shapefile', file, { key, query: { dry_run: isDry || undefined, column, file: file.name }, contentType: 'application/zip' })
        : send('POST /api/boundaries/import', parsed(await file.text()), { key, query: { dry_run: isDry || undefined } }),
  },
}

function parsed(text: string): Boundaries {
  try {
    return JSON.parse(text) as Boundaries
  } catch {
    throw new Problem(0, 'bad_file', t('imports.notJson'))
  }
}
