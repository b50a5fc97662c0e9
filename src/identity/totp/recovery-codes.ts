import { randomBytes } from 'node:crypto'
import type { Sealing } from '../sealing.ts'

const count = 10
/** Characters of five bits each: sixty bits a code. */
const length = 12
/** Crockford's base32, which leaves out what people take for something else. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'

/** Makes ten codes, each in three groups of four. */
export function createRecoveryCodes(): string[] {
  return Array.from({ length: count }, () => {
    const characters = Array.from(randomBytes(length), (byte) => alphabet.charAt(byte % alphabet.length)).join('')
    return characters.replaceAll(/(.{4})(?=.)/g, '$1-')
  })
}

/** Gives what is kept of a user's code, however it was typed: letter case and hyphens do not matter, nor o for 0. */
export function hashRecoveryCode(sealing: Sealing, userId: string, code: string): string {
  const canonical = code.toLowerCase().replaceAll(/[\s-]/g, '').replaceAll('o', '0').replaceAll(/[il]/g, '1')
  return sealing.digest(JSON.stringify([userId, canonical]), 'recovery-code')
}
