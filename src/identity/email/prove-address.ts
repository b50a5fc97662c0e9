import type { Origin } from '../../audit/audit-event.ts'
import { record } from '../../audit/record.ts'
import type { Identity } from '../identity.ts'
import { endSessions } from '../revoke-other-sessions.ts'
import type { User } from '../user.ts'
import { tellOwner } from './tell-owner.ts'

/**
 * Notes that somebody proved a user's address to be theirs, and gives the user as they are then. The first proof takes
 * away every credential and session that the account had before: whoever made it with an address of somebody else's
 * would keep a way in. The user is told by mail. Call it in a transaction.
 *
 * @param keepsCredentials - whether whoever proved it is known to be who set them
 * @param isTold - whether the caller tells the user something that makes this plain
 */
export async function proveAddress(
  identity: Identity,
  user: User,
  { keepsCredentials, isTold = false }: { keepsCredentials: boolean; isTold?: boolean },
  origin: Origin,
): Promise<User> {
  const { users, clock } = identity
  if (user.emailVerified || !(await users.verifyEmail(user, clock.now()))) return user
  const removed = !keepsCredentials && (await removeCredentials(identity, user.id, origin))
  await record(identity, origin, { action: 'EMAIL_VERIFIED', subject: { type: 'User', id: user.id } })
  if (removed && !isTold) await tellOwner(identity, user.id, 'credentials-removed')
  return { ...user, emailVerified: true }
}

/** True when there were any. */
async function removeCredentials(identity: Identity, userId: string, origin: Origin): Promise<boolean> {
  const { passwords, totpAuthenticators, recoveryCodes, passkeys, providerLinks, oneTimeSecrets } = identity
  const hadPassword = await passwords.delete(userId)
  const apps = await totpAuthenticators.deleteAll(userId)
  await recoveryCodes.replaceAll(userId, [])
  const others = (await passkeys.deleteAll(userId)) + (await providerLinks.deleteAll(userId))
  for (const purpose of ['SECOND_FACTOR', 'PASSKEY_CHALLENGE', 'OAUTH_STATE', 'EMAIL_CHANGE'] as const)
    await oneTimeSecrets.invalidate(purpose, { userId })
  await endSessions(identity, { userId, except: null, detail: 'address proved', actorId: origin.actorId }, origin)
  return hadPassword || apps + others > 0
}
