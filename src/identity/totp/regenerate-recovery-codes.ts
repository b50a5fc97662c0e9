import { record } from '../../audit/record.ts'
import { ConflictError } from '../../errors.ts'
import { tellOwner } from '../email/tell-owner.ts'
import type { Client, Identity } from '../identity.ts'
import { requireLiveSession } from '../require-live-session.ts'
import type { Session } from '../session.ts'
import { putRecoveryCodes } from './confirm-totp-enrollment.ts'

/**
 * Makes ten recovery codes in the place of all that the user had, and gives them, shown this once. The user is told by
 * mail.
 *
 * @throws CONFLICT when the user has no authenticator app that they could stand in for
 * @throws UNAUTHENTICATED when the session ended meanwhile
 */
export async function regenerateRecoveryCodes(
  identity: Identity,
  { session }: { session: Session },
  client: Client,
): Promise<string[]> {
  const { totpAuthenticators, transaction } = identity
  const userId = session.user.id
  return transaction(async () => {
    await requireLiveSession(identity, session)
    if (!(await totpAuthenticators.findConfirmed(userId)))
      throw new ConflictError('Recovery codes stand in for an authenticator app: set one up first')
    const codes = await putRecoveryCodes(identity, userId)
    const subject = { type: 'User', id: userId } as const
    await record(identity, { actorId: userId, ...client }, { action: 'RECOVERY_CODES_REGENERATED', subject })
    await tellOwner(identity, userId, 'recovery-codes-renewed')
    return codes
  })
}
