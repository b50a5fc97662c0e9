import { dictionary } from '@zxcvbn-ts/language-common'
import { describe, expect, it } from 'vitest'
import { InputError } from '../../../src/errors.ts'
import { checkNewPassword, defaultPasswordRules } from '../../../src/identity/password/rules.ts'

const owner = { email: 'ada.lovelace@example.com', name: 'Ada King' }

function refusal(password: string, rules = defaultPasswordRules): string | null {
  try {
    checkNewPassword('newPassword', password, owner, rules)
    return null
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    expect(error.extensions).toEqual({ code: 'BAD_USER_INPUT', argument: 'newPassword' })
    expect(error.message).not.toContain(password)
    return error.message
  }
}

describe('checkNewPassword()', () => {
  it.each(['open sesame in development', 'aaaa bbbb cccc dddd', '               x', 'ПарольКоторыйЯЗнаю'])(
    'accepts %s',
    (password) => {
      expect(refusal(password)).toBeNull()
    },
  )

  it('counts code points after normalization, from 15 to 128', () => {
    expect(refusal('🦀🐙🦑🦐🐡🐠🐟🐬🐳🐋🦈🐊🐅🐆')).toBe('The password must have at least 15 characters, and has 14')
    expect(refusal('🦀🐙🦑🦐🐡🐠🐟🐬🐳🐋🦈🐊🐅🐆🦓')).toBeNull()
    expect(refusal('e\u0301'.repeat(14))).toContain('at least 15')
    const long = 'correct horse '.repeat(10)
    expect(refusal(long.slice(0, 128))).toBeNull()
    expect(refusal(long.slice(0, 129))).toBe('The password must have at most 128 characters, and has 129')
  })

  it('trims nothing before it counts', () => {
    expect(refusal('  twelve chars ')).toBeNull()
  })

  it('knows at least ten thousand common passwords and refuses each, in any letter case', () => {
    const rules = { ...defaultPasswordRules, minimumLength: 8 }
    expect(dictionary['passwords-common'].length).toBeGreaterThanOrEqual(10_000)
    expect(refusal('QwErTyUiOp', rules)).toBe('The password is one of the common ones that are guessed first')
    expect(refusal('1qaz2wsx3edc4rfv')).toContain('common')
    expect(refusal('qwertyuiopplusmore')).toBeNull()
  })

  it.each(['passwordpasswordpassword', '123456123456123', 'aaaaaaaaaaaaaaaaaaaa'])(
    'refuses the repetition %s',
    (each) => {
      expect(refusal(each)).toContain('common')
    },
  )

  it('refuses what is known about the owner, with the reason', () => {
    expect(refusal('xx Ada.Lovelace@Example.com')).toBe('The password must not contain your email address')
    expect(refusal('it is ADA.LOVELACE again')).toBe('The password must not contain the name in your email address')
    expect(refusal('long live ada king!')).toBe('The password must not contain your name')
    expect(refusal('the gatehouse is open')).toBe('The password must not contain the name Gatehouse')
  })

  it('leaves names of three characters alone', () => {
    const short = { email: 'al@example.com', name: 'Al' }
    expect(() => checkNewPassword('password', 'also rather a tall tale', short)).not.toThrow()
  })

  it('refuses text that is not valid Unicode', () => {
    expect(refusal('half a surrogate \ud83e')).toBe('The password must be valid Unicode text')
  })
})
