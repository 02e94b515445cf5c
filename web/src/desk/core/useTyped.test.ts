import { mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h, type Component } from 'vue'
import { createMemoryHistory, createRouter, RouterView } from 'vue-router'
import { useTyped } from './useTyped'

const take = vi.fn()
let type: (words: string) => void
/** The next page is on its way until this is called. */
let arrive: ((page: Component) => void) | undefined

async function onPage() {
  const List = defineComponent({ setup: () => ((type = useTyped(take)), () => h('p')) })
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/', component: List }, { path: '/one', component: () => new Promise<Component>((resolve) => (arrive = resolve)) }] })
  const page = mount(defineComponent({ render: () => h(RouterView) }), { global: { plugins: [router] } })
  await router.push('/')
  await router.isReady()
  return { router, page }
}

describe('words typed into a search', () => {
  beforeEach(() => vi.useFakeTimers())
  afterEach(() => (vi.useRealTimers(), take.mockReset()))

  it('are taken once the typist pauses, without blanks around them', async () => {
    await onPage()
    type('路')
    type(' 路灯 ')
    vi.runAllTimers()
    expect(take.mock.calls).toEqual([['路灯']])
  })

  it('do not call back whoever has gone on meanwhile', async () => {
    const { router } = await onPage()
    type('路灯')
    const going = router.push('/one')
    await vi.waitUntil(() => arrive !== undefined)
    vi.runAllTimers()
    expect(take).not.toHaveBeenCalled()
    arrive!({ render: () => h('p') })
    await going
  })
})
