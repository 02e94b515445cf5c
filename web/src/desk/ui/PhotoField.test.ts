/** A form that is sent while its photos are on their way goes by itself once they are there. */
import { mount } from '@vue/test-utils'
import { describe, expect, it, vi } from 'vitest'
import { defineComponent, h, nextTick, reactive, ref } from 'vue'
import PhotoField from './PhotoField.vue'

const photos = reactive({
  photos: [] as { id: number }[],
  sent: [] as { sha: string }[],
  isSending: false,
  hasFailed: false,
  sendRest: vi.fn(async () => false),
})
vi.mock('@/shared/usePhotos', () => ({ usePhotos: () => photos }))
vi.mock('@/shared/PhotoPicker.vue', () => ({ default: defineComponent(() => () => h('i')) }))

function form() {
  Object.assign(photos, { photos: [{ id: 1 }, { id: 2 }], sent: [{ sha: 'a' }], isSending: true, hasFailed: false })
  const went: string[][] = []
  const shas = ref<string[]>([])
  const page = mount(
    defineComponent(() => () =>
      h('form', { onSubmit: () => went.push([...shas.value]) }, [h(PhotoField, { modelValue: shas.value, 'onUpdate:modelValue': (now: string[]) => (shas.value = now) })]),
    ),
    { attachTo: document.body, global: { mocks: { $t: (key: string) => key } } },
  )
  return { went, page }
}

describe('a form with photos', () => {
  it('goes once, with all of them, when the last has arrived', async () => {
    const { went, page } = form()
    await page.trigger('submit')
    expect(went).toEqual([])
    expect(page.text()).toContain('ui.photosOnTheWay')
    Object.assign(photos, { sent: [{ sha: 'a' }, { sha: 'b' }], isSending: false })
    await nextTick()
    await nextTick()
    expect(went).toEqual([['a', 'b']])
    page.unmount()
  })

  it('waits for its writer where one was taken away instead', async () => {
    const { went, page } = form()
    photos.hasFailed = true
    await page.trigger('submit')
    Object.assign(photos, { photos: [{ id: 1 }], isSending: false, hasFailed: false })
    await nextTick()
    await nextTick()
    expect(went).toEqual([])
    await page.trigger('submit')
    expect(went).toHaveLength(1)
    page.unmount()
  })
})
