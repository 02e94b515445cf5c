/** Filters of the list kept under a name: one's own, and those of one's units. */
import { computed, type Ref } from 'vue'
import type { SavedView } from '@/api/types'
import { showProblem } from '@/shared/problem'
import { toast } from '@/shared/toast'
import { t } from '@/shared/i18n'
import { ask } from '../core/ask'
import { send } from '../core/calls'
import { isSame, type Query } from '../core/query'
import { me } from '../core/session'
import { useResource } from '../core/useResource'

export function useSavedViews(query: Ref<Query>) {
  const { value, read } = useResource('/api/views', () => ({ query: { list: 'cases' } }))
  const views = computed(() => value.value?.rows ?? [])
  const open = computed(() => views.value.find((view) => isSame(view.query, query.value)))
  /** There is something to keep, and it is not kept yet. */
  const canKeep = computed(() => Object.keys(query.value).length > 0 && !open.value)
  const units = computed(() => [...new Map((me.value?.posts ?? []).flatMap((post) => (post.unit ? [[post.unit.id, post.unit] as const] : []))).values()])

  async function forget(view: SavedView): Promise<void> {
    if (!(await ask(t(view.unit ? 'cases.forgetShared' : 'cases.forgetView', { name: view.name })))) return
    try {
      await send('DELETE /api/views/{id}', undefined, { path: { id: view.id } })
      toast(t('cases.viewForgotten'), 'done')
    } catch (thrown) {
      showProblem(thrown)
    }
    void read()
  }

  return { views, open, canKeep, units, forget, read }
}
