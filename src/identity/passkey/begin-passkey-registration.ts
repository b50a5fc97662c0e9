import { generateRegistrationOptions, type PublicKeyCredentialCreationOptionsJSON } from '@simplewebauthn/server'
import { ConflictError } from '../../errors.ts'
import type { Identity } from '../identity.ts'
import type { Session } from '../session.ts'
import type { User } from '../user.ts'
import { transportNames } from './read-response.ts'
import { challengeLifetime, passkeyAlgorithms, passkeysPerUser } from './relying-party.ts'

/**
 * Begins the registration of a passkey, to be finished in the same session within five minutes. What the same user
 * began before is given up. It changes nothing about the user.
 *
 * @throws CONFLICT when the user has ten already
 * @see Web Authentication Level 3, section 7.1
 */
export async function beginPasskeyRegistration(
  { passkeys, oneTimeSecrets, relyingParty }: Identity,
  { user, session }: { user: User; session: Session },
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const known = await passkeys.listByUser(user.id)
  requireRoom(known.length)
  await oneTimeSecrets.invalidate('PASSKEY_CHALLENGE', { userId: user.id })
  const { secret } = await oneTimeSecrets.createToken({
    purpose: 'PASSKEY_CHALLENGE',
    userId: user.id,
    binding: registrationBinding(session),
    lifetime: challengeLifetime,
  })
  return generateRegistrationOptions({
    rpID: relyingParty.id,
    rpName: relyingParty.name,
    userID: new Uint8Array(Buffer.from(user.id)),
    userName: user.email,
    userDisplayName: user.name,
    challenge: new Uint8Array(Buffer.from(secret, 'base64url')),
    timeout: challengeLifetime * 1000,
    attestationType: 'none',
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    supportedAlgorithmIDs: [...passkeyAlgorithms],
    excludeCredentials: known.map(({ credentialId: id, transports }) => ({
      id,
      transports: transportNames.filter((name) => transports.includes(name)),
    })),
  })
}

/** A challenge is good for one kind of ceremony, in one session. */
export function registrationBinding({ id }: Session): string {
  return `passkey registration ${id}`
}

/** @throws CONFLICT when `count` is as many as a user may have */
export function requireRoom(count: number): void {
  if (count >= passkeysPerUser)
    throw new ConflictError(`You have ${passkeysPerUser} passkeys already: remove one of them first`)
}
