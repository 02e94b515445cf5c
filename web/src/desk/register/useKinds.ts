/** The kinds of the register, by class and by code. */
import { computed } from 'vue'
import type { ItemKind } from '@/api/types'
import { useResource } from '../core/useResource'

export function useKinds() {
  const { value, isLoading, problem, read } = useResource('/api/register/kinds')
  const classes = computed(() => value.value?.classes ?? [])
  const kinds = computed<ItemKind[]>(() => classes.value.flatMap((one) => one.kinds))
  const kindOf = (code: string) => kinds.value.find((kind) => kind.code === code)
  return { classes, kinds, kindOf, isLoading, problem, read }
}
