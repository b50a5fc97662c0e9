import type { Origin } from '../audit/audit-event.ts'
import { record } from '../audit/record.ts'
import type { Identity } from './identity.ts'
import { makeKeyEntry, type SigningAlgorithm } from './key-entry.ts'
import { listKeys } from './list-keys.ts'

export interface RotateKeysInput {
  algorithm: SigningAlgorithm
  /** Whether all other keys are retired and every session ends: for when a key is in the wrong hands. */
  emergency: boolean
}

/** What came of it. */
export interface Rotation {
  /** Of the new key. */
  kid: string
  /** Which keys were retired. */
  retired: string[]
  endedSessions: number
}

/**
 * Makes a key that signs from now on, and keeps it sealed. The others go on to verify, so that nobody is signed out;
 * in an emergency none does, and every session of everybody ends. Servers notice within the time in which they reload
 * their keys; that sessions ended, at once.
 */
export async function rotateKeys(identity: Identity, input: RotateKeysInput, origin: Origin): Promise<Rotation> {
  const { signingKeys, sessions, sealing, transaction, clock, createId } = identity
  const { algorithm, emergency } = input
  const kid = createId()
  const entry = makeKeyEntry(kid, algorithm)
  const sealedKey = sealing.seal(JSON.stringify(entry), 'signing-key', kid)

  return transaction(async () => {
    const now = clock.now()
    const others = (await listKeys(identity)).filter(({ retiredAt }) => !retiredAt)
    await signingKeys.create({ kid, algorithm, sealedKey, createdAt: now, retiredAt: null })
    await record(identity, origin, { action: 'SIGNING_KEY_ROTATED', detail: emergency ? `${kid}, emergency` : kid })
    if (!emergency) return { kid, retired: [], endedSessions: 0 }

    for (const other of others) {
      await signingKeys.retire(other, now)
      await record(identity, origin, { action: 'SIGNING_KEY_RETIRED', detail: other.kid })
    }
    const endedSessions = await sessions.endEverybodys('REVOKED', now)
    return { kid, retired: others.map((other) => other.kid), endedSessions }
  })
}
