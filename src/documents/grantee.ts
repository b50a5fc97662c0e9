import type { Grantee } from '../access/access-grant.ts'
import { InputError } from '../errors.ts'
import { canonicalEmail, type Role } from '../identity/user.ts'

/** Whom to share with: exactly one of the fields. */
export interface GranteeInput {
  userId?: string | null | undefined
  email?: string | null | undefined
  role?: Role | null | undefined
  everyone?: boolean | null | undefined
}

/**
 * Gives the grantee that the argument `with` names. An address makes an invitee whether or not it has an account, so
 * that sharing does not tell who has one.
 *
 * @throws InputError when not exactly one field is given, or `everyone` is false
 */
export function parseGrantee({ userId, email, role, everyone }: GranteeInput): Grantee {
  const given = [userId, email, role, everyone].filter((value) => value !== null && value !== undefined)
  if (given.length !== 1) throw new InputError('with', 'Name exactly one of userId, email, role and everyone')
  if (everyone === false) throw new InputError('with.everyone', 'everyone must be true: name somebody else, or nobody')
  if (userId) return { kind: 'USER', userId }
  if (email) return { kind: 'INVITEE', email: canonicalEmail(email) }
  if (role) return { kind: 'ROLE', role }
  if (everyone) return { kind: 'EVERYONE' }
  throw new InputError('with', 'An empty text names nobody')
}

/** Says whom a grant is for, for the audit log: never an address, since what is recorded there stays. */
export function describeGrantee(grantee: Grantee): string {
  switch (grantee.kind) {
    case 'USER':
      return `user ${grantee.userId}`
    case 'INVITEE':
      return 'an e-mail address'
    case 'ROLE':
      return `role ${grantee.role}`
    case 'EVERYONE':
      return 'everyone'
  }
}
