/** The order of the chapters, and whose they are. A new chapter is a file in each language and a line here. */
import type { Role } from '@/api/types'

export interface Entry {
  chapter: string
  /** Whose work it describes; `everyone` needs it, `others` is for those who hold no post. */
  for: Role[] | 'everyone' | 'others'
}

export const CONTENTS: readonly Entry[] = [
  { chapter: 'start', for: 'everyone' },
  { chapter: 'cases', for: 'everyone' },
  { chapter: 'grid', for: ['grid_worker', 'grid_leader', 'group_leader', 'linked_cadre'] },
  { chapter: 'entry', for: ['grid_worker', 'grid_leader', 'group_leader', 'linked_cadre', 'village_officer', 'branch_secretary', 'township_dispatcher', 'county_office'] },
  { chapter: 'village', for: ['village_officer', 'branch_secretary'] },
  { chapter: 'visits', for: ['linked_cadre', 'grid_worker', 'grid_leader', 'group_leader', 'village_officer', 'branch_secretary', 'township_dispatcher', 'county_office'] },
  { chapter: 'neighbours', for: ['village_officer', 'branch_secretary', 'department_handler', 'linked_cadre', 'group_leader', 'township_dispatcher', 'township_leader', 'county_office'] },
  { chapter: 'dispatch', for: ['township_dispatcher', 'township_leader', 'county_office'] },
  { chapter: 'whistles', for: ['township_dispatcher', 'township_leader', 'department_handler', 'village_officer', 'branch_secretary', 'county_office'] },
  { chapter: 'sources', for: ['township_dispatcher', 'county_office', 'system_admin'] },
  { chapter: 'register', for: ['grid_worker', 'grid_leader', 'village_officer', 'branch_secretary', 'township_dispatcher', 'department_handler', 'county_office'] },
  { chapter: 'mediation', for: ['centre_officer', 'mediator', 'county_office'] },
  { chapter: 'department', for: ['department_handler', 'village_officer', 'branch_secretary', 'township_dispatcher'] },
  { chapter: 'enforcement', for: ['enforcement_officer', 'legal_reviewer', 'township_leader', 'county_office', 'security_admin'] },
  { chapter: 'call-backs', for: ['village_officer', 'branch_secretary', 'township_dispatcher', 'township_leader', 'county_office', 'department_handler'] },
  { chapter: 'leader', for: ['township_leader', 'county_office'] },
  { chapter: 'county', for: ['county_office'] },
  { chapter: 'moving-in', for: ['system_admin', 'security_admin'] },
  { chapter: 'places', for: ['system_admin'] },
  { chapter: 'catalog', for: ['system_admin', 'county_office'] },
  { chapter: 'messages', for: ['system_admin'] },
  { chapter: 'security', for: ['security_admin'] },
  { chapter: 'audit', for: ['audit_admin'] },
  { chapter: 'operator', for: ['system_admin'] },
  { chapter: 'deadlines', for: 'everyone' },
  { chapter: 'protection', for: 'everyone' },
  { chapter: 'resident', for: 'others' },
]

export interface Group {
  title: 'yours' | 'everyone' | 'others'
  chapters: string[]
}

/** The reader's own chapters first, then what everyone needs. */
export function groupsFor(roles: readonly string[]): Group[] {
  const isTheirs = (entry: Entry) => Array.isArray(entry.for) && entry.for.some((role) => roles.includes(role))
  const of = (title: Group['title'], fits: (entry: Entry) => boolean) => ({ title, chapters: CONTENTS.filter(fits).map((entry) => entry.chapter) })
  return [
    of('yours', isTheirs),
    of('everyone', (entry) => entry.for === 'everyone'),
    of('others', (entry) => entry.for !== 'everyone' && !isTheirs(entry)),
  ].filter((group) => group.chapters.length > 0)
}
