import type { SigningKey } from './key-entry.ts'

/** The keys that tokens are signed and verified with at this moment. */
export interface KeyRing {
  /** Those of the configuration, newest first, retired or not. */
  readonly configured: readonly SigningKey[]
  /** All that verify, newest first. */
  list(): readonly SigningKey[]
  /** @throws TypeError when there is none */
  newest(): SigningKey
  find(kid: string): SigningKey | undefined
  /** Puts other keys in the place of all, newest first; of two of one name the newer counts. */
  replace(keys: readonly SigningKey[]): void
}

/** Makes a ring that holds the keys of the configuration to begin with. */
export function createKeyRing(configured: readonly SigningKey[]): KeyRing {
  let keys = configured
  let byKid = index(keys)

  return {
    configured,
    list: () => keys,
    newest() {
      const [newest] = keys
      if (!newest) throw new TypeError('There is no key to sign tokens with')
      return newest
    },
    find: (kid) => byKid.get(kid),
    replace(others) {
      byKid = index(others)
      keys = [...byKid.values()]
    },
  }
}

function index(keys: readonly SigningKey[]): Map<string, SigningKey> {
  const byKid = new Map<string, SigningKey>()
  for (const key of keys) if (!byKid.has(key.kid)) byKid.set(key.kid, key)
  return byKid
}
