/** Who stands in for me: what is arranged, whom I may ask, and arranging it. */
import { computed, reactive, ref } from 'vue'
import type { Cover } from '@/api/types'
import { nameOf, t } from '@/shared/i18n'
import { showProblem } from '@/shared/problem'
import { civilDay } from '@/shared/time'
import { toast } from '@/shared/toast'
import { ask } from '../core/ask'
import { send } from '../core/calls'
import { me } from '../core/session'
import { useResource } from '../core/useResource'
import { useSubmit } from '../core/useSubmit'

export function useCover() {
  const today = civilDay(new Date())
  /** My own posts in a unit; one that stands in for somebody cannot be passed on. */
  const posts = computed(() => (me.value?.posts ?? []).filter((post) => post.unit && !post.deputy_for && !post.role.endsWith('_admin')))
  const isAdding = ref(false)
  const wasTried = ref(false)
  const form = reactive({ post: '', person: '', from: today, until: '' })
  const covers = useResource('/api/session/covers', () => (posts.value.length ? {} : null))
  const post = computed(() => posts.value.find((one) => one.id === form.post))
  const found = useResource('/api/session/covers/colleagues', () => (isAdding.value && form.post ? { query: { post: form.post } } : null))
  /** The place tells two grids apart; where it is one's own it says nothing. */
  const rows = computed(() => found.value.value?.rows.map(({ person, region }) => ({ ...person, where: region.code === post.value?.region.code ? '' : nameOf(region.names) })))
  const { isBusy, formError, errorOf, submit, forget } = useSubmit()

  function begin(): void {
    Object.assign(form, { post: posts.value[0]?.id ?? '', person: '', from: today, until: '' })
    wasTried.value = false
    forget()
    isAdding.value = true
  }

  const missing = (field: string): string => (wasTried.value && ((field === 'person' && !form.person) || (field === 'from' && !form.from) || (field === 'until' && !form.until)) ? t('ui.required') : '')

  async function save(): Promise<void> {
    wasTried.value = true
    if (!form.person || !form.from || !form.until) return
    const body = { ...form }
    const answer = await submit(body, (key) => send('POST /api/session/covers', body, { key }))
    if (!answer || answer === true) return
    covers.value.value = answer
    isAdding.value = false
    toast(t('account.coverSaved'), 'done')
  }

  async function end(row: Cover): Promise<void> {
    if (!(await ask(t('account.coverEndAsk', { name: row.person.name })))) return
    try {
      await send('DELETE /api/session/covers/{id}', undefined, { path: { id: row.id } })
      toast(t('account.coverEnded'), 'done')
      await covers.read()
    } catch (thrown) {
      showProblem(thrown)
    }
  }

  return { posts, form, today, colleagues: { ...found, rows }, covers, isAdding, isBusy, formError, errorOf: (field: string) => missing(field) || errorOf(field), begin, save, end }
}
