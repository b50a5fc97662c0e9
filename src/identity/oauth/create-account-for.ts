import { record } from '../../audit/record.ts'
import { InputError } from '../../errors.ts'
import type { Client, Identity } from '../identity.ts'
import { readName } from '../name.ts'
import type { User } from '../user.ts'
import type { ProviderIdentity } from './login-provider.ts'

/** Octets: RFC 5321, section 4.5.3.1.3, less the angle brackets. */
const longestAddress = 254

/**
 * Gives the address that the provider vouches for, or null. One with letters that nobody can type here is none: some of
 * them count as others where addresses are compared.
 */
export function readVerifiedEmail({ email, emailVerified }: ProviderIdentity): string | null {
  if (email === null || !emailVerified || email.length > longestAddress) return null
  return /^[!#-'*+\-./\w=?^`{|}~]+@[\w.-]+\.[a-z\d-]+$/i.test(email) ? email : null
}

/**
 * Makes an account with the role MEMBER, whose address the provider vouches for, and which has no password. Call it in a
 * transaction.
 *
 * @throws CONFLICT when the address has an account
 */
export async function createAccountFor(
  identity: Identity,
  { account, email }: { account: ProviderIdentity; email: string },
  client: Client,
): Promise<User> {
  const { users, clock, createId } = identity
  const user: User = {
    id: createId(),
    name: nameOf(account, email),
    email,
    emailVerified: true,
    suspended: false,
    roles: ['MEMBER'],
    createdAt: clock.now(),
  }
  await users.create(user)
  const subject = { type: 'User', id: user.id } as const
  await record(identity, { actorId: user.id, ...client }, { action: 'USER_REGISTERED', subject })
  return user
}

/** What the provider calls them, if that will do as a name here. */
function nameOf({ name }: ProviderIdentity, email: string): string {
  try {
    if (name !== null) return readName('name', name)
  } catch (error) {
    if (!(error instanceof InputError)) throw error
  }
  return email.slice(0, email.indexOf('@'))
}
