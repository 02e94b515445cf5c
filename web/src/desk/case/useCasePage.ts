/** The state of the case page: the case, and the form that is open on it. */
import { useRoute, useRouter } from 'vue-router'
import { get } from '../core/calls'
import { useKeys } from '../core/keys'
import { can } from '../core/session'
import { useCase } from './useCase'
import { useCaseForm } from './useCaseForm'

export function useCasePage() {
  const route = useRoute()
  const router = useRouter()
  const page = useCase(() => (route.name === 'case' ? String(route.params.id) : undefined))
  const sheet = useCaseForm(page)

  /** What the lead of a whistle answered is the draft of the result: nobody types it twice, and nobody's words are overwritten. */
  async function begin(action: string): Promise<void> {
    sheet.begin(action)
    const id = page.shown.value?.id
    if (action !== 'result' || !id || !can('whistle.read')) return
    const answered = await get('/api/whistles', { query: { case: id, state: 'over', limit: 1 } }).catch(() => null)
    const whistle = answered?.rows[0]
    const { draft } = sheet.sheet.value
    if (whistle?.answer && sheet.open.value === 'result' && page.shown.value?.id === id && !draft.text) {
      Object.assign(draft, { text: whistle.answer, outcome: draft.outcome || whistle.outcome || '' })
    }
  }

  useKeys([
    { key: 'd', label: 'dispatch', run: () => sheet.actions.value.includes('dispatch') && sheet.begin('dispatch') },
    { key: 's', label: 'split', run: () => sheet.actions.value.includes('split') && sheet.begin('split') },
    { key: 'Escape', label: 'back', run: () => router.back() },
  ])

  return { ...page, ...sheet, begin }
}
