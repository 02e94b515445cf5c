/** What each step asks for: which fields its form has, and how they become the step that is sent. */
import type { DisputeSide, DisputeStep } from '@/api/types'

export interface StepValues {
  both: boolean
  words: string
  to: string
  number: string
  mediator: string
  declared: boolean
  side: DisputeSide | ''
  until: string
  form: 'oral' | 'written'
  terms: string
  effective_on: string
  items: { words: string; due_on: string }[]
  way: 'arbitration' | 'court' | 'reconsideration'
  kept: boolean
  on: string
}
export type StepField = 'both' | 'words' | 'note' | 'to' | 'number' | 'ruling' | 'mediator' | 'side' | 'decliner' | 'until' | 'agreement' | 'way' | 'kept' | 'on'

export const FIELDS: Record<string, StepField[]> = {
  accept: ['both'],
  prolong: ['words'],
  transfer: ['to', 'number', 'note'],
  propose: ['mediator'],
  assent: ['side'],
  decline: ['decliner', 'note'],
  extend: ['until', 'both', 'note'],
  agree: ['agreement'],
  fail: ['way', 'words'],
  withdraw: ['words'],
  perform: ['kept', 'note'],
  visit: ['on', 'words'],
  apply_confirmation: ['on', 'both'],
  grant: ['on', 'ruling'],
  refuse_confirmation: ['on', 'words'],
  finish: [],
}

export const fresh = (today: string): StepValues => ({
  both: false, words: '', to: '', number: '', mediator: '', declared: false, side: '', until: '', form: 'written', terms: '', effective_on: today, items: [{ words: '', due_on: '' }], way: 'court', kept: true, on: today,
})

/** The step as it is sent. An item without words was not meant; one without a day is refused by the server, beside its field. */
export function stepOf(kind: string, values: StepValues, item: number): DisputeStep {
  const consents: DisputeSide[] = values.both ? ['one', 'other'] : []
  const words = values.words.trim()
  const note = words || undefined
  const { on, to, until, form, way, kept, declared } = values
  const all: Record<string, object> = {
    accept: { consents },
    prolong: { words },
    transfer: { to, number: values.number.trim() || undefined, words: note },
    propose: { mediator: values.mediator, declared },
    assent: { side: values.side },
    decline: { side: values.side || undefined, words: note },
    extend: { until, consents, words: note },
    agree: { form, terms: values.terms, effective_on: values.effective_on, items: values.items.filter((one) => one.words.trim() || one.due_on) },
    fail: { way, words },
    withdraw: { words },
    perform: { item, kept, words: note },
    visit: { on, words },
    apply_confirmation: { on, consents },
    grant: { on, number: values.number },
    refuse_confirmation: { on, words },
    finish: {},
  }
  return { kind, ...all[kind] } as DisputeStep
}

/** What must be chosen before anything is sent, because the server cannot read a day or a person that is not there. */
export function missing(kind: string, values: StepValues): string[] {
  const fields = FIELDS[kind] ?? []
  const empty = [
    fields.includes('mediator') && !values.mediator ? 'mediator' : '',
    fields.includes('side') && !values.side ? 'side' : '',
    fields.includes('until') && !values.until ? 'until' : '',
    fields.includes('on') && !values.on ? 'on' : '',
    fields.includes('agreement') && !values.effective_on ? 'effective_on' : '',
    ...(fields.includes('agreement') ? values.items.map((one, at) => (one.words.trim() && !one.due_on ? `items.${at}.due_on` : '')) : []),
  ]
  return empty.filter(Boolean)
}
