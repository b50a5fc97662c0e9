import type { KeyRing } from './key-ring.ts'

/** A public key as others read it. */
export interface PublicKey {
  kid: string
  alg: string
  use: 'sig'
  [parameter: string]: unknown
}

/**
 * Gives the public keys that verify tokens, newest first. Symmetric keys are secret: they are never among them.
 *
 * @see RFC 7517, section 5
 */
export function publishKeys(keys: Pick<KeyRing, 'list'>): { keys: PublicKey[] } {
  return {
    keys: keys
      .list()
      .filter(({ verificationKey }) => verificationKey.type === 'public')
      .map(({ kid, algorithm, verificationKey }) => ({
        ...verificationKey.export({ format: 'jwk' }),
        kid,
        alg: algorithm,
        use: 'sig',
      })),
  }
}
