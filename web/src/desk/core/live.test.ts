import { mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import { startLive, stopLive, useLive } from './live'

class Stream extends EventTarget {
  static all: Stream[] = []
  isClosed = false
  constructor(readonly address: string) {
    super()
    Stream.all.push(this)
  }
  close(): void {
    this.isClosed = true
  }
  say(topics: string[]): void {
    this.dispatchEvent(Object.assign(new Event('changed'), { data: JSON.stringify({ topics }) }))
  }
}

const reader = (topics: string[], read: () => void) => mount(defineComponent({ setup: () => (useLive(topics, read), () => h('div')) }))

describe('live pages', () => {
  beforeEach(() => {
    vi.useFakeTimers()
    Stream.all = []
    vi.stubGlobal('EventSource', Stream)
    vi.stubGlobal('BroadcastChannel', undefined)
  })
  afterEach(() => {
    stopLive()
    vi.unstubAllGlobals()
    vi.useRealTimers()
  })

  it('read again once for many hints about what they show, and never for others', () => {
    const read = vi.fn()
    const page = reader(['cases'], read)
    startLive()
    Stream.all[0]!.say(['people'])
    Stream.all[0]!.say(['cases'])
    Stream.all[0]!.say(['cases'])
    vi.advanceTimersByTime(1000)
    expect(read).toHaveBeenCalledTimes(1)
    page.unmount()
  })

  it('read everything again when the stream comes back, because nobody knows what was missed', () => {
    const read = vi.fn()
    const page = reader(['cases'], read)
    startLive()
    Stream.all[0]!.dispatchEvent(new Event('open'))
    vi.advanceTimersByTime(1000)
    expect(read).not.toHaveBeenCalled()
    Stream.all[0]!.dispatchEvent(new Event('open'))
    vi.advanceTimersByTime(1000)
    expect(read).toHaveBeenCalledTimes(1)
    page.unmount()
  })

  it('keep one stream however often they are started, and close it at log-out', () => {
    startLive()
    startLive()
    expect(Stream.all).toHaveLength(1)
    stopLive()
    expect(Stream.all[0]!.isClosed).toBe(true)
  })

  it('stop reading when the page is left', () => {
    const read = vi.fn()
    reader(['cases'], read).unmount()
    startLive()
    Stream.all[0]!.say(['cases'])
    vi.advanceTimersByTime(1000)
    expect(read).not.toHaveBeenCalled()
  })
})
