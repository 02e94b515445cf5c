/**
 * Sending a form when somebody may have been faster: what the server says of it stays in view, what is shown is read
 * again, and what was typed stays where it is. Sending once more is then a decision made with open eyes.
 */
import { computed, ref } from 'vue'
import { useSubmit } from './useSubmit'

/** Of a record that was changed meanwhile; steps of a case have refusals of their own. */
const RECORD = ['record_changed', 'catalog_changed']

export function useConflict(reread: () => Promise<unknown>, codes: readonly string[] = RECORD) {
  const form = useSubmit()
  const conflict = ref('')

  async function submit<T>(body: unknown, act: (key: string) => Promise<T>): Promise<T | true | undefined> {
    const answer = await form.submit(body, act)
    if (answer) conflict.value = ''
    else if (form.problem.value && codes.includes(form.problem.value.code)) {
      conflict.value = form.problem.value.detail
      form.forget()
      await reread()
    }
    return answer
  }

  function begin(): void {
    conflict.value = ''
    form.forget()
  }

  return { ...form, submit, conflict, begin }
}

export interface Change {
  label: string
  before: string
  now: string
}

/** What has become of a record since its form was opened; `words` says what stands in it now, by the fields' labels. */
export function useChanges(words: () => Record<string, string>) {
  const opened = words()
  return computed<Change[]>(() =>
    Object.entries(words()).flatMap(([label, now]) => (now === opened[label] ? [] : [{ label, before: opened[label] ?? '', now }])),
  )
}
