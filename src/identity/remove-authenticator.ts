import { record } from '../audit/record.ts'
import { NotFoundError } from '../errors.ts'
import { tellOwner } from './email/tell-owner.ts'
import type { Client, Identity } from './identity.ts'
import { requireLiveSession } from './require-live-session.ts'
import { requireWayIn } from './require-way-in.ts'
import type { Session } from './session.ts'

/**
 * Removes one of a user's own authenticators: a passkey, or the app that is the second factor, with its recovery codes.
 * Sessions that it began go on. Somebody else's is answered as one that does not exist. What is on the device stays
 * there, good for nothing here. The user is told by mail.
 *
 * @throws NOT_FOUND when the user has none of that id
 * @throws CONFLICT when it is the last way to sign in
 * @throws UNAUTHENTICATED when the session ended meanwhile
 */
export async function removeAuthenticator(
  identity: Identity,
  { id, session }: { id: string; session: Session },
  client: Client,
): Promise<true> {
  const { transaction } = identity
  const userId = session.user.id
  await transaction(async () => {
    await requireLiveSession(identity, session)
    const { action, notice } = await remove(identity, { id, userId })
    await requireWayIn(identity, userId)
    const subject = { type: 'User', id: userId } as const
    await record(identity, { actorId: userId, ...client }, { action, subject })
    await tellOwner(identity, userId, notice)
  })
  return true
}

async function remove({ passkeys, totpAuthenticators, recoveryCodes }: Identity, one: { id: string; userId: string }) {
  if (await passkeys.delete(one)) return { action: 'PASSKEY_REMOVED', notice: 'passkey-removed' } as const
  if (!(await totpAuthenticators.delete(one))) throw new NotFoundError('You have no such authenticator')
  await recoveryCodes.replaceAll(one.userId, [])
  return { action: 'TOTP_REMOVED', notice: 'totp-removed' } as const
}
