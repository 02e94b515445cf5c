import type { Role } from '@/api/types'

/** The roles a post can have, in the order of the field; what each may do comes from the server. */
export const ROLES: Role[] = [
  'grid_worker', 'grid_leader', 'group_leader', 'linked_cadre', 'village_officer', 'branch_secretary', 'township_dispatcher', 'township_leader',
  'department_handler', 'enforcement_officer', 'legal_reviewer', 'centre_officer', 'mediator', 'county_office', 'system_admin', 'security_admin', 'audit_admin',
]

/** A post while it is typed. */
export interface PostDraft {
  role: Role | ''
  region: string
  unit: string | string[]
}

export const emptyPost = (): PostDraft => ({ role: '', region: '', unit: '' })
