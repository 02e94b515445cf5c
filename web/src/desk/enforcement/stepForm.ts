/** A step while it is typed, and what of it is sent. */
import type { EnforcementPaper, EnforcementPenalty, EnforcementStep, EnforcementStepName } from '@/api/types'
import { civilDay } from '@/shared/time'
import { fenOf } from './words'

export const PENALTIES: EnforcementPenalty[] = ['warning', 'criticism', 'fine', 'confiscation', 'demolition', 'suspension']

export interface StepDraft {
  words: string
  paper: EnforcementPaper['kind']
  made_on: string
  photos: string[]
  struck: string
  officer: string
  by: string
  penalties: EnforcementPenalty[]
  fine: string
  hearing: boolean
  statement: 'stated' | 'waived' | 'hearing_asked' | 'hearing_held'
  passes: boolean
  outcome: 'penalty' | 'no_penalty' | 'transfer'
  discussion: string
  publicity: 'none' | 'social_impact' | 'county_rule'
  delivery: 'direct' | 'left' | 'electronic' | 'entrusted' | 'post' | 'notice'
  execution: 'paid' | 'performed' | 'ended'
  annuller: 'review' | 'court' | 'own' | 'superior'
  on: string
  address: string
}

/** Days begin with today, so that what is sent is what was seen. */
export const emptyStep = (today = civilDay(new Date())): StepDraft => ({
  words: '', paper: 'scene_record', made_on: today, photos: [], struck: '', officer: '', by: '', penalties: [], fine: '', hearing: false, statement: 'stated', passes: true,
  outcome: 'penalty', discussion: '', publicity: 'none', delivery: 'direct', execution: 'paid', annuller: 'review', on: today, address: '',
})

/** What is sent of a draft. An amount that cannot be read is sent as one that the server refuses beside its field. */
export function stepOf(name: EnforcementStepName, draft: StepDraft): EnforcementStep {
  const words = draft.words.trim() || undefined
  const on = draft.on || undefined
  const fine_fen = draft.penalties.includes('fine') ? (fenOf(draft.fine) ?? -1) : 0
  switch (name) {
    case 'paper':
      return { kind: name, paper: draft.paper, made_on: draft.made_on || undefined, words, photos: draft.photos }
    case 'strike':
      return { kind: name, paper: draft.struck, words }
    case 'replace':
      return { kind: name, officer: draft.officer, by: draft.by, words }
    case 'notify':
      return { kind: name, words, penalties: draft.penalties, fine_fen, hearing: draft.hearing }
    case 'statement':
      return { kind: name, statement: draft.statement, words }
    case 'review':
      return { kind: name, passes: draft.passes, words }
    case 'decide': {
      const imposes = draft.outcome === 'penalty'
      return {
        kind: name,
        outcome: draft.outcome,
        penalties: imposes ? draft.penalties : [],
        fine_fen: imposes ? fine_fen : 0,
        words,
        discussion: draft.discussion.trim() || undefined,
        publicity: imposes ? draft.publicity : 'none',
      }
    }
    case 'deliver':
      return { kind: name, way: draft.delivery, on, words }
    case 'court':
    case 'refund':
      return { kind: name, on, words }
    case 'perform':
      return { kind: name, way: draft.execution, on, words }
    case 'annul':
      return { kind: name, annuller: draft.annuller, on, words }
    case 'address':
      return { kind: name, address: draft.address.trim() }
    case 'submit':
    case 'urge':
    case 'publish':
    case 'withdraw':
      return { kind: name, words }
  }
}
