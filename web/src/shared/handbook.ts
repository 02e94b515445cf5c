/** Chapters of the handbook as they come out of `docs/handbook`; the build makes them. */

export interface Section {
  /** The anchor, the same in both languages. */
  id: string
  title: string
  /** Written by the build from our own text. */
  html: string
}

export interface Chapter {
  title: string
  /** What the chapter is about, in a sentence. */
  lead: string
  sections: Section[]
}
