import { record } from '../../audit/record.ts'
import { InputError } from '../../errors.ts'
import type { Client, Identity } from '../identity.ts'
import { requireLiveSession } from '../require-live-session.ts'
import type { Session } from '../session.ts'
import { canonicalEmail, type User } from '../user.ts'
import { enqueueMail } from './enqueue-mail.ts'
import { verificationLifetime } from './request-email-verification.ts'

/**
 * Mails a link to the address that a user wants to change to, and tells the one that they have. Nothing changes until
 * `verifyEmail` gets the link's token. It answers alike for an address that has an account, whose owner is told.
 *
 * @throws BAD_USER_INPUT when it is their address already
 * @throws RATE_LIMITED when too many mails were asked for
 * @throws UNAUTHENTICATED when the session ended meanwhile
 */
export async function changeEmail(
  identity: Identity,
  { user, session, newEmail }: { user: User; session: Session; newEmail: string },
  client: Client,
): Promise<void> {
  const { users, throttle, oneTimeSecrets, transaction } = identity
  if (user.email === newEmail) throw new InputError('newEmail', 'This is your address already')
  // Two mails: nobody gets more of them for being at the address that is left.
  for (const email of [newEmail, user.email]) await throttle.admitMail({ email, ipAddress: client.ipAddress })
  const { name } = user
  await transaction(async () => {
    await requireLiveSession(identity, session)
    await oneTimeSecrets.invalidate('EMAIL_CHANGE', { userId: user.id })
    const { secret } = await oneTimeSecrets.createToken({
      purpose: 'EMAIL_CHANGE',
      userId: user.id,
      address: canonicalEmail(newEmail),
      binding: null,
      lifetime: verificationLifetime,
      data: { from: user.email, to: newEmail },
    })
    const owner = await users.findByEmail(newEmail)
    const isTaken = owner !== null && owner.id !== user.id
    await enqueueMail(
      identity,
      isTaken
        ? { userId: owner.id, to: owner.email, template: 'address-taken', data: { name: owner.name } }
        : { userId: user.id, to: newEmail, template: 'change-email', data: { name, secret } },
    )
    await enqueueMail(identity, {
      userId: user.id,
      to: user.email,
      template: 'email-changing',
      data: { name, address: newEmail },
    })
    const subject = { type: 'User', id: user.id } as const
    await record(identity, { actorId: user.id, ...client }, { action: 'EMAIL_CHANGE_REQUESTED', subject })
  })
}
