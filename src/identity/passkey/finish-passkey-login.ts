import { record } from '../../audit/record.ts'
import { AuthenticationError } from '../../errors.ts'
import type { Client, Identity, SignedIn } from '../identity.ts'
import { startSession } from '../start-session.ts'
import { loginBinding } from './begin-passkey-login.ts'
import type { Passkey } from './passkey.ts'
import { readAssertion } from './read-response.ts'
import { verifyAssertion } from './verify-assertion.ts'

export interface FinishPasskeyLoginInput {
  /** As the beginning gave it. */
  challenge: string
  /** An AuthenticationResponseJSON. */
  response: unknown
  /** What this browser alone keeps; null when it keeps nothing, and can have begun nothing. */
  browserKey: string | null
  /** The session that the request was authenticated by: the new one takes its place. */
  currentSession?: { id: string } | null
}

/**
 * Signs in the owner of a passkey, which is both factors: something that they have, used by somebody whom it verified.
 * Whatever is wrong is answered alike; the audit alone tells it. The challenge is used up in any case. A signature
 * counter that did not go on is refused, since there may be a copy, but not every authenticator has one.
 *
 * @throws BAD_USER_INPUT for what is no AuthenticationResponseJSON
 * @throws INVALID_CREDENTIALS
 * @throws RATE_LIMITED before anything is checked
 */
export async function finishPasskeyLogin(
  identity: Identity,
  { challenge, response, browserKey, currentSession = null }: FinishPasskeyLoginInput,
  client: Client,
): Promise<SignedIn> {
  const { users, passkeys, oneTimeSecrets, relyingParty, throttle, transaction, clock } = identity
  const assertion = readAssertion(response)
  const passkey = await passkeys.findByCredentialId(assertion.response.id)
  await throttle.admitPasskeyCheck({ ipAddress: client.ipAddress, device: knownDevice(identity, passkey, client) })

  const binding = loginBinding(browserKey ?? '')
  const begun =
    browserKey !== null && (await oneTimeSecrets.consume({ purpose: 'PASSKEY_CHALLENGE', token: challenge, binding }))
  if (!begun || assertion.challenge !== challenge) return refuse(identity, passkey, 'no such challenge', client)
  if (!passkey) return refuse(identity, passkey, 'unknown passkey', client)
  const use = await verifyAssertion(relyingParty, passkey, assertion)
  // The handle is the user's id. The signature does not cover it: it must be the one that was registered.
  const handle = Buffer.from(assertion.userHandle, 'base64url').toString()
  if (!use || handle !== passkey.userId) return refuse(identity, passkey, 'passkey not proved', client)

  const signedIn = await transaction(async () => {
    const user = await users.find(passkey.userId)
    if (!user || user.suspended) return 'suspended account'
    if (!(await passkeys.recordUse(passkey.id, { ...use, at: clock.now() }))) return 'passkey counter did not go on'
    const replaces = currentSession?.id ?? null
    const started = await startSession(identity, { user, methods: ['PASSKEY'], replaces }, client)
    const subject = { type: 'Session', id: started.session.id } as const
    await record(identity, { actorId: user.id, ...client }, { action: 'LOGIN_SUCCEEDED', subject })
    return started
  })
  return typeof signedIn === 'string' ? refuse(identity, passkey, signedIn, client) : signedIn
}

/** Records why, and answers what every refusal is answered with. */
async function refuse(identity: Identity, passkey: Passkey | null, detail: string, client: Client): Promise<never> {
  const origin = { actorId: null, ...client }
  const subject = passkey && ({ type: 'User', id: passkey.userId } as const)
  await identity.transaction(() => record(identity, origin, { action: 'LOGIN_FAILED', subject, detail }))
  throw new AuthenticationError('INVALID_CREDENTIALS', { message: 'The passkey could not be verified' })
}

function knownDevice({ devices }: Identity, passkey: Passkey | null, { deviceToken }: Client) {
  const id = passkey && deviceToken !== null ? devices.verify(deviceToken, passkey.userId) : null
  return passkey && id !== null ? { id, userId: passkey.userId } : null
}
