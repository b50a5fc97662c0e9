/** A key that signs tokens as it is kept: encrypted for its own `kid`. */
export interface SigningKeyRecord {
  kid: string
  algorithm: string
  sealedKey: string
  createdAt: Date
  /** Since when it verifies nothing any more; null while it does. */
  retiredAt: Date | null
}

/** What the identity domain needs of a place that keeps signing keys. */
export interface SigningKeyStore {
  /** False when there is a key of that `kid` already. */
  create(key: SigningKeyRecord): Promise<boolean>
  /** Those that are not retired, newest first. */
  list(): Promise<SigningKeyRecord[]>
  /** Retires one key; false when there is none, or it was retired. */
  retire(kid: string, at: Date): Promise<boolean>
  /** Retires every key but `except`; gives the ids of those it retired. */
  retireAll(except: string | null, at: Date): Promise<string[]>
  /** Deletes what was retired before `before`; gives how many. */
  purge(before: Date): Promise<number>
}
