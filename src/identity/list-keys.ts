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
