/** An app or device that makes time-based codes, sharing a secret with us. It counts once it is confirmed. */
export interface TotpAuthenticator {
  id: string
  userId: string
  /** Encrypted for this very id. */
  sealedSecret: string
  /** When a first code proved that it works; null until then. */
  confirmedAt: Date | null
  /** The latest time step (RFC 6238) of which a code was accepted: that one and those before it are used up. */
  lastTimeStep: number | null
  createdAt: Date
}

/** What the identity domain needs of a place that keeps TOTP authenticators: one confirmed a user. */
export interface TotpAuthenticatorStore {
  /** Keeps a new one that is not confirmed yet, in the place of such ones that the user had. */
  create(authenticator: { id: string; userId: string; sealedSecret: string; createdAt: Date }): Promise<void>
  find(id: string): Promise<TotpAuthenticator | null>
  /** The user's confirmed one, or null. */
  findConfirmed(userId: string): Promise<TotpAuthenticator | null>
  /** The user's one that is not confirmed, or null. */
  findUnconfirmed(userId: string): Promise<TotpAuthenticator | null>
  /** The confirmed ones of several users, in one statement. */
  listConfirmed(userIds: readonly string[]): Promise<TotpAuthenticator[]>
  /** Confirms the user's, by a code of `timeStep`; false when it is already, or another one of the user's is. */
  confirm(authenticator: { id: string; userId: string }, timeStep: number, at: Date): Promise<boolean>
  /** Moves a confirmed one's time step on; false when `timeStep` is not newer: of many at once one is accepted. */
  acceptTimeStep(id: string, timeStep: number): Promise<boolean>
  /** Deletes the user's authenticator of that id; false when there is none. */
  delete(authenticator: { id: string; userId: string }): Promise<boolean>
  /** Deletes all that the user has; gives how many of them were confirmed. */
  deleteAll(userId: string): Promise<number>
}
