/** The roles a post can have, in the order of the field; what each may do comes from the server. */
export const ROLES = [
  'grid_worker', 'village_officer', 'branch_secretary', 'township_dispatcher', 'township_leader',
  'department_handler', 'county_office', 'system_admin', 'security_admin', 'audit_admin',
]
