import { type AuthenticationResponseJSON, verifyAuthenticationResponse } from '@simplewebauthn/server'
import type { Passkey } from './passkey.ts'
import type { ReadResponse } from './read-response.ts'
import type { RelyingParty } from './relying-party.ts'

/**
 * Verifies that a passkey answered this challenge for this relying party, after verifying its user; gives what the
 * authenticator says of itself, or null. Whether the counter went on is for the store to compare, where two at once are
 * told apart.
 *
 * @see Web Authentication Level 3, section 7.2
 */
export async function verifyAssertion(
  { id: expectedRPID, origins }: RelyingParty,
  { credentialId, publicKey }: Passkey,
  { response, challenge: expectedChallenge, embedded }: ReadResponse<AuthenticationResponseJSON>,
): Promise<{ counter: number; backedUp: boolean } | null> {
  if (embedded || response.id !== credentialId) return null
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response,
      expectedChallenge,
      expectedOrigin: [...origins],
      expectedRPID,
      requireUserVerification: true,
      // With the counter that is stored, the library would refuse before it looks at the signature: anybody could then
      // have a copy suspected.
      credential: { id: credentialId, publicKey: new Uint8Array(Buffer.from(publicKey, 'base64url')), counter: 0 },
    })
    return verified ? { counter: authenticationInfo.newCounter, backedUp: authenticationInfo.credentialBackedUp } : null
  } catch {
    // The library throws for all that it does not accept, and for all that it cannot read.
    return null
  }
}
