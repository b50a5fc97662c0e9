import { record } from '../../audit/record.ts'
import type { Client, Identity } from '../identity.ts'
import type { OneTimeSecret } from '../one-time-secret.ts'
import { checkNewPassword } from '../password/rules.ts'
import { endSessions } from '../revoke-other-sessions.ts'
import { canonicalEmail, type User } from '../user.ts'
import { proveAddress } from './prove-address.ts'
import { tellOwner } from './tell-owner.ts'
import { wrongToken } from './wrong-token.ts'

/**
 * Sets a new password by a token that was mailed to a user, tells them, and ends every session of theirs, API tokens
 * included. It signs nobody in, and leaves the second factor of an account whose address was proved before.
 *
 * @throws INVALID_CREDENTIALS for a token that is wrong, used up or expired
 * @throws BAD_USER_INPUT for a password that will not do; the token stays good
 * @throws RATE_LIMITED before anything is checked
 */
export async function resetPassword(
  identity: Identity,
  { token, newPassword }: { token: string; newPassword: string },
  client: Client,
): Promise<void> {
  const { oneTimeSecrets, passwords, hasher, throttle, transaction, clock, passwordRules } = identity
  using place = hasher.reserve()
  await throttle.admitTokenCheck(client.ipAddress)
  const shown = { purpose: 'PASSWORD_RESET', token, binding: null } as const
  checkNewPassword('newPassword', newPassword, await getUser(identity, await oneTimeSecrets.find(shown)), passwordRules)
  const hash = await hasher.hash(newPassword, place)

  await transaction(async () => {
    const user = await getUser(identity, await oneTimeSecrets.consume(shown))
    const userId = user.id
    const origin = { actorId: userId, ...client }
    await proveAddress(identity, user, { keepsCredentials: false, isTold: true }, origin)
    await passwords.put(userId, hash, clock.now())
    for (const purpose of ['PASSWORD_RESET', 'LOGIN_CODE', 'SECOND_FACTOR', 'EMAIL_CHANGE'] as const)
      await oneTimeSecrets.invalidate(purpose, { userId })
    await throttle.forgive(user)
    await record(identity, origin, { action: 'PASSWORD_RESET', subject: { type: 'User', id: userId } })
    await endSessions(identity, { userId, except: null, detail: 'password reset' }, client)
    await tellOwner(identity, userId, 'password-changed')
  })
}

/** Whom the token is for, if they can still use it. */
async function getUser({ users }: Identity, secret: OneTimeSecret | null): Promise<User> {
  const user = secret?.userId ? await users.find(secret.userId) : null
  if (!user || user.suspended || secret?.address !== canonicalEmail(user.email)) throw wrongToken()
  return user
}
