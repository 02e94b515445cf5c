/** The handbook in the reader's language, what of it is open, and what was looked for. */
import { computed, ref, shallowRef, watch } from 'vue'
import { useRoute } from 'vue-router'
import { lang, type Lang } from '@/shared/i18n'
import { asProblem, type Problem } from '@/shared/problem'
import { me } from '../core/session'
import type { Book } from './books/bound'
import { groupsFor } from './contents'
import { find } from './search'

const books: Record<Lang, () => Promise<{ default: Book }>> = { zh: () => import('./books/zh'), en: () => import('./books/en') }

export function useHandbook() {
  const route = useRoute()
  const book = shallowRef<Book | null>(null)
  const problem = ref<Problem | null>(null)

  async function read(): Promise<void> {
    const wanted = lang.value
    problem.value = null
    try {
      const found = (await books[wanted]()).default
      if (wanted === lang.value) book.value = found
    } catch (thrown) {
      problem.value = asProblem(thrown)
    }
  }
  watch(lang, read, { immediate: true })

  const groups = computed(() => groupsFor((me.value?.posts ?? []).map((post) => post.role)))
  const order = computed(() => groups.value.flatMap((group) => group.chapters))
  const name = computed(() => (typeof route.params.chapter === 'string' ? route.params.chapter : ''))
  const chapter = computed(() => book.value?.[name.value] ?? null)
  const words = computed(() => (typeof route.query.q === 'string' ? route.query.q : ''))
  const found = computed(() => (book.value && words.value ? find(book.value, order.value, words.value) : null))

  return { book, problem, read, groups, order, name, chapter, words, found }
}
