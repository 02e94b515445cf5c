/** Photos of a form: made small, sent at once, and kept by their content hash until the form is sent. */
import { computed, ref, type Ref } from 'vue'
import { t } from '@/shared/i18n'
import { PhotoRefused, room, shrinkPhoto } from '@/shared/photos'
import { asProblem } from '@/shared/problem'
import { loadSetup, setup } from '@/shared/setup'
import { send } from '../core/calls'

interface Sent {
  sha: string
  preview: string
}

export function usePhotos(shas: Ref<string[]>) {
  const sent = ref<Sent[]>([])
  const sending = ref(0)
  const trouble = ref('')
  const most = computed(() => setup.value?.photo_max_count ?? 9)
  void loadSetup().catch(() => undefined)

  async function add(files: FileList | null): Promise<void> {
    trouble.value = ''
    const chosen = [...(files ?? [])]
    const fitting = room(sent.value.length + sending.value, chosen.length, most.value)
    if (fitting < chosen.length) trouble.value = t('photo.too_many', { most: most.value })
    for (const file of chosen.slice(0, fitting)) await one(file)
  }

  async function one(file: File): Promise<void> {
    sending.value++
    try {
      const limits = await loadSetup()
      const blob = await shrinkPhoto(file, limits.photo_max_bytes)
      const stored = await send('POST /api/photos', blob)
      if (!shas.value.includes(stored.sha)) {
        sent.value = [...sent.value, { sha: stored.sha, preview: URL.createObjectURL(blob) }]
        publish()
      }
    } catch (thrown) {
      trouble.value =
        thrown instanceof PhotoRefused
          ? t(`photo.${thrown.reason}`, { name: thrown.file, limit: Math.round((setup.value?.photo_max_bytes ?? 0) / 1_048_576) })
          : asProblem(thrown).detail
    } finally {
      sending.value--
    }
  }

  function remove(sha: string): void {
    for (const photo of sent.value) if (photo.sha === sha) URL.revokeObjectURL(photo.preview)
    sent.value = sent.value.filter((photo) => photo.sha !== sha)
    publish()
  }

  const publish = () => (shas.value = sent.value.map((photo) => photo.sha))

  return { sent, sending, trouble, most, add, remove }
}
