import {
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto'

export const signingAlgorithms = ['HS256', 'ES256', 'RS256'] as const
export type SigningAlgorithm = (typeof signingAlgorithms)[number]

/** A key that signs tokens, or verifies those that it signed when it was the newest. One algorithm a key. */
export interface SigningKey {
  /** How tokens name it. */
  kid: string
  algorithm: SigningAlgorithm
  /** Made once: a KeyObject saves the import on every use, and never prints its bytes. */
  signingKey: KeyObject
  /** Of HS256 the same key; else the public one, which nothing can be signed with. */
  verificationKey: KeyObject
}

/** A key as JSON holds it: `secret` in base64url for HS256, `privateKey` in PEM for the others. */
export type KeyEntry =
  | { kid: string; alg: 'HS256'; secret: string }
  | { kid: string; alg: 'ES256' | 'RS256'; privateKey: string }

/** Bytes: as many as the hash function gives (RFC 7518, section 3.2). */
const minimumSecretLength = 32
/** Bits (RFC 7518, section 3.3). */
const minimumModulusLength = 2048
/** Bits of the keys made here: as strong as AES-128 (NIST SP 800-57 part 1, table 2). */
const modulusLength = 3072

/** What stands where in an entry; each algorithm has one property for its key. */
const keyProperties = { HS256: 'secret', ES256: 'privateKey', RS256: 'privateKey' } as const

/**
 * Reads one entry. It cannot tell a random secret from one that somebody thought up.
 *
 * @returns the key, or every fault, none of which quotes a secret
 */
export function readKeyEntry(entry: unknown): SigningKey | readonly string[] {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return ['should be an object']
  const { kid, alg, ...others }: Record<string, unknown> = { ...entry }
  const faults: string[] = []
  if (!isKid(kid)) faults.push('needs a "kid" of 1 to 64 letters, digits, dots, hyphens and underscores')
  const algorithm = signingAlgorithms.find((known) => known === alg)
  if (!algorithm) return [...faults, `needs an "alg": ${signingAlgorithms.join(', ')}`]

  const property = keyProperties[algorithm]
  const signingKey = importKey[algorithm](others[property])
  if (typeof signingKey === 'string') faults.push(signingKey)
  for (const name of Object.keys(others))
    if (name !== property) faults.push(`has "${name}", which is not a property of such a key`)
  if (!isKid(kid) || typeof signingKey === 'string' || faults.length > 0) return faults
  return {
    kid,
    algorithm,
    signingKey,
    verificationKey: algorithm === 'HS256' ? signingKey : createPublicKey(signingKey),
  }
}

/** Makes a random key. RS256 takes as long as the finding of two primes does, and holds up everything else meanwhile. */
export function makeKeyEntry(kid: string, alg: SigningAlgorithm): KeyEntry {
  if (alg === 'HS256') return { kid, alg, secret: randomBytes(minimumSecretLength).toString('base64url') }
  const { privateKey } =
    alg === 'ES256' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('rsa', { modulusLength })
  return { kid, alg, privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() }
}

/** Gives the key, or what is the matter with it. */
const importKey: Record<SigningAlgorithm, (value: unknown) => KeyObject | string> = {
  HS256(secret) {
    if (typeof secret !== 'string' || !/^[\w-]+$/.test(secret)) return 'needs a "secret" in base64url'
    const key = createSecretKey(secret, 'base64url')
    const long = (key.symmetricKeySize ?? 0) >= minimumSecretLength
    return long ? key : `needs a "secret" of at least ${minimumSecretLength} bytes`
  },
  ES256(pem) {
    const key = importPrivateKey(pem)
    if (!key) return noPrivateKey
    const fits = key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1'
    return fits ? key : 'needs a "privateKey" on the curve P-256'
  },
  RS256(pem) {
    const key = importPrivateKey(pem)
    if (!key) return noPrivateKey
    const fits =
      key.asymmetricKeyType === 'rsa' && (key.asymmetricKeyDetails?.modulusLength ?? 0) >= minimumModulusLength
    return fits ? key : `needs an RSA "privateKey" of at least ${minimumModulusLength} bits`
  },
}

const noPrivateKey = 'needs a "privateKey" in PEM, not encrypted'

function importPrivateKey(pem: unknown): KeyObject | null {
  if (typeof pem !== 'string') return null
  try {
    return createPrivateKey(pem)
  } catch {
    return null
  }
}

function isKid(kid: unknown): kid is string {
  return typeof kid === 'string' && /^[\w.-]{1,64}$/.test(kid)
}
