/** The state of the case page: the case, and the form that is open on it. */
import { useRoute, useRouter } from 'vue-router'
import { useKeys } from '../core/keys'
import { useCase } from './useCase'
import { useCaseForm } from './useCaseForm'

export function useCasePage() {
  const route = useRoute()
  const router = useRouter()
  const page = useCase(() => (route.name === 'case' ? String(route.params.id) : undefined))
  const sheet = useCaseForm(page)

  useKeys([
    { key: 'd', label: 'dispatch', run: () => sheet.actions.value.includes('dispatch') && sheet.begin('dispatch') },
    { key: 's', label: 'split', run: () => sheet.actions.value.includes('split') && sheet.begin('split') },
    { key: 'Escape', label: 'back', run: () => router.back() },
  ])

  return { ...page, ...sheet }
}
