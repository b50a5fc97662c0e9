import { describe, expect, it } from 'vitest'
import { lineChanges } from '../../console/src/documents/line-changes.ts'

const show = (before: string, after: string) =>
  lineChanges(before, after).map(
    ({ kind, text }) => `${{ same: ' ', removed: '-', added: '+', skipped: '~' }[kind]}${text}`,
  )

describe('lineChanges()', () => {
  it('gives nothing for the same text', () => {
    expect(show('a\nb', 'a\nb')).toEqual([])
  })

  it('tells what is removed and added in its place', () => {
    expect(show('one\ntwo\nthree', 'one\n2\nthree')).toEqual([' one', '-two', '+2', ' three'])
    expect(show('', 'all new')).toEqual(['-', '+all new'])
  })

  it('keeps the lines in common between two changes', () => {
    expect(show('a\nb\nc\nd', 'A\nb\nc\nD')).toEqual(['-a', '+A', ' b', ' c', '-d', '+D'])
    expect(show('a\nb\nc', 'b\nc\nd')).toEqual(['-a', ' b', ' c', '+d'])
  })

  it('takes lines that are repeated for what they are', () => {
    expect(show('x\nx', 'x\nx\nx')).toEqual([' x', ' x', '+x'])
  })

  it('leaves out what is far from every change', () => {
    const lines = Array.from({ length: 20 }, (_, n) => `${n}`)
    expect(show(lines.join('\n'), lines.with(10, 'ten').join('\n'))).toEqual([
      '~…',
      ' 8',
      ' 9',
      '-10',
      '+ten',
      ' 11',
      ' 12',
      '~…',
    ])
  })

  it('takes no longer for texts that have nothing in common', () => {
    const text = (word: string) => Array.from({ length: 25_000 }, (_, n) => `${word}${n}`).join('\n')
    expect(lineChanges(text('a'), text('b'))).toHaveLength(50_000)
  })
})
