import { record } from '../../audit/record.ts'
import { AuthenticationError } from '../../errors.ts'
import { secondFactorBinding } from '../finish-first-factor.ts'
import type { Client, Identity, SignedIn } from '../identity.ts'
import { knownDevice } from '../known-device.ts'
import type { ShownToken } from '../one-time-secret.ts'
import type { AuthenticationMethod } from '../session.ts'
import { startSession } from '../start-session.ts'
import { acceptCode } from './accept-code.ts'

export interface CompleteSecondFactorInput {
  /** As the first factor gave it. */
  challenge: string
  /** Of the authenticator app, or a recovery code. */
  code: string
  /** What this browser alone keeps; null when it keeps nothing, and can have proved no first factor. */
  browserKey: string | null
  /** The session that the request was authenticated by: the new one takes its place. */
  currentSession?: { id: string } | null
}

/**
 * Signs a user in by the second factor, within five minutes and five tries of the first, in the same browser. Whatever
 * is wrong is answered alike; the audit alone tells it. What fails here never locks the first factor.
 *
 * @throws INVALID_CREDENTIALS
 * @throws RATE_LIMITED before anything is checked
 */
export async function completeSecondFactor(
  identity: Identity,
  { challenge, code, browserKey, currentSession = null }: CompleteSecondFactorInput,
  client: Client,
): Promise<SignedIn> {
  const { users, oneTimeSecrets, challenges, throttle, transaction } = identity
  const told = challenges.verify(challenge)
  const shown: ShownToken | null = told && {
    purpose: 'SECOND_FACTOR',
    token: told.secret,
    binding: browserKey === null ? null : secondFactorBinding(browserKey),
  }
  const begun = shown && (await oneTimeSecrets.find(shown))
  // Nobody else's tries count against a user: only those of whoever holds a challenge that stands.
  const userId = begun?.userId ?? null
  const device = userId === null ? null : knownDevice(identity, userId, client)
  const attempt = await throttle.admitSecondFactor({ userId, ipAddress: client.ipAddress, device })

  try {
    const tried = shown && (await oneTimeSecrets.takeAttempt(shown))
    if (!shown || !tried?.userId || tried.userId !== told?.userId) throw refusal('no such challenge')
    const method = readMethod(tried.data)
    const user = { id: tried.userId }
    return await transaction(async () => {
      const current = await users.find(user.id)
      if (!current || current.suspended) throw refusal('suspended account')
      if (!(await oneTimeSecrets.consume(shown))) throw refusal('no such challenge')
      const second = await acceptCode(identity, { userId: user.id, code }, client)
      if (!second) throw refusal('wrong code')
      await attempt.succeed()
      const replaces = currentSession?.id ?? null
      const signedIn = await startSession(identity, { user: current, methods: [method, second], replaces }, client)
      const subject = { type: 'Session', id: signedIn.session.id } as const
      await record(identity, { actorId: user.id, ...client }, { action: 'LOGIN_SUCCEEDED', subject })
      return signedIn
    })
  } catch (error) {
    // What the transaction wrote is undone by now: the challenge stands while it has tries left, and no code was spent.
    if (error instanceof AuthenticationError) await recordFailure(identity, userId, error.reason ?? null, client)
    throw error
  }
}

function refusal(reason: string): AuthenticationError {
  return new AuthenticationError('INVALID_CREDENTIALS', { message: 'The code could not be verified', reason })
}

function recordFailure(identity: Identity, userId: string | null, detail: string | null, client: Client) {
  const subject = userId === null ? null : ({ type: 'User', id: userId } as const)
  const origin = { actorId: null, ...client }
  return identity.transaction(() =>
    record(identity, origin, { action: 'LOGIN_FAILED', subject, detail: `second factor: ${detail}` }),
  )
}

/** By which the first factor was proved. */
function readMethod(data: unknown): AuthenticationMethod {
  if (data === 'PASSWORD' || data === 'EMAIL_CODE' || data === 'OAUTH') return data
  throw new TypeError('a challenge tells by what the first factor was proved')
}
