/** What a secret is good for: one made for a purpose is never taken for another. */
export type OneTimeSecretPurpose =
  | 'EMAIL_VERIFICATION'
  | 'EMAIL_CHANGE'
  | 'PASSWORD_RESET'
  | 'LOGIN_CODE'
  | 'SECOND_FACTOR'
  | 'PASSKEY_CHALLENGE'
  | 'OAUTH_STATE'

/** A secret as it is kept: hashed, so that nothing in the database can be used in its place. */
export interface OneTimeSecretRecord {
  id: string
  purpose: OneTimeSecretPurpose
  userId: string | null
  /** Canonical. */
  address: string | null
  secretHash: string
  /** Of what the browser keeps that alone may use it; null for any browser. */
  bindingHash: string | null
  sealedData: string | null
  attemptsLeft: number
  createdAt: Date
  expiresAt: Date
  consumedAt: Date | null
}

/** Whose secrets are meant where the secret itself does not tell. */
export type OneTimeSecretOwner = { userId: string } | { address: string }

/** What is shown to prove the possession of a secret, hashed. */
export interface ShownSecret {
  purpose: OneTimeSecretPurpose
  secretHash: string
  bindingHash: string | null
}

/**
 * What the identity domain needs of a place that keeps one-time secrets. "Live" is: neither consumed nor expired, and
 * `expiresAt` ahead of `now`. Only what is shown with the right binding is looked at.
 */
export interface OneTimeSecretStore {
  create(secret: OneTimeSecretRecord): Promise<void>
  /** The live one with this hash, or null. It stays good. */
  find(shown: ShownSecret, now: Date): Promise<OneTimeSecretRecord | null>
  /** Consumes the live one with this hash and gives it, or null: of many at once one gets it. */
  consume(shown: ShownSecret, now: Date): Promise<OneTimeSecretRecord | null>
  /**
   * Takes an attempt from each of the owner's live ones that has any left, and consumes the one whose hash it is, in
   * one statement: no more guesses are looked at than there were attempts, however many come at once.
   */
  guess(shown: ShownSecret, owner: OneTimeSecretOwner, now: Date): Promise<OneTimeSecretRecord | null>
  /** Takes an attempt from the live one with this hash and gives it, or null when none was left. */
  takeAttempt(shown: ShownSecret, now: Date): Promise<OneTimeSecretRecord | null>
  /** Deletes all of one purpose that the owner has. */
  deleteAll(purpose: OneTimeSecretPurpose, owner: OneTimeSecretOwner): Promise<void>
  /** Deletes what expired before `before`, at most `limit` rows; gives how many. */
  purge(before: Date, limit: number): Promise<number>
}
