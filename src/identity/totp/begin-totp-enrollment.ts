import encodeQR from 'qr'
import { ConflictError } from '../../errors.ts'
import type { Identity } from '../identity.ts'
import type { User } from '../user.ts'
import { createTotpSecret, writeTotpUri } from './totp.ts'

/** What an authenticator app is set up with, three times the same. */
export interface TotpEnrollment {
  /** In base32, to be typed. */
  secret: string
  /** To be opened on the device that has the app. */
  uri: string
  /** The URI as a QR code, in SVG. */
  qrCode: string
}

/**
 * Makes a secret for an authenticator app. It counts for nothing until a code confirms it, and takes the place of one
 * that was begun and not confirmed.
 *
 * @throws CONFLICT when the user has an app already
 */
export async function beginTotpEnrollment(
  { totpAuthenticators, relyingParty, sealing, transaction, clock, createId }: Identity,
  { user }: { user: User },
): Promise<TotpEnrollment> {
  const secret = createTotpSecret()
  const id = createId()
  await transaction(async () => {
    if (await totpAuthenticators.findConfirmed(user.id)) throw alreadyEnrolled()
    const sealedSecret = sealing.seal(secret, 'totp-secret', id)
    await totpAuthenticators.create({ id, userId: user.id, sealedSecret, createdAt: clock.now() })
  })
  const uri = writeTotpUri(secret, { issuer: relyingParty.name, account: user.email })
  return { secret, uri, qrCode: encodeQR(uri, 'svg') }
}

export function alreadyEnrolled(): ConflictError {
  return new ConflictError('You have an authenticator app already: remove it first')
}
