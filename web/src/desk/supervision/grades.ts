import type { Grade } from '@/api/types'

/** From the mildest to the gravest. */
export const GRADES: Grade[] = ['yellow', 'orange', 'red']
