import { type RegistrationResponseJSON, verifyRegistrationResponse } from '@simplewebauthn/server'
import { cose, decodeAttestationObject, decodeCredentialPublicKey } from '@simplewebauthn/server/helpers'
import type { Passkey } from './passkey.ts'
import type { ReadResponse } from './read-response.ts'
import { passkeyAlgorithms, type RelyingParty } from './relying-party.ts'

/** What a registration proves to be so. */
export type RegisteredCredential = Pick<
  Passkey,
  'credentialId' | 'publicKey' | 'algorithm' | 'counter' | 'transports' | 'backedUp'
>

/** Bytes (Web Authentication Level 3, section 7.1, step 25). */
const longestCredentialId = 1023
/** Bytes: an RSA key of 8192 bits and more. */
const longestPublicKey = 1100

/**
 * Verifies that an authenticator made a passkey for this relying party and this challenge, after verifying its user.
 * Null for whatever does not prove that. It does not prove what make the authenticator is of: attestation is not asked
 * for, and certificates are refused, because checking them would fetch what they point to.
 *
 * @see Web Authentication Level 3, section 7.1
 */
export async function verifyRegistration(
  { id: expectedRPID, origins }: RelyingParty,
  { response, challenge: expectedChallenge, embedded }: ReadResponse<RegistrationResponseJSON>,
): Promise<RegisteredCredential | null> {
  if (embedded) return null
  try {
    if (!isUncertified(response.response.attestationObject)) return null
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response,
      expectedChallenge,
      expectedOrigin: [...origins],
      expectedRPID,
      requireUserVerification: true,
      supportedAlgorithmIDs: [...passkeyAlgorithms],
    })
    if (!verified) return null
    const { credential, credentialBackedUp } = registrationInfo
    const algorithm = algorithmOf(credential.publicKey)
    if (algorithm === null || credential.id !== response.id) return null
    if (Buffer.from(credential.id, 'base64url').length > longestCredentialId) return null
    return {
      credentialId: credential.id,
      publicKey: Buffer.from(credential.publicKey).toString('base64url'),
      algorithm,
      counter: credential.counter,
      transports: credential.transports ?? [],
      backedUp: credentialBackedUp,
    }
  } catch {
    // The library throws for all that it does not accept, and for all that it cannot read.
    return null
  }
}

/** No attestation, or one that the new key signed itself: some browsers leave that in although none is asked for. */
function isUncertified(attestationObject: string): boolean {
  const decoded = decodeAttestationObject(new Uint8Array(Buffer.from(attestationObject, 'base64url')))
  const format = decoded.get('fmt')
  return format === 'none' || (format === 'packed' && decoded.get('attStmt').get('x5c') === undefined)
}

/**
 * The key's algorithm, if its type and curve are that algorithm's.
 *
 * @see Web Authentication Level 3, section 5.8.5
 */
function algorithmOf(publicKey: Uint8Array<ArrayBuffer>): number | null {
  if (publicKey.length > longestPublicKey) return null
  const key = decodeCredentialPublicKey(publicKey)
  const algorithm = key.get(cose.COSEKEYS.alg)
  const curve = cose.isCOSEPublicKeyOKP(key) || cose.isCOSEPublicKeyEC2(key) ? key.get(cose.COSEKEYS.crv) : undefined
  const { ED25519, P256 } = cose.COSECRV
  const fits =
    (algorithm === -8 && cose.isCOSEPublicKeyOKP(key) && curve === ED25519) ||
    (algorithm === -7 && cose.isCOSEPublicKeyEC2(key) && curve === P256) ||
    (algorithm === -257 && cose.isCOSEPublicKeyRSA(key))
  return fits ? algorithm : null
}
