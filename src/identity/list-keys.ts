import type { Identity } from './identity.ts'

/** What may be told of a signing key. */
export interface KeyDescription {
  kid: string
  algorithm: string
  /** Whether it was made by command or stands in the configuration. */
  origin: 'made' | 'configured'
  /** Null for one of the configuration, which does not tell. */
  createdAt: Date | null
  retiredAt: Date | null
}

/** Milliseconds for which a new key verifies and does not sign: until every server has reloaded its keys. */
const settling = 30_000

/**
 * Finds the key that signs at an instant: the newest that every server knows, so that what one signs no other refuses.
 * Where there is none such, as after an emergency, the newest of all.
 */
export function findSigning<Key extends Pick<KeyDescription, 'createdAt' | 'retiredAt'>>(
  keys: readonly Key[],
  now: Date,
): Key | undefined {
  const good = keys.filter(({ retiredAt }) => !retiredAt)
  const isKnown = ({ createdAt }: Key) => !createdAt || now.getTime() - createdAt.getTime() >= settling
  return good.find(isKnown) ?? good[0]
}

/** Lists every key in the order in which they would sign: those made by command before those of the configuration. */
export async function listKeys({
  keys,
  signingKeys,
}: Pick<Identity, 'keys' | 'signingKeys'>): Promise<KeyDescription[]> {
  const records = await signingKeys.list()
  const configured = new Set(keys.configured.map(({ kid }) => kid))
  const made = records.filter(({ kid }) => !configured.has(kid))
  const retirement = new Map(records.map(({ kid, retiredAt }) => [kid, retiredAt]))
  return [
    ...made.map(({ kid, algorithm, createdAt, retiredAt }) => {
      return { kid, algorithm, origin: 'made' as const, createdAt, retiredAt }
    }),
    ...keys.configured.map(({ kid, algorithm }) => {
      return { kid, algorithm, origin: 'configured' as const, createdAt: null, retiredAt: retirement.get(kid) ?? null }
    }),
  ]
}
