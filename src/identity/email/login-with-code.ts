import { record } from '../../audit/record.ts'
import { AuthenticationError } from '../../errors.ts'
import { finishFirstFactor } from '../finish-first-factor.ts'
import type { Client, Identity, SecondFactorRequired, SignedIn } from '../identity.ts'
import { canonicalEmail, type User } from '../user.ts'
import { proveAddress } from './prove-address.ts'
import { loginCodeBinding } from './request-login-code.ts'

export interface LoginWithCodeInput {
  email: string
  code: string
  /** What this browser keeps: the code is good in the one that asked for it. */
  browserKey: string | null
  bindBrowser: () => string
  /** The session that the request was authenticated by: the new one takes its place. */
  currentSession: { id: string } | null
}

/**
 * Signs a user in by a code that was mailed to them, which proves their address too. Who has a second factor is signed
 * in only once that is given. Each guess is counted before it is looked at, with those at the account's password.
 *
 * @throws INVALID_CREDENTIALS for a code that is wrong, used up, expired or another browser's
 * @throws RATE_LIMITED before anything is checked
 */
export async function loginWithCode(
  identity: Identity,
  { email, code, browserKey, bindBrowser, currentSession }: LoginWithCodeInput,
  client: Client,
): Promise<SignedIn | SecondFactorRequired> {
  const { users, throttle, oneTimeSecrets, devices, transaction } = identity
  const known = await users.findByEmail(email)
  const deviceId = known && client.deviceToken !== null ? devices.verify(client.deviceToken, known.id) : null
  const device = known && deviceId !== null ? { id: deviceId, userId: known.id } : null
  const attempt = await throttle.admitLogin({ email, ipAddress: client.ipAddress, device })

  // Outside the transaction: a rollback would give the guess back.
  const binding = browserKey === null ? null : loginCodeBinding(browserKey)
  const proof = await oneTimeSecrets.guess({ purpose: 'LOGIN_CODE', code, binding }, { address: email })
  const outcome = await transaction(async () => {
    const user = proof?.userId ? await users.find(proof.userId) : null
    if (!user || user.suspended || proof?.address !== canonicalEmail(user.email)) {
      await recordFailure(identity, known, client)
      return null
    }
    await attempt.succeed()
    const proved = await proveAddress(identity, user, { keepsCredentials: false }, { actorId: user.id, ...client })
    return finishFirstFactor(identity, { user: proved, method: 'EMAIL_CODE', currentSession, bindBrowser }, client)
  })
  if (!outcome) throw new AuthenticationError('INVALID_CREDENTIALS', { message: 'Invalid email or code' })
  return outcome
}

function recordFailure(identity: Identity, user: User | null, client: Client): Promise<void> {
  const subject = user && ({ type: 'User', id: user.id } as const)
  return record(identity, { actorId: null, ...client }, { action: 'LOGIN_FAILED', subject, detail: 'wrong code' })
}
