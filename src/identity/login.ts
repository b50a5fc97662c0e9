import { record } from '../audit/record.ts'
import { AuthenticationError, ConflictError } from '../errors.ts'
import { finishFirstFactor } from './finish-first-factor.ts'
import type { Client, Identity, SecondFactorRequired, SignedIn } from './identity.ts'
import { knownDevice } from './known-device.ts'
import type { User } from './user.ts'

export interface LoginInput {
  email: string
  password: string
  /** The session that the request was authenticated by: the new one takes its place. */
  currentSession?: { id: string } | null
  /** Gives what this browser alone keeps; without it, any browser may give the second factor. */
  bindBrowser?: () => string
}

/**
 * Signs a user in by address and password. An unknown address, a wrong password and a suspended account are answered
 * alike, after the same work; the audit alone tells them apart. Who has a second factor is signed in only once that is
 * given.
 *
 * @throws INVALID_CREDENTIALS
 * @throws RATE_LIMITED before anything is checked; uncounted when too many passwords wait to be hashed
 * @throws CONFLICT when the password was changed while it was being checked
 */
export async function login(
  identity: Identity,
  input: LoginInput,
  client: Client,
): Promise<SignedIn | SecondFactorRequired> {
  const { users, passwords, hasher, throttle, transaction } = identity
  using place = hasher.reserve()
  const user = await users.findByEmail(input.email)
  const attempt = await throttle.admitLogin({
    email: input.email,
    ipAddress: client.ipAddress,
    device: user && knownDevice(identity, user.id, client),
  })

  const hash = await passwords.find(user?.id ?? identity.createId())
  const matches = await hasher.verify(hash ?? hasher.dummyHash, input.password, place)
  if (!user || hash === null || !matches || user.suspended) {
    await transaction(() => recordFailure(identity, user, client))
    throw new AuthenticationError('INVALID_CREDENTIALS')
  }

  const newHash = hasher.needsRehash(hash) ? await hasher.hash(input.password, place) : null
  return transaction(async () => {
    // Hashing took its time: what was true before it is looked at again, where nothing can come between.
    const current = await users.find(user.id)
    if (!current || current.suspended) throw new AuthenticationError('INVALID_CREDENTIALS')
    const unchanged = newHash
      ? await passwords.replace(user.id, hash, newHash, identity.clock.now())
      : (await passwords.find(user.id)) === hash
    if (!unchanged) throw new ConflictError('The password was changed meanwhile: sign in again')

    await attempt.succeed()
    const { currentSession = null, bindBrowser = null } = input
    return finishFirstFactor(identity, { user: current, method: 'PASSWORD', currentSession, bindBrowser }, client)
  })
}

/** What was typed stays out of it: people type passwords into the wrong field. */
function recordFailure(identity: Identity, user: User | null, client: Client): Promise<void> {
  const origin = { actorId: null, ...client }
  if (!user) return record(identity, origin, { action: 'LOGIN_FAILED', detail: 'unknown address' })
  const subject = { type: 'User', id: user.id } as const
  const detail = user.suspended ? 'suspended account' : 'wrong password'
  return record(identity, origin, { action: 'LOGIN_FAILED', subject, detail })
}
