/** Begins with the desk: sends what waits, and lets photos wait, for those who walk about. */
import { watch } from 'vue'
import { letPhotosWait } from '@/shared/held'
import { startShell } from '@/shared/shell'
import { lastEnd, sendAs, startOutbox } from '@/outbox/queue'
import { isInTheField } from '../core/posts'
import { expireSession, me, renewals } from '../core/session'

export function startOffline(): void {
  letPhotosWait(() => isInTheField.value)
  void startOutbox()
  watch([() => me.value?.person.id ?? null, renewals], ([now]) => sendAs(now))
  watch(lastEnd, (end) => end === 'log_in' && me.value && expireSession())
  // The page comes first; what keeps it for later can wait.
  if (document.readyState === 'complete') void startShell('/desk')
  else addEventListener('load', () => void startShell('/desk'), { once: true })
}
