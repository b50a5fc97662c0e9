import { record } from '../audit/record.ts'
import { AuthenticationError, ConflictError } from '../errors.ts'
import { tellOwner } from './email/tell-owner.ts'
import type { Client, Identity, SignedIn } from './identity.ts'
import { checkNewPassword } from './password/rules.ts'
import { endSessions } from './revoke-other-sessions.ts'
import type { Session } from './session.ts'
import { startSession } from './start-session.ts'
import type { User } from './user.ts'

export interface ChangePasswordInput {
  /** Who is signed in, and by which session. */
  user: User
  session: Session
  currentPassword: string
  newPassword: string
}

/**
 * Changes a user's password, proved by the current one. Every other session of the user ends, and this one goes on
 * under a new id: whoever knew the old password or held an old cookie, link or code is out. The user is told by mail.
 * Where the account has a second factor, which is not asked for here, the session counts as no more freshly
 * authenticated than before.
 *
 * @throws BAD_USER_INPUT for a new password that will not do
 * @throws INVALID_CREDENTIALS when the current one is wrong
 * @throws RATE_LIMITED before anything is checked
 * @throws CONFLICT when another change came first
 * @throws UNAUTHENTICATED when the session ended meanwhile
 */
export async function changePassword(
  identity: Identity,
  input: ChangePasswordInput,
  client: Client,
): Promise<SignedIn> {
  const { sessions, passwords, totpAuthenticators, oneTimeSecrets, hasher, throttle, transaction, clock } = identity
  const { user, session, currentPassword, newPassword } = input
  const origin = { actorId: user.id, ...client }
  const subject = { type: 'User', id: user.id } as const
  checkNewPassword('newPassword', newPassword, user, identity.passwordRules)
  using place = hasher.reserve()
  const attempt = await throttle.admitPasswordCheck({ userId: user.id, ipAddress: client.ipAddress })

  const hash = await passwords.find(user.id)
  const matches = await hasher.verify(hash ?? hasher.dummyHash, currentPassword, place)
  if (hash === null || !matches) {
    await transaction(() => record(identity, origin, { action: 'PASSWORD_CHANGE_FAILED', subject }))
    throw new AuthenticationError('INVALID_CREDENTIALS', { message: 'The current password is wrong' })
  }

  const newHash = await hasher.hash(newPassword, place)
  return transaction(async () => {
    const now = clock.now()
    if (!(await passwords.replace(user.id, hash, newHash, now)))
      throw new ConflictError('The password was changed meanwhile: use the new one')
    if (!(await sessions.end(session.id, 'ROTATED', now))) throw new AuthenticationError('UNAUTHENTICATED')
    for (const purpose of ['PASSWORD_RESET', 'LOGIN_CODE'] as const)
      await oneTimeSecrets.invalidate(purpose, { userId: user.id })
    await attempt.succeed()
    await record(identity, origin, { action: 'PASSWORD_CHANGED', subject })
    await tellOwner(identity, user.id, 'password-changed')
    await endSessions(identity, { userId: user.id, except: null, detail: 'password changed' }, client)
    const { methods, authenticatedAt } = session
    const proof = (await totpAuthenticators.findConfirmed(user.id))
      ? { methods, authenticatedAt }
      : { methods: ['PASSWORD'] as const }
    return startSession(identity, { user, ...proof, replaces: null }, client)
  })
}
