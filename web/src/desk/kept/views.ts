/** Which kept view a list shows, and whether there is anything to keep. */
import type { SavedView } from '@/api/types'
import { isSame, type Query } from '../core/query'

/** The view whose filters these are. */
export const openOf = (views: SavedView[], query: Query): SavedView | undefined => views.find((view) => isSame(view.query, query))
/** There is something to keep, and it is not kept yet. */
export const mayKeep = (views: SavedView[], query: Query): boolean => Object.keys(query).length > 0 && !openOf(views, query)
