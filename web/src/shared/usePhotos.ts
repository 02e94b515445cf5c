/** Photos chosen for a report or a remark: made small, sent up one by one, named by their content hash. */
import { computed, reactive, ref } from 'vue'
import { send } from './api'
import { hold, isThere, letGo, mayWait } from './held'
import { t } from './i18n'
import { PhotoRefused, room, shrinkPhoto, thumbOf } from './photos'
import { asProblem } from './problem'
import { idempotencyKey } from './random'
import { loadSetup, setup } from './setup'

export interface ChosenPhoto { id: number; thumb: string; sha: string | null; /** `kept`: it waits on this device. */ state: 'sending' | 'sent' | 'kept' | 'failed'; words?: string }
export interface SentPhoto { sha: string; thumb: string }

const MOST = 9
const MAX_BYTES = 20 * 1024 * 1024
/** A line that hangs is no line: a photo that may wait does not hold its writer up. */
const LIMIT_MS = 60_000
let last = 0

export function usePhotos(initial: SentPhoto[] = []) {
  const photos = ref<ChosenPhoto[]>(initial.filter((one) => isThere(one.sha)).map((one) => ({ id: ++last, ...one, state: 'sent' as const })))
  const trouble = ref<string | null>(null)
  const blobs = new Map<number, Blob>()
  const most = computed(() => setup.value?.photo_max_count ?? MOST)
  const sent = computed<SentPhoto[]>(() => photos.value.flatMap(({ sha, thumb }) => (sha ? [{ sha, thumb }] : [])))
  const isSending = computed(() => photos.value.some((one) => one.state === 'sending'))
  const hasFailed = computed(() => photos.value.some((one) => one.state === 'failed'))

  async function add(files: File[]): Promise<void> {
    trouble.value = null
    await loadSetup().catch(() => undefined)
    const fitting = room(photos.value.length, files.length, most.value)
    if (fitting < files.length) trouble.value = t('photo.too_many', { most: most.value })
    for (const file of files.slice(0, fitting)) await addOne(file)
  }

  async function addOne(file: File): Promise<void> {
    const limit = setup.value?.photo_max_bytes ?? MAX_BYTES
    try {
      const blob = await shrinkPhoto(file, limit)
      const photo = reactive<ChosenPhoto>({ id: ++last, thumb: await thumbOf(blob), sha: null, state: 'sending' })
      blobs.set(photo.id, blob)
      photos.value.push(photo)
      await upload(photo)
    } catch (thrown) {
      if (!(thrown instanceof PhotoRefused)) throw thrown
      trouble.value = t(`photo.${thrown.reason}`, { name: thrown.file, limit: Math.floor(limit / 1024 / 1024) })
    }
  }

  async function upload(photo: ChosenPhoto): Promise<void> {
    const blob = blobs.get(photo.id)
    if (!blob) return
    photo.state = 'sending'
    const giveUp = new AbortController()
    const timer = mayWait() ? setTimeout(() => giveUp.abort(), LIMIT_MS) : undefined
    try {
      const { sha } = await send('POST /api/photos', blob, { signal: giveUp.signal })
      if (photo.sha) letGo(photo.sha)
      photo.sha = sha
      photo.state = 'sent'
      blobs.delete(photo.id)
    } catch (thrown) {
      const isCut = giveUp.signal.aborted || asProblem(thrown).isOffline
      if (isCut && mayWait()) {
        photo.sha ??= hold(idempotencyKey(), blob)
        photo.state = 'kept'
        return
      }
      photo.state = 'failed'
      photo.words = asProblem(thrown).detail
    } finally {
      clearTimeout(timer)
    }
  }

  function remove(photo: ChosenPhoto): void {
    blobs.delete(photo.id)
    photos.value = photos.value.filter((one) => one.id !== photo.id)
    trouble.value = null
  }

  /** Sends what has not gone up yet; true when everything is there, or kept to be sent with what it belongs to. */
  async function sendRest(): Promise<boolean> {
    const isRest = ({ state }: ChosenPhoto) => state === 'failed' || (state === 'kept' && navigator.onLine)
    for (const photo of photos.value.filter(isRest)) await upload(photo)
    return !isSending.value && !hasFailed.value
  }

  function clear(): void {
    blobs.clear()
    photos.value = []
    trouble.value = null
  }

  return reactive({ photos, trouble, most, sent, isSending, hasFailed, add, retry: upload, remove, sendRest, clear })
}

export type Photos = ReturnType<typeof usePhotos>
