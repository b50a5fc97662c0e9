import type { Client, Identity } from '../identity.ts'
import { canonicalEmail, type User } from '../user.ts'
import { enqueueMail } from './enqueue-mail.ts'

/** Seconds for which a link that proves an address is good. */
export const verificationLifetime = 86_400

/**
 * Mails a user a link that proves their address; links that they got before are good no more. Nothing is sent to an
 * address that is proved already.
 *
 * @throws RATE_LIMITED when too many mails were asked for
 */
export async function requestEmailVerification(
  identity: Identity,
  { id, email, emailVerified }: Pick<User, 'id' | 'email' | 'emailVerified'>,
  client: Client,
): Promise<void> {
  const { users, throttle, oneTimeSecrets, transaction } = identity
  if (emailVerified) return
  await throttle.admitMail({ email, ipAddress: client.ipAddress })
  await transaction(async () => {
    // Read again: the account may be gone, or have another address.
    const user = await users.find(id)
    if (!user || user.email !== email) return
    await oneTimeSecrets.invalidate('EMAIL_VERIFICATION', { userId: user.id })
    const { secret } = await oneTimeSecrets.createToken({
      purpose: 'EMAIL_VERIFICATION',
      userId: user.id,
      address: canonicalEmail(user.email),
      binding: null,
      lifetime: verificationLifetime,
    })
    await enqueueMail(identity, {
      userId: user.id,
      to: user.email,
      template: 'verify-email',
      data: { name: user.name, secret },
    })
  })
}
