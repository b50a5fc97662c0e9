import type { Client, Identity } from '../identity.ts'
import { enqueueMail } from './enqueue-mail.ts'

/** Seconds. */
const lifetime = 30 * 60

/**
 * Mails a link by which a user can set a new password. For an unknown address and a suspended account it does the same,
 * but for the mail: the answer tells nobody who has an account.
 *
 * @throws RATE_LIMITED when too many mails were asked for
 */
export async function requestPasswordReset(identity: Identity, email: string, client: Client): Promise<void> {
  const { users, throttle, oneTimeSecrets, transaction } = identity
  await throttle.admitMail({ email, ipAddress: client.ipAddress })
  await transaction(async () => {
    const found = await users.findByEmail(email)
    const user = found && !found.suspended ? found : null
    const { secret } = await oneTimeSecrets.createToken({
      purpose: 'PASSWORD_RESET',
      userId: user?.id ?? null,
      address: email,
      binding: null,
      lifetime,
    })
    if (!user) return
    await enqueueMail(identity, {
      userId: user.id,
      to: user.email,
      template: 'password-reset',
      data: { name: user.name, secret },
    })
  })
}
