import { describe, expect, it } from 'vitest'
import { hits } from './hits'

const marked = (text: string, search: string) => hits(text, search).map((part) => (part.isHit ? `[${part.text}]` : part.text)).join('')

describe('the words of a search', () => {
  it('are marked wherever they stand', () => {
    expect(marked('路灯不亮，路灯又坏了', '路灯')).toBe('[路灯]不亮，[路灯]又坏了')
    expect(marked('三号楼电梯停运，老人不便', '老人 电梯')).toBe('三号楼[电梯]停运，[老人]不便')
  })

  it('are found in any case and width, and the text stays as it was written', () => {
    expect(marked('３号楼有ＷｉＦｉ', '3号楼 wifi')).toBe('[３号楼]有[ＷｉＦｉ]')
  })

  it('are words and no patterns', () => {
    expect(marked('100% 的路灯', '%')).toBe('100% 的路灯')
    expect(marked('a.c abc', 'a.c')).toBe('[a].[c] [a]b[c]')
    expect(marked('', '路灯')).toBe('')
    expect(marked('路灯', '')).toBe('路灯')
    expect(marked('🏮路灯', '路灯')).toBe('🏮[路灯]')
  })
})
