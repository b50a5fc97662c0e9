import { record } from '../audit/record.ts'
import { AuthenticationError, ConflictError, InputError } from '../errors.ts'
import type { Client, Identity, SignedIn } from './identity.ts'
import { knownDevice } from './known-device.ts'
import type { AuthenticationMethod, Session } from './session.ts'
import { startSession } from './start-session.ts'
import { acceptCode } from './totp/accept-code.ts'
import type { User } from './user.ts'

export interface ReauthenticateInput {
  /** Who is signed in, and by which session. */
  user: User
  session: Session
  /** Needed where the account has one. */
  password: string | null
  /** Of the authenticator app, or a recovery code; needed where the account has an app. */
  code: string | null
}

/**
 * Proves anew who is signed in, by all that the account can be asked for here: its password and its second factor. The
 * session goes on under a new id, freshly authenticated. Whoever has neither signs in again instead, in the way they did.
 *
 * @throws BAD_USER_INPUT when the password or the code is needed and not given
 * @throws INVALID_CREDENTIALS when either is wrong
 * @throws REAUTHENTICATION_REQUIRED when the account has neither
 * @throws RATE_LIMITED before anything is checked
 * @throws CONFLICT when the password was changed meanwhile
 * @throws UNAUTHENTICATED when the session ended meanwhile
 */
export async function reauthenticate(
  identity: Identity,
  { user, session, password, code }: ReauthenticateInput,
  client: Client,
): Promise<SignedIn> {
  const { users, sessions, passwords, hasher, totpAuthenticators, throttle, transaction, clock } = identity
  const hash = await passwords.find(user.id)
  const hasSecondFactor = (await totpAuthenticators.findConfirmed(user.id)) !== null
  if (hash === null && !hasSecondFactor) throw new AuthenticationError('REAUTHENTICATION_REQUIRED')
  if (hash !== null && password === null) throw new InputError('password', "The password must be the account's")
  if (hasSecondFactor && code === null)
    throw new InputError('code', 'The code must be one of the authenticator app, or a recovery code')

  const from = { userId: user.id, ipAddress: client.ipAddress }
  const attempts: { succeed(): Promise<void> }[] = []
  const methods: AuthenticationMethod[] = []
  try {
    if (hash !== null && password !== null) {
      using place = hasher.reserve()
      const attempt = await throttle.admitPasswordCheck(from)
      if (!(await hasher.verify(hash, password, place))) throw refusal('wrong password')
      attempts.push(attempt)
      methods.push('PASSWORD')
    }
    if (hasSecondFactor)
      attempts.push(await throttle.admitSecondFactor({ ...from, device: knownDevice(identity, user.id, client) }))

    return await transaction(async () => {
      const current = await users.find(user.id)
      if (!current || current.suspended || !(await sessions.end(session.id, 'ROTATED', clock.now())))
        throw new AuthenticationError('UNAUTHENTICATED')
      if ((await passwords.find(user.id)) !== hash)
        throw new ConflictError('The password was changed meanwhile: use the new one')
      const enrolled = (await totpAuthenticators.findConfirmed(user.id)) !== null
      if (enrolled !== hasSecondFactor) throw new ConflictError('The second factor was changed meanwhile: begin again')
      const second = code === null || !enrolled ? null : await acceptCode(identity, { userId: user.id, code }, client)
      if (enrolled && second === null) throw refusal('wrong code')
      for (const attempt of attempts) await attempt.succeed()
      // Nothing is added to what stands outside: where transactions collide, this runs again.
      const proved = second === null ? methods : [...methods, second]
      const signedIn = await startSession(identity, { user: current, methods: proved, replaces: null }, client)
      const subject = { type: 'Session', id: signedIn.session.id } as const
      await record(identity, { actorId: user.id, ...client }, { action: 'REAUTHENTICATED', subject })
      return signedIn
    })
  } catch (error) {
    if (error instanceof AuthenticationError && error.code === 'INVALID_CREDENTIALS') {
      const event = { action: 'REAUTHENTICATION_FAILED', subject: { type: 'User', id: user.id } } as const
      const detail = error.reason ?? null
      await transaction(() => record(identity, { actorId: user.id, ...client }, { ...event, detail }))
    }
    throw error
  }
}

function refusal(reason: string): AuthenticationError {
  return new AuthenticationError('INVALID_CREDENTIALS', { message: 'The password or the code is wrong', reason })
}
