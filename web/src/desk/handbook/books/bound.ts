import type { Chapter } from '@/shared/handbook'

/** All chapters of one language, by name. */
export type Book = Record<string, Chapter>

export function bound(files: Record<string, Chapter>): Book {
  return Object.fromEntries(Object.entries(files).map(([path, chapter]) => [path.replace(/^.*\/|\.md$/g, ''), chapter]))
}
