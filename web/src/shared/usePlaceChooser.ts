/** Walking down the tree of places, one list a level, from where this instance lies to a grid. */
import { reactive, ref, type Ref } from 'vue'
import type { Region, RegionRef } from '@/api/types'
import { get } from './api'
import { asProblem } from './problem'
import { loadSetup } from './setup'

export interface Rung { level: string; rows: Region[]; chosen: string }

export function usePlaceChooser(changed: (chosen: Region | null) => void) {
  const rungs: Ref<Rung[]> = ref([])
  const trouble = ref<string | null>(null)
  const isLoading = ref(false)
  // Answers that come late, after another choice, are dropped.
  let turn = 0

  async function start(code: string | null): Promise<void> {
    const mine = ++turn
    await guarded(async () => {
      const { region } = await loadSetup()
      const path = code ? await pathBelow(region.code, code) : []
      const found: Rung[] = []
      for (const parent of [region.code, ...path.map((one) => one.code)]) {
        const rung = await rungBelow(parent)
        if (rung) found.push({ ...rung, chosen: path[found.length]?.code ?? '' })
      }
      if (mine === turn) rungs.value = found
    })
  }

  async function choose(index: number, code: string): Promise<void> {
    const mine = ++turn
    const rung = rungs.value[index]
    if (!rung) return
    rung.chosen = code
    rungs.value = rungs.value.slice(0, index + 1)
    const chosen = rung.rows.find((one) => one.code === code)
    changed(chosen ?? parentOf(index))
    if (!chosen?.has_children) return
    await guarded(async () => {
      const next = await rungBelow(code)
      if (next && mine === turn) rungs.value = [...rungs.value, next]
    })
  }

  function parentOf(index: number): Region | null {
    const above = rungs.value[index - 1]
    return above?.rows.find((one) => one.code === above.chosen) ?? null
  }

  async function guarded(work: () => Promise<void>): Promise<void> {
    isLoading.value = true
    trouble.value = null
    try {
      await work()
    } catch (thrown) {
      trouble.value = asProblem(thrown).detail
    } finally {
      isLoading.value = false
    }
  }

  return reactive({ rungs, trouble, isLoading, start, choose })
}

async function rungBelow(parent: string): Promise<Rung | null> {
  const { rows } = await get('/api/regions', { query: { parent } })
  return rows[0] ? { level: rows[0].level, rows, chosen: '' } : null
}

async function pathBelow(root: string, code: string): Promise<RegionRef[]> {
  const found = await get('/api/regions/{code}', { path: { code } })
  const whole = [...found.path.filter((one) => one.code !== code), found]
  return whole.slice(whole.findIndex((one) => one.code === root) + 1)
}
