import type { Origin } from '../../audit/audit-event.ts'
import { record } from '../../audit/record.ts'
import type { Identity } from '../identity.ts'
import { endSessions } from '../revoke-other-sessions.ts'
import type { User } from '../user.ts'

/**
 * Notes that somebody proved a user's address to be theirs, and gives the user as they are then. The first proof takes
 * away every credential and session that the account had before: whoever made it with an address of somebody else's
 * would keep a way in. Call it in a transaction.
 *
 * @param keepsCredentials - whether whoever proved it is known to be who set them
 */
export async function proveAddress(
  identity: Identity,
  user: User,
  { keepsCredentials }: { keepsCredentials: boolean },
  origin: Origin,
): Promise<User> {
  const { users, clock } = identity
  if (user.emailVerified || !(await users.verifyEmail(user, clock.now()))) return user
  if (!keepsCredentials) await removeCredentials(identity, user.id, origin)
  await record(identity, origin, { action: 'EMAIL_VERIFIED', subject: { type: 'User', id: user.id } })
  return { ...user, emailVerified: true }
}

async function removeCredentials(identity: Identity, userId: string, origin: Origin): Promise<void> {
  const { passwords, totpAuthenticators, recoveryCodes, passkeys, providerLinks, oneTimeSecrets } = identity
  await passwords.delete(userId)
  await totpAuthenticators.deleteAll(userId)
  await recoveryCodes.replaceAll(userId, [])
  await passkeys.deleteAll(userId)
  await providerLinks.deleteAll(userId)
  for (const purpose of ['SECOND_FACTOR', 'PASSKEY_CHALLENGE', 'OAUTH_STATE', 'EMAIL_CHANGE'] as const)
    await oneTimeSecrets.invalidate(purpose, { userId })
  await endSessions(identity, { userId, except: null, detail: 'address proved', actorId: origin.actorId }, origin)
}
