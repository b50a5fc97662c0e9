import { LRUCache } from 'lru-cache'
import type { VerifiedClaims } from './jwt.ts'
import type { SigningKey } from './key-entry.ts'
import type { KeyRing } from './key-ring.ts'

/** Tokens whose signature was found good, so that a browser's next request need not pay for it again. */
export interface VerifiedTokens {
  /**
   * Gives the claims of a token that one of these keys has verified before; null for every other. Says nothing of the
   * time, which has gone on, nor of the session.
   */
  find(token: string, keys: Pick<KeyRing, 'find'>): VerifiedClaims | null
  /** Remembers a token that the key verified, whole. */
  add(token: string, key: SigningKey, claims: VerifiedClaims): void
}

/** Tokens. Each has at most four kilobytes; those that nobody sends any more are forgotten first. */
const most = 5000

/**
 * Makes the memory of one kind of token. Only what was verified gets into it: whoever makes tokens up fills nothing. A
 * token is remembered with the key itself, so that it goes with a key that is retired or replaced.
 */
export function createVerifiedTokens(): VerifiedTokens {
  const verified = new LRUCache<string, { key: SigningKey; claims: VerifiedClaims }>({ max: most })

  return {
    find(token, keys) {
      const found = verified.get(token)
      return found && keys.find(found.key.kid) === found.key ? found.claims : null
    },
    add(token, key, claims) {
      verified.set(token, { key, claims: Object.freeze({ ...claims }) })
    },
  }
}
