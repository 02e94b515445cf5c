/** What the server (or the lack of one) refuses, with words that are ready to show. */
import { t } from './i18n'
import { toast } from './toast'

export interface FieldProblem { field: string; code: string; message: string }

export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly fields: FieldProblem[] = [],
    readonly body: Record<string, unknown> = {},
  ) {
    super(detail)
  }

  /** The message to show beside one field of a form. */
  forField(field: string): string | undefined {
    return this.fields.find((one) => one.field === field)?.message
  }

  get isOffline(): boolean {
    return this.code === 'offline'
  }

  static async of(response: Response): Promise<Problem> {
    const body = await response.json().catch(() => null)
    if (body && typeof body.code === 'string') {
      return new Problem(response.status, body.code, String(body.detail ?? body.title ?? ''), body.fields ?? [], body)
    }
    return new Problem(response.status, 'unreadable', t(response.status >= 500 ? 'problem.server' : 'problem.refused', { status: response.status }))
  }

  static offline(): Problem {
    return new Problem(0, 'offline', t('problem.offline'))
  }
}

/** Anything thrown, as a Problem; mistakes of our own stay visible in the console. */
export function asProblem(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown
  console.error(thrown)
  return new Problem(0, 'unexpected', t('problem.unexpected'))
}

/** Shows a problem that belongs to no field as a slim message. */
export function showProblem(thrown: unknown): Problem {
  const problem = asProblem(thrown)
  toast(problem.detail, 'late')
  return problem
}
