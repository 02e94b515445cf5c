/**
 * A write of somebody who walks about: put into the outbox first, then sent at once where there is a network. Closed in the middle,
 * the page loses nothing; answered, it goes on as ever; without an answer, it waits and sends itself.
 */
import type { Writes } from '@/api/types'
import type { WriteOptions } from '@/shared/api'
import { t } from '@/shared/i18n'
import { Problem, asProblem } from '@/shared/problem'
import { firstWords, type Item, type LastAnswer } from '@/outbox/item'
import { PhoneFull, addAndSend, drop, lastEnd, photosFor, type NewItem } from '@/outbox/queue'
import { get, send } from '../core/calls'
import { isInTheField } from '../core/posts'
import { expireSession, me } from '../core/session'

/** It lies in the outbox, and goes by itself. */
export class Waiting {
  constructor(readonly item: Item) {}
}

export interface PostOptions extends Pick<WriteOptions, 'key'> {
  path?: Record<string, string>
  kind: Item['kind']
  about: Item['about']
}

/** As long as somebody watches a button turn. */
const PATIENCE_MS = 12_000

export async function post<A extends keyof Writes>(operation: A, body: Writes[A][0], options: PostOptions): Promise<Writes[A][1] | Waiting> {
  const { key, path, kind, about } = options
  const person = me.value?.person
  if (!isInTheField.value || !person) return send(operation, body, { key, path })
  const item: NewItem = { key, path, kind, operation, body, owner: person.id, owner_name: person.name, about: { ...about, words: firstWords(about.words) } }
  const photos = await photosFor(body)
  let end: { item: Item; answer: unknown }
  try {
    end = await addAndSend(item, photos, PATIENCE_MS)
  } catch (thrown) {
    // No room, or a browser that keeps nothing: on line it goes as it always went, and otherwise the form stays as it is.
    if (photos.length === 0) {
      const answer = await send(operation, body, { key, path }).catch(asProblem)
      if (!(answer instanceof Problem)) return answer
      if (!answer.isOffline) throw answer
    }
    throw new Problem(0, 'full', t(thrown instanceof PhoneFull ? 'outbox.full' : 'outbox.noRoom'))
  }
  if (end.item.state === 'delivered') {
    const answer = end.answer ?? (await whatBecame(end.item))
    if (answer) return answer as Writes[A][1]
  }
  if (end.item.state === 'look' && end.item.answer) {
    // Refused while its writer still looks at the form: it is mended there.
    await drop(end.item.key)
    throw problemOf(end.item.answer)
  }
  if (lastEnd.value === 'log_in') expireSession()
  return new Waiting(end.item)
}

/** Another tab or the worker has sent it: what it was answered is read anew. */
function whatBecame({ kind, about, result }: Item): Promise<unknown> {
  const id = result?.id ?? about.case
  if (!id) return Promise.resolve(null)
  const path = { id }
  if (kind === 'visit') return get('/api/visits/{id}', { path }).catch(() => null)
  return (kind === 'plea' ? get('/api/cases/{id}/pleas', { path }) : get('/api/cases/{id}', { path })).catch(() => null)
}

const problemOf = ({ status, code, detail, fields }: LastAnswer): Problem =>
  new Problem(status, code, detail || t('problem.unexpected'), fields.map((one) => ({ ...one, code: '' })))
