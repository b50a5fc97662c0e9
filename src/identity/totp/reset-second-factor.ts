import { getUser } from '../../access/access.ts'
import type { Origin } from '../../audit/audit-event.ts'
import { record } from '../../audit/record.ts'
import { ConflictError } from '../../errors.ts'
import { tellOwner } from '../email/tell-owner.ts'
import type { Identity } from '../identity.ts'
import { endSessions } from '../revoke-other-sessions.ts'

/**
 * Takes a user's second factor away, so that whoever lost it gets in by the first and can set up another: codes of their
 * app and recovery codes count no more, failures at the second step neither, and every session ends. Passkeys stay. The
 * user is told by mail. It does not ask whether the actor may do this, nor make sure that it is the user who asked.
 *
 * @throws NOT_FOUND when there is no such user
 * @throws CONFLICT when they have no second factor
 */
export async function resetSecondFactor(identity: Identity, userId: string, origin: Origin): Promise<void> {
  const { users, totpAuthenticators, recoveryCodes, oneTimeSecrets, throttle, transaction } = identity
  await transaction(async () => {
    await getUser(users, userId)
    const codes = await recoveryCodes.countUnused(userId)
    const confirmed = await totpAuthenticators.deleteAll(userId)
    if (confirmed === 0 && codes === 0) throw new ConflictError('This user has no second factor')
    await recoveryCodes.replaceAll(userId, [])
    await oneTimeSecrets.invalidate('SECOND_FACTOR', { userId })
    await throttle.forgiveSecondFactor(userId)
    await record(identity, origin, { action: 'SECOND_FACTOR_RESET', subject: { type: 'User', id: userId } })
    await tellOwner(identity, userId, 'second-factor-reset')
    await endSessions(
      identity,
      { userId, except: null, detail: 'second factor reset', actorId: origin.actorId },
      origin,
    )
  })
}
