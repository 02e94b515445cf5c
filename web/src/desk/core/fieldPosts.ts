/** Posts of those who walk about. */
import type { Post, Role } from '@/api/types'

const IN_THE_FIELD: Role[] = ['grid_worker', 'grid_leader', 'group_leader', 'linked_cadre']

export const isFieldPost = (post: Pick<Post, 'role'>): boolean => IN_THE_FIELD.includes(post.role)
