import { Secret } from 'otpauth'
import { describe, expect, it } from 'vitest'
import { createTotpSecret, findTimeStep, startOfTimeStep, writeTotpUri } from '../../../src/identity/totp/totp.ts'

describe('findTimeStep()', () => {
  /** RFC 6238, appendix B: the secret of the SHA-1 column. Its codes have eight digits, of which ours are the last six. */
  const secret = Secret.fromLatin1('12345678901234567890').base32
  const vectors = [
    { time: 59, step: 0x1, code: '94287082' },
    { time: 1_111_111_109, step: 0x23523ec, code: '07081804' },
    { time: 1_111_111_111, step: 0x23523ed, code: '14050471' },
    { time: 1_234_567_890, step: 0x273ef07, code: '89005924' },
    { time: 2_000_000_000, step: 0x3f940aa, code: '69279037' },
    { time: 20_000_000_000, step: 0x27bc86aa, code: '65353130' },
  ]
  const at = (seconds: number) => new Date(seconds * 1000)

  it.each(vectors)('gives step $step for the code of second $time (RFC 6238, appendix B)', ({ time, step, code }) => {
    expect(findTimeStep(secret, code.slice(2), at(time))).toBe(step)
  })

  it.each(vectors)('takes the code of second $time one step early and one late, and no further', ({ step, code }) => {
    const start = startOfTimeStep(step).getTime() / 1000
    const found = (seconds: number) => findTimeStep(secret, code.slice(2), at(seconds))
    expect([found(start - 30), found(start + 59.999)]).toEqual([step, step])
    expect([found(start - 30.001), found(start + 60)]).toEqual([null, null])
  })

  it.each(['', '28708', '2870820', '94287082', '28708a', ' 287082', '287082\n', '２８７０８２', '-87082'])(
    'takes %j for no code',
    (code) => {
      expect(findTimeStep(secret, code, at(59))).toBeNull()
    },
  )
})

describe('createTotpSecret()', () => {
  it('makes 160 random bits in base32', () => {
    const secrets = new Set(Array.from({ length: 50 }, createTotpSecret))
    expect(secrets.size).toBe(50)
    for (const secret of secrets) {
      expect(secret).toMatch(/^[A-Z2-7]{32}$/)
      expect(Secret.fromBase32(secret).bytes).toHaveLength(20)
    }
  })
})

describe('writeTotpUri()', () => {
  it('writes what apps read, whatever is in the names', () => {
    const uri = new URL(writeTotpUri('JBSWY3DPEHPK3PXP', { issuer: 'Gate & house', account: 'a+b?c@example.com' }))
    expect(`${uri.protocol}//${uri.host}`).toBe('otpauth://totp')
    expect(decodeURIComponent(uri.pathname)).toBe('/Gate & house:a+b?c@example.com')
    expect(Object.fromEntries(uri.searchParams)).toEqual({
      issuer: 'Gate & house',
      secret: 'JBSWY3DPEHPK3PXP',
      algorithm: 'SHA1',
      digits: '6',
      period: '30',
    })
  })
})
