/** A key that signs tokens as it is kept: encrypted for its own `kid`, and forgotten once it is retired. */
export interface SigningKeyRecord {
  kid: string
  algorithm: string
  /** A key entry, sealed; empty once it is retired. */
  sealedKey: string
  createdAt: Date
  /** Since when it verifies nothing any more; null while it does. */
  retiredAt: Date | null
}

/** What the identity domain needs of a place that keeps signing keys. */
export interface SigningKeyStore {
  /** False when there is a key of that `kid` already. */
  create(key: SigningKeyRecord): Promise<boolean>
  /** All, retired or not, newest first. A retired one stays, so that nothing brings it back. */
  list(): Promise<SigningKeyRecord[]>
  /**
   * Retires a key and forgets it; false when it was retired. One that is not kept here, but in the configuration, is
   * noted as retired.
   */
  retire(key: { kid: string; algorithm: string }, at: Date): Promise<boolean>
}
