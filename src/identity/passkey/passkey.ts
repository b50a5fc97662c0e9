/** A WebAuthn credential: a key pair whose private half never leaves the user's authenticator. */
export interface Passkey {
  id: string
  userId: string
  /** In base64url, as the public key (COSE) is. */
  credentialId: string
  publicKey: string
  /** Of the COSE registry: -8, -7 or -257. */
  algorithm: number
  /** The authenticator's signature counter; 0 for those that keep none. */
  counter: number
  transports: readonly string[]
  /** Whether it is synced or otherwise kept in more than one place. */
  backedUp: boolean
  /** What its user calls it. */
  name: string
  createdAt: Date
  lastUsedAt: Date | null
}

/** What the identity domain needs of a place that keeps passkeys. */
export interface PasskeyStore {
  /** False when the credential belongs to a user already. */
  create(passkey: Passkey): Promise<boolean>
  find(id: string): Promise<Passkey | null>
  findByCredentialId(credentialId: string): Promise<Passkey | null>
  /** Oldest first. */
  listByUser(userId: string): Promise<Passkey[]>
  /** The same for several users at once, in one statement. */
  listByUsers(userIds: readonly string[]): Promise<Passkey[]>
  /**
   * Notes a use. False, with nothing noted, when the counter went back or stood still: a copy may be about. One that
   * is and stays 0 counts nothing.
   *
   * @see Web Authentication Level 3, section 6.1.1
   */
  recordUse(id: string, use: { counter: number; backedUp: boolean; at: Date }): Promise<boolean>
  /** Renames the user's passkey of that id; false when there is none. */
  rename(passkey: { id: string; userId: string }, name: string): Promise<boolean>
  /** Deletes the user's passkey of that id; false when there is none. */
  delete(passkey: { id: string; userId: string }): Promise<boolean>
  /** Deletes all that the user has; gives how many. */
  deleteAll(userId: string): Promise<number>
}
