/** A report's words clause by clause, so that each can be put into the part it belongs to without a mouse. */

const BREAKS = /[，。；！？,;!?\n]+|\.(?=\s|$)/

export const clausesOf = (words: string): string[] => words.split(BREAKS).map((clause) => clause.trim()).filter(Boolean)

/** Puts a clause behind what stands there, once. */
export function withClause(text: string, clause: string): string {
  if (clausesOf(text).includes(clause)) return text
  const before = text.trim()
  return before ? `${before}${/[，。；！？,;!?.\n]$/.test(before) ? '' : '，'}${clause}` : clause
}

/** Takes a clause out again, with the comma it came with; what somebody wrote around it stays. */
export function withoutClause(text: string, clause: string): string {
  if (!clausesOf(text).includes(clause)) return text
  return text.replace(`，${clause}`, '').replace(clause, '').replace(/^[，,；;\s]+/, '').trim()
}
