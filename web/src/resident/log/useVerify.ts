/**
 * Checking on this device: a proof fetched by receipt or chosen as a file, and the head this device saw before. The key
 * is the one that was published when this device first checked, never the file's own word; another one is said aloud.
 */
import { reactive, ref, shallowRef } from 'vue'
import type { ProofFile } from '@/api/types'
import { get } from '@/shared/api'
import { asProblem, type Problem } from '@/shared/problem'
import { saveFile } from '@/shared/saveFile'
import { keepJson, recallJson } from '@/shared/storage'
import { CheckFailed, checkHeads, checkProof, openHead, readProof, type Checked, type Failure } from './check'

/** What this device keeps of a log: the key it met first, and the newest head it found sound. */
interface Known { key: string; note: string; since: number }

const KEPT = 'log'
const known = () => recallJson<Known | null>(KEPT, null)

export interface Verdict {
  file: ProofFile
  checked: Checked
  /** Since when this device watches, and whether the log only grew since; null where it watches from now on. */
  watched: { since: number; size: number } | null
}

export function useVerify() {
  const verdict = shallowRef<Verdict | null>(null)
  const failure = ref<{ kind: Failure | 'key' | 'no_crypto'; at?: number } | null>(null)
  const problem = shallowRef<Problem | null>(null)
  const isBusy = ref(false)

  async function attempt(read: () => Promise<ProofFile>): Promise<void> {
    verdict.value = null
    failure.value = null
    problem.value = null
    // Browsers give their hash functions to secure pages only.
    if (!globalThis.crypto?.subtle) {
      failure.value = { kind: 'no_crypto' }
      return
    }
    isBusy.value = true
    try {
      verdict.value = await weigh(await read())
    } catch (thrown) {
      if (thrown instanceof OtherKey) failure.value = { kind: 'key' }
      else if (thrown instanceof CheckFailed) failure.value = { kind: thrown.failure, at: thrown.at }
      else problem.value = asProblem(thrown)
    } finally {
      isBusy.value = false
    }
  }

  const byReceipt = (receipt: string) => attempt(() => get('/api/receipt/proof', { receipt }))
  const byFile = (file: Blob) => attempt(async () => readProof(await file.text()))

  function download(): void {
    if (!verdict.value) return
    const { file } = verdict.value
    saveFile(`${file.case}.proof.json`, new Blob([JSON.stringify(file, null, 1)], { type: 'application/json' }))
  }

  return reactive({ verdict, failure, problem, isBusy, byReceipt, byFile, download })
}

class OtherKey extends Error {}

async function weigh(file: ProofFile): Promise<Verdict> {
  const before = known()
  const key = before?.key ?? (await get('/api/log')).key
  if (key !== file.key) throw new OtherKey()
  const checked = await checkProof(file, key)
  if (!before) {
    keepJson(KEPT, { key, note: file.head, since: Date.now() } satisfies Known)
    return { file, checked, watched: null }
  }
  const kept = await openHead(before.note, before.key)
  const [older, newer] = kept.size <= checked.head.size ? [kept, checked.head] : [checked.head, kept]
  // The same head again needs nobody's answer.
  const path = older.size === newer.size ? [] : (await get('/api/log/consistency', { query: { from: older.size, to: newer.size } })).path
  await checkHeads(older, newer, path)
  if (newer === checked.head) keepJson(KEPT, { ...before, note: file.head } satisfies Known)
  return { file, checked, watched: { since: before.since, size: kept.size } }
}
