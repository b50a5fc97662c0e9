import type { SigningKey } from './key-entry.ts'

/** The keys that tokens are signed and verified with at this moment. */
export interface KeyRing {
  /** Those of the configuration, newest first, retired or not. */
  readonly configured: readonly SigningKey[]
  /** All that verify, newest first. */
  list(): readonly SigningKey[]
  /**
   * The one that signs.
   *
   * @throws TypeError when there is none
   */
  signing(): SigningKey
  find(kid: string): SigningKey | undefined
  /**
   * Puts other keys in the place of all, newest first; of two of one name the newer counts. The newest signs, unless
   * it is told which.
   */
  replace(keys: readonly SigningKey[], signing?: SigningKey): void
}

/** Makes a ring that holds the keys of the configuration to begin with. */
export function createKeyRing(configured: readonly SigningKey[]): KeyRing {
  let keys = configured
  let byKid = index(keys)
  let signing = keys[0]

  return {
    configured,
    list: () => keys,
    signing() {
      if (!signing) throw new TypeError('There is no key to sign tokens with')
      return signing
    },
    find: (kid) => byKid.get(kid),
    replace(others, chosen) {
      byKid = index(others)
      keys = [...byKid.values()]
      signing = chosen ?? keys[0]
    },
  }
}

function index(keys: readonly SigningKey[]): Map<string, SigningKey> {
  const byKid = new Map<string, SigningKey>()
  for (const key of keys) if (!byKid.has(key.kid)) byKid.set(key.kid, key)
  return byKid
}
