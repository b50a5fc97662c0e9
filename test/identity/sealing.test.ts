import { createSecretKey } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createSealing } from '../../src/identity/sealing.ts'

const sealing = createSealing(createSecretKey(Buffer.alloc(32, 7)))
const text = 'JBSWY3DPEHPK3PXP of Ada ✓'
const sealed = sealing.seal(text, 'totp-secret', 'ada')

describe('Sealing.open()', () => {
  it('gives back what was sealed, after a restart too', () => {
    expect(sealing.open(sealed, 'totp-secret', 'ada')).toBe(text)
    const restarted = createSealing(createSecretKey(Buffer.alloc(32, 7)))
    expect(restarted.open(sealed, 'totp-secret', 'ada')).toBe(text)
    expect(sealing.open(sealing.seal('', 'mail', 'm'), 'mail', 'm')).toBe('')
  })

  it('gives null for another purpose, another owner and another master key', () => {
    expect(sealing.open(sealed, 'mail', 'ada')).toBeNull()
    expect(sealing.open(sealed, 'totp-secret', 'bob')).toBeNull()
    const other = createSealing(createSecretKey(Buffer.alloc(32, 8)))
    expect(other.open(sealed, 'totp-secret', 'ada')).toBeNull()
    // Also when it claims to be of that key.
    const claimed = sealed.replace(/^v1\.[^.]+/, /^v1\.[^.]+/.exec(other.seal('', 'mail', 'm'))?.[0] ?? '')
    expect(claimed).not.toBe(sealed)
    expect(other.open(claimed, 'totp-secret', 'ada')).toBeNull()
  })

  it('gives null when any character was changed', () => {
    for (let index = 0; index < sealed.length; index++) {
      const changed = sealed.slice(0, index) + (sealed[index] === 'A' ? 'B' : 'A') + sealed.slice(index + 1)
      expect(sealing.open(changed, 'totp-secret', 'ada')).toBeNull()
    }
  })

  it('gives null when anything is missing or more, whatever the text', () => {
    for (let length = 0; length < sealed.length; length++)
      expect(sealing.open(sealed.slice(0, length), 'totp-secret', 'ada')).toBeNull()
    for (const more of ['=', 'A', 'AAAA', '.', ' ', '\n'])
      expect(sealing.open(sealed + more, 'totp-secret', 'ada')).toBeNull()
    for (const stranger of ['', 'v2', text, '💥'.repeat(100)])
      expect(sealing.open(stranger, 'totp-secret', 'ada')).toBeNull()
  })
})

describe('Sealing.seal()', () => {
  it('shows nothing of the text, and seals the same one differently each time', () => {
    expect(sealed).toMatch(/^v1\.[\w-]{8}\.[\w-]+$/)
    const bytes = Buffer.from(sealed.split('.')[2] ?? '', 'base64url')
    expect(bytes).toHaveLength(12 + Buffer.byteLength(text) + 16)
    expect(bytes.includes('JBSWY3DP')).toBe(false)
    expect(sealing.seal(text, 'totp-secret', 'ada')).not.toBe(sealed)
  })
})

describe('Sealing.digest()', () => {
  it('is the same for the same text, purpose and key alone', () => {
    const digest = sealing.digest('12345678', 'one-time-secret')
    expect(digest).toMatch(/^[\w-]{43}$/)
    expect(sealing.digest('12345678', 'one-time-secret')).toBe(digest)
    expect(sealing.digest('12345679', 'one-time-secret')).not.toBe(digest)
    expect(sealing.digest('12345678', 'recovery-code')).not.toBe(digest)
    expect(createSealing(createSecretKey(Buffer.alloc(32, 8))).digest('12345678', 'one-time-secret')).not.toBe(digest)
  })
})
