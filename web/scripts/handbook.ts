/**
 * Chapters of the handbook, from `docs/handbook` into the client while it is built. They are ours alone: nothing a user
 * writes passes here, markup in them is a mistake, and so is a link that leaves the handbook.
 */
import { Marked, Parser, type Token, type Tokens } from 'marked'
import type { Chapter, Section } from '../src/shared/handbook'

/** `<a id="sign"></a>` before a heading: read by whoever shows the file, and the same in both languages. */
const ANCHOR = /^<a id="([a-z0-9-]+)"><\/a>\n+## /gm
const ANCHORED = /^\[\[([a-z0-9-]+)\]\] (.*)$/s
const FILE = /\/docs\/handbook\/(?:zh|en)\/([a-z-]+)\.md$/

export function handbook() {
  return {
    name: 'handbook',
    transform(text: string, id: string) {
      const file = FILE.exec(id)
      return file ? { code: `export default ${JSON.stringify(readChapter(text, file[1]!))}`, map: null } : null
    },
  }
}

/** A heading, one paragraph that says what it is about, and sections; anything else is refused with where it stands. */
export function readChapter(text: string, name: string): Chapter {
  const marked = writer(name)
  const tokens = marked.lexer(text.replace(ANCHOR, '## [[$1]] ')).filter((token) => token.type !== 'space')
  const [title, lead, ...rest] = tokens as [Tokens.Heading?, Tokens.Paragraph?, ...Token[]]
  if (title?.type !== 'heading' || title.depth !== 1 || lead?.type !== 'paragraph') {
    throw new Error(`${name}.md begins with its title and one paragraph`)
  }
  return { title: title.text, lead: lead.text, sections: sectionsOf(rest, name, (part) => Parser.parse(part, marked.defaults)) }
}

function sectionsOf(tokens: Token[], name: string, write: (part: Token[]) => string): Section[] {
  const starts = tokens.flatMap((token, at) => (isHeading(token) ? [at] : []))
  if (starts[0] !== 0) throw new Error(`${name}.md: what comes after the first paragraph is a section`)
  return starts.map((from, index) => {
    const [, id, title] = ANCHORED.exec((tokens[from] as Tokens.Heading).text) ?? []
    if (!id || !title) throw new Error(`${name}.md: "${(tokens[from] as Tokens.Heading).text}" has no anchor before it`)
    return { id, title, html: write(tokens.slice(from + 1, starts[index + 1])) }
  })
}

const isHeading = (token: Token): boolean => token.type === 'heading' && token.depth === 2

/** A chapter has an address of its own in the desk; its links are the files' names, so that they work where the files lie. */
function writer(name: string): Marked {
  return new Marked({
    renderer: {
      html: ({ text }) => refuse(name, text),
      image: ({ text }) => refuse(name, text),
      link({ href, tokens }) {
        const [, chapter, anchor] = /^(?:([a-z-]+)\.md)?(?:#([a-z0-9-]+))?$/.exec(href) ?? refuse(name, href)
        return `<a href="${chapter ? `/desk/handbook/${chapter}` : ''}${anchor ? `#${anchor}` : ''}">${this.parser.parseInline(tokens)}</a>`
      },
      // Wide tables scroll by themselves, also from the keyboard.
      table(token) {
        const cells = (all: Tokens.TableCell[], open: string, close: string) => all.map((cell) => open + this.parser.parseInline(cell.tokens) + close).join('')
        const rows = token.rows.map((row) => `<tr>${cells(row, '<td>', '</td>')}</tr>`).join('')
        return `<div class="table-box" tabindex="0"><table><thead><tr>${cells(token.header, '<th scope="col">', '</th>')}</tr></thead><tbody>${rows}</tbody></table></div>`
      },
      code: ({ text }) => `<pre tabindex="0"><code>${text.replace(/&/g, '&amp;').replace(/</g, '&lt;')}</code></pre>`,
    },
  })
}

function refuse(name: string, text: string): never {
  throw new Error(`${name}.md: "${text.trim()}" has no place in a handbook: words and links to its own chapters only`)
}
