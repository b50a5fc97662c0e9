import { generateAuthenticationOptions, type PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/server'
import type { Client, Identity } from '../identity.ts'
import { challengeLifetime } from './relying-party.ts'

/** What a browser needs to sign in with a passkey. */
export interface PasskeyLogin {
  /** To be handed back with the passkey's answer. */
  challenge: string
  /** A PublicKeyCredentialRequestOptionsJSON. */
  options: PublicKeyCredentialRequestOptionsJSON
}

/**
 * Begins a sign-in with a passkey, to be finished in the same browser within five minutes. Nobody needs to say who they
 * are: the authenticator knows its passkeys for this site, and the answer tells no address from another.
 *
 * @param browserKey - what this browser alone keeps
 * @throws RATE_LIMITED when too many were begun from the client's network
 * @see Web Authentication Level 3, section 7.2
 */
export async function beginPasskeyLogin(
  { oneTimeSecrets, relyingParty, throttle }: Identity,
  { browserKey }: { browserKey: string },
  client: Client,
): Promise<PasskeyLogin> {
  await throttle.admitPasskeyChallenge(client.ipAddress)
  const { secret: challenge } = await oneTimeSecrets.createToken({
    purpose: 'PASSKEY_CHALLENGE',
    binding: loginBinding(browserKey),
    lifetime: challengeLifetime,
  })
  const options = await generateAuthenticationOptions({
    rpID: relyingParty.id,
    challenge: new Uint8Array(Buffer.from(challenge, 'base64url')),
    timeout: challengeLifetime * 1000,
    userVerification: 'required',
  })
  return { challenge, options }
}

/** A challenge is good for one kind of ceremony, in one browser. */
export function loginBinding(browserKey: string): string {
  return `passkey login ${browserKey}`
}
