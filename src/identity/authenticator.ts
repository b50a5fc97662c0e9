import type { Identity } from './identity.ts'
import type { AuthenticationMethod } from './session.ts'
import { startOfTimeStep } from './totp/totp.ts'

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
  { passkeys, totpAuthenticators }: Pick<Identity, 'passkeys' | 'totpAuthenticators'>,
  userIds: readonly string[],
): Promise<Authenticator[]> {
  const registered = await passkeys.listByUsers(userIds)
  const apps = await totpAuthenticators.listConfirmed(userIds)
  const authenticators: Authenticator[] = [
    ...registered.map((passkey) => ({ ...passkey, method: 'PASSKEY' as const })),
    ...apps.map(({ id, userId, createdAt, lastTimeStep }) => {
      // Codes are all that tells of its use: to within half a minute.
      const lastUsedAt = lastTimeStep === null ? null : startOfTimeStep(lastTimeStep)
      return { id, userId, method: 'TOTP' as const, name: 'Authenticator app', createdAt, lastUsedAt }
    }),
  ]
  return authenticators.sort((one, other) => one.createdAt.getTime() - other.createdAt.getTime())
}
