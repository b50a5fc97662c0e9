import { record } from '../../audit/record.ts'
import { tellOwner } from '../email/tell-owner.ts'
import type { Client, Identity } from '../identity.ts'
import type { AuthenticationMethod } from '../session.ts'
import { hashRecoveryCode } from './recovery-codes.ts'
import { findTimeStep } from './totp.ts'

/** Characters. Longer ones are no code of any kind, and are not looked at. */
const maximumLength = 64

/**
 * Uses up a code of a user's second factor, and tells which kind it was of; null for a code that is wrong, too old, too
 * new or used up. Of a recovery code the user is told by mail. Call it in a transaction, after the throttle has let it
 * past: it counts no failures.
 */
export async function acceptCode(
  identity: Identity,
  { userId, code }: { userId: string; code: string },
  client: Client,
): Promise<Extract<AuthenticationMethod, 'TOTP' | 'RECOVERY_CODE'> | null> {
  const { totpAuthenticators, recoveryCodes, sealing, clock } = identity
  const authenticator = await totpAuthenticators.findConfirmed(userId)
  if (!authenticator || code.length > maximumLength) return null

  const digits = code.replaceAll(/\s/g, '')
  if (/^\d{6}$/.test(digits)) {
    const secret = openTotpSecret(identity, authenticator)
    const timeStep = findTimeStep(secret, digits, clock.now())
    return timeStep !== null && (await totpAuthenticators.acceptTimeStep(authenticator.id, timeStep)) ? 'TOTP' : null
  }

  const hash = hashRecoveryCode(sealing, userId, code)
  if (!(await recoveryCodes.consume(userId, hash, clock.now()))) return null
  const subject = { type: 'User', id: userId } as const
  const codesLeft = await recoveryCodes.countUnused(userId)
  const detail = `${codesLeft} left`
  await record(identity, { actorId: userId, ...client }, { action: 'RECOVERY_CODE_USED', subject, detail })
  await tellOwner(identity, userId, 'recovery-code-used', { codesLeft })
  return 'RECOVERY_CODE'
}

/** @throws TypeError when another master key sealed it */
export function openTotpSecret(
  { sealing }: Pick<Identity, 'sealing'>,
  { id, sealedSecret }: { id: string; sealedSecret: string },
): string {
  const secret = sealing.open(sealedSecret, 'totp-secret', id)
  if (secret === null) throw new TypeError(`the secret of authenticator ${id} was not sealed by this MASTER_KEY`)
  return secret
}
