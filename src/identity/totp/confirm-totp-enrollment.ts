import { record } from '../../audit/record.ts'
import { ConflictError, InputError } from '../../errors.ts'
import { tellOwner } from '../email/tell-owner.ts'
import type { Client, Identity } from '../identity.ts'
import { requireLiveSession } from '../require-live-session.ts'
import type { Session } from '../session.ts'
import type { User } from '../user.ts'
import { openTotpSecret } from './accept-code.ts'
import { alreadyEnrolled } from './begin-totp-enrollment.ts'
import { createRecoveryCodes, hashRecoveryCode } from './recovery-codes.ts'
import { findTimeStep } from './totp.ts'

/**
 * Has an authenticator app count as the user's second factor from now on, proved by one of its codes, which is used up.
 * Gives ten recovery codes, shown this once. Sessions that stand go on. The user is told by mail.
 *
 * @throws BAD_USER_INPUT for a code that is not the app's
 * @throws CONFLICT when nothing was begun, or the user has an app already
 * @throws UNAUTHENTICATED when the session ended meanwhile
 */
export async function confirmTotpEnrollment(
  identity: Identity,
  { user, session, code }: { user: User; session: Session; code: string },
  client: Client,
): Promise<string[]> {
  const { totpAuthenticators, transaction, clock } = identity
  return transaction(async () => {
    await requireLiveSession(identity, session)
    if (await totpAuthenticators.findConfirmed(user.id)) throw alreadyEnrolled()
    const authenticator = await totpAuthenticators.findUnconfirmed(user.id)
    if (!authenticator) throw new ConflictError('Nothing is to be confirmed: begin first')
    const now = clock.now()
    const timeStep = findTimeStep(openTotpSecret(identity, authenticator), code.replaceAll(/\s/g, ''), now)
    if (timeStep === null) throw new InputError('code', 'The code must be the one that the app shows now')
    if (!(await totpAuthenticators.confirm(authenticator, timeStep, now))) throw alreadyEnrolled()
    const codes = await putRecoveryCodes(identity, user.id)
    const subject = { type: 'User', id: user.id } as const
    await record(identity, { actorId: user.id, ...client }, { action: 'TOTP_ENROLLED', subject })
    await tellOwner(identity, user.id, 'totp-enrolled')
    return codes
  })
}

/** Puts ten new recovery codes in the place of all that the user had. Call it in a transaction. */
export async function putRecoveryCodes({ recoveryCodes, sealing }: Identity, userId: string): Promise<string[]> {
  const codes = createRecoveryCodes()
  await recoveryCodes.replaceAll(
    userId,
    codes.map((code) => hashRecoveryCode(sealing, userId, code)),
  )
  return codes
}
