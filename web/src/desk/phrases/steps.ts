import type { PhraseStep } from '@/api/types'

/** The steps whose words may begin with a phrase, in the order of a case. */
export const STEPS: PhraseStep[] = ['settle', 'answer', 'ask', 'work', 'result', 'return']
export const isPhrased = (action: string): action is PhraseStep => (STEPS as string[]).includes(action)
