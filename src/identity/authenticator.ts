import type { Identity } from './identity.ts'
import type { AuthenticationMethod } from './session.ts'

/** Something that a user has and proves who they are with: NIST SP 800-63B's authenticator, as its user sees it. */
export interface Authenticator {
  id: string
  userId: string
  method: AuthenticationMethod
  /** What its user calls it. */
  name: string
  createdAt: Date
  lastUsedAt: Date | null
}

/** Lists what the users have registered, oldest first, in one statement a kind. Passwords are none of them. */
export async function listAuthenticators(
  { passkeys }: Pick<Identity, 'passkeys'>,
  userIds: readonly string[],
): Promise<Authenticator[]> {
  const registered = await passkeys.listByUsers(userIds)
  return registered.map((passkey) => ({ ...passkey, method: 'PASSKEY' }))
}
