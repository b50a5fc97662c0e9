import { createCipheriv, createDecipheriv, createHmac, type KeyObject, randomBytes } from 'node:crypto'
import { deriveKey } from './master-key.ts'

/** What is sealed; each purpose has a key of its own. */
export type SealingPurpose = 'totp-secret' | 'one-time-secret-data' | 'mail' | 'signing-key'

/** What is kept as a digest alone; each purpose has a key of its own. */
export type DigestPurpose = 'one-time-secret' | 'browser-binding' | 'recovery-code'

/** Keeps what is secret out of the database: under keys that are not in it. */
export interface Sealing {
  /**
   * Encrypts, so that only {@link open} with the same purpose and owner gives the text back.
   *
   * @param owner - the id of the row that it belongs to: moved to another row, it does not open
   */
  seal(text: string, purpose: SealingPurpose, owner: string): string
  /** Gives the text, or null for what was not sealed so by this master key. Never throws, and quotes nothing. */
  open(sealed: string, purpose: SealingPurpose, owner: string): string | null
  /**
   * Gives the HMAC-SHA-256 in base64url: the same text has the same digest, and nobody without the key can tell, even
   * of a short one, whether a digest is of it.
   */
  digest(text: string, purpose: DigestPurpose): string
}

const version = 'v1'
const algorithm = 'aes-256-gcm'
/** Bytes (NIST SP 800-38D, sections 5.2.1.1 and 8.2.2). */
const nonceLength = 12
const tagLength = 16

/**
 * Makes the sealing under a master key: AES-256-GCM with a random nonce, as `v1.<key id>.<nonce, ciphertext, tag>`.
 * Version, key, purpose and owner are authenticated with the text. It does not hide how long a text is, and another
 * master key opens nothing that this one sealed.
 *
 * @see NIST SP 800-38D
 * @see RFC 5869
 */
export function createSealing(masterKey: KeyObject): Sealing {
  const keyOf = keepKeys(masterKey)
  const keyId = deriveKey(masterKey, 'key id').export().toString('base64url').slice(0, 8)
  const prefix = `${version}.${keyId}.`
  const authenticated = (purpose: SealingPurpose, owner: string) =>
    Buffer.from(JSON.stringify([version, keyId, purpose, owner]))

  return {
    seal(text, purpose, owner) {
      const nonce = randomBytes(nonceLength)
      const cipher = createCipheriv(algorithm, keyOf(`sealing ${purpose}`), nonce, { authTagLength: tagLength })
      cipher.setAAD(authenticated(purpose, owner))
      const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return prefix + Buffer.concat([nonce, ciphertext, cipher.getAuthTag()]).toString('base64url')
    },

    open(sealed, purpose, owner) {
      if (!sealed.startsWith(prefix)) return null
      const encoded = sealed.slice(prefix.length)
      const bytes = Buffer.from(encoded, 'base64url')
      // Node decodes leniently: only the one spelling of these bytes is what was sealed.
      if (bytes.length < nonceLength + tagLength || bytes.toString('base64url') !== encoded) return null
      const nonce = bytes.subarray(0, nonceLength)
      const decipher = createDecipheriv(algorithm, keyOf(`sealing ${purpose}`), nonce, { authTagLength: tagLength })
      decipher.setAAD(authenticated(purpose, owner))
      decipher.setAuthTag(bytes.subarray(-tagLength))
      try {
        const text = decipher.update(bytes.subarray(nonceLength, -tagLength))
        return Buffer.concat([text, decipher.final()]).toString('utf8')
      } catch {
        return null
      }
    },

    digest: (text, purpose) =>
      createHmac('sha256', keyOf(`digest ${purpose}`))
        .update(text, 'utf8')
        .digest('base64url'),
  }
}

/** Derives each key once. There are as many as there are purposes. */
function keepKeys(
  masterKey: KeyObject,
): (purpose: `sealing ${SealingPurpose}` | `digest ${DigestPurpose}`) => KeyObject {
  const keys = new Map<string, KeyObject>()
  return (purpose) => {
    const key = keys.get(purpose) ?? deriveKey(masterKey, purpose)
    keys.set(purpose, key)
    return key
  }
}
