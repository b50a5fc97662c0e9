import { describe, expect, it } from 'vitest'
import { createRecoveryCodes } from '../../../src/identity/totp/recovery-codes.ts'

describe('createRecoveryCodes()', () => {
  it('makes ten, each another, in groups that can be read aloud', () => {
    const codes = createRecoveryCodes()
    expect(new Set(codes).size).toBe(10)
    for (const code of codes) expect(code).toMatch(/^[\da-hjkmnp-tv-z]{4}(-[\da-hjkmnp-tv-z]{4}){2}$/)
  })

  it('draws each of twelve characters from thirty-two, all of them alike: sixty bits', () => {
    const codes = Array.from({ length: 400 }, createRecoveryCodes).flat()
    for (let position = 0; position < 12; position++) {
      const counts = new Map<string, number>()
      for (const code of codes) {
        const character = code.replaceAll('-', '').charAt(position)
        counts.set(character, (counts.get(character) ?? 0) + 1)
      }
      // 125 of each are to be expected; one in more than a billion runs is as far off as this.
      expect(counts.size).toBe(32)
      expect(Math.min(...counts.values())).toBeGreaterThan(45)
      expect(Math.max(...counts.values())).toBeLessThan(215)
    }
  })
})
