/** Filters of the list kept under a name: one's own, and those of one's units. */
import { computed, type Ref } from 'vue'
import type { SavedList, SavedView } from '@/api/types'
import { showProblem } from '@/shared/problem'
import { toast } from '@/shared/toast'
import { t } from '@/shared/i18n'
import { ask } from '../core/ask'
import { send } from '../core/calls'
import type { Query } from '../core/query'
import { me } from '../core/session'
import { useResource } from '../core/useResource'
import { mayKeep, openOf } from './views'

export function useSavedViews(list: SavedList, query: Ref<Query>) {
  const { value, read } = useResource('/api/views', () => ({ query: { list } }))
  const views = computed(() => value.value?.rows ?? [])
  const open = computed(() => openOf(views.value, query.value))
  const canKeep = computed(() => mayKeep(views.value, query.value))
  const units = computed(() => [...new Map((me.value?.posts ?? []).flatMap((post) => (post.unit ? [[post.unit.id, post.unit] as const] : []))).values()])

  async function forget(view: SavedView): Promise<void> {
    if (!(await ask(t(view.unit ? 'kept.forgetShared' : 'kept.forget', { name: view.name })))) return
    try {
      await send('DELETE /api/views/{id}', undefined, { path: { id: view.id } })
      toast(t('kept.forgotten'), 'done')
    } catch (thrown) {
      showProblem(thrown)
    }
    void read()
  }

  return { views, open, canKeep, units, forget, read }
}
