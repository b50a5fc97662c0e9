import { dictionary } from '@zxcvbn-ts/language-common'
import { InputError } from '../../errors.ts'

/** What a new password has to be. Lengths in code points after NFC normalization. */
export interface PasswordRules {
  /** At least 8; 15 is what NIST SP 800-63B-4 asks where a password is the only factor. */
  minimumLength: number
  maximumLength: number
  /** The product's name, which no password may contain. */
  product: string
}

export const defaultPasswordRules: PasswordRules = { minimumLength: 15, maximumLength: 128, product: 'Gatehouse' }

/** Whose password it is to be. */
export interface PasswordOwner {
  email: string
  name: string
}

const commonPasswords: ReadonlySet<string> = new Set(dictionary['passwords-common'])

/**
 * Refuses a new password that others would guess: too short, common, or made of what is known about its owner. There
 * are no rules of composition, and nothing is trimmed or cut. It does not ask any service whether the password has
 * leaked.
 *
 * @param argument - the argument that the password came in, which the refusal names
 * @throws BAD_USER_INPUT with the reason
 * @see NIST SP 800-63B-4, section 3.1.1.2
 */
export function checkNewPassword(
  argument: string,
  password: string,
  owner: PasswordOwner,
  rules: PasswordRules = defaultPasswordRules,
): void {
  const reason = findReasonAgainst(password, owner, rules)
  if (reason) throw new InputError(argument, `The password ${reason}`)
}

function findReasonAgainst(password: string, owner: PasswordOwner, rules: PasswordRules): string | null {
  if (!password.isWellFormed()) return 'must be valid Unicode text'
  const length = [...password.normalize('NFC')].length
  if (length < rules.minimumLength) return `must have at least ${rules.minimumLength} characters, and has ${length}`
  if (length > rules.maximumLength) return `must have at most ${rules.maximumLength} characters, and has ${length}`

  const folded = fold(password)
  if (isCommon(folded)) return 'is one of the common ones that are guessed first'
  if (contains(folded, owner.email)) return 'must not contain your email address'
  if (contains(folded, owner.email.split('@', 1)[0] ?? '')) return 'must not contain the name in your email address'
  if (contains(folded, owner.name)) return 'must not contain your name'
  if (contains(folded, rules.product)) return `must not contain the name ${rules.product}`
  return null
}

/** Whether it is a common password, or nothing but one, or one character, repeated: that is no harder to guess. */
function isCommon(folded: string): boolean {
  for (let length = folded.length; length > 0; length--) {
    const start = folded.slice(0, length)
    if (
      (length === 1 || commonPasswords.has(start)) &&
      start.repeat(Math.ceil(folded.length / length)).startsWith(folded)
    )
      return true
  }
  return false
}

/** Terms of three characters or fewer are left alone: they stand in too many innocent words. */
function contains(folded: string, term: string): boolean {
  const sought = fold(term).trim()
  return [...sought].length > 3 && folded.includes(sought)
}

function fold(text: string): string {
  return text.normalize('NFC').toLowerCase()
}
