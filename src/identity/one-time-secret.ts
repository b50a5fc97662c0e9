import type { OneTimeSecretOwner, OneTimeSecretPurpose } from './one-time-secret-store.ts'

export interface OneTimeSecretRequest {
  purpose: OneTimeSecretPurpose
  /** Who it is for, as far as that is known; a code needs one of the two to be found by. */
  userId?: string | null
  address?: string | null
  /** What the asking browser keeps, which has to come with the secret; null where any browser may use it. */
  binding: string | null
  /** Seconds. */
  lifetime: number
  /** How many guesses or tries there are. */
  attempts?: number
  /** JSON that is handed back with the secret; kept encrypted. */
  data?: unknown
}

/** What is known of a secret that somebody has shown. */
export interface OneTimeSecret {
  id: string
  userId: string | null
  address: string | null
  attemptsLeft: number
  createdAt: Date
  expiresAt: Date
  /** As it was handed in; null when there was none. */
  data: unknown
}

export interface CreatedOneTimeSecret {
  id: string
  /** Handed out once: what is kept is its keyed hash. */
  secret: string
  expiresAt: Date
}

/** A secret that its holder shows, and what the same browser keeps, if anything. */
export interface ShownToken {
  purpose: OneTimeSecretPurpose
  token: string
  binding: string | null
}

/** Secrets that work once, for one purpose, for a time. What is shown too late, twice or elsewhere gives null. */
export interface OneTimeSecrets {
  /** Makes 32 random bytes in base64url, found by themselves. */
  createToken(request: OneTimeSecretRequest): Promise<CreatedOneTimeSecret>
  /** Makes 8 random digits, found by their user or address. */
  createCode(request: OneTimeSecretRequest & ({ userId: string } | { address: string })): Promise<CreatedOneTimeSecret>
  /** Tells what a token is good for. It stays good. */
  find(shown: ShownToken): Promise<OneTimeSecret | null>
  /** Uses a token up: of many at once one gets it. In a transaction that fails, it stays good. */
  consume(shown: ShownToken): Promise<OneTimeSecret | null>
  /**
   * Compares a code with those of its owner and uses it up when it is right; each guess costs an attempt, counted by
   * the same statement. Call it outside transactions: a rollback would give the attempt back.
   */
  guess(
    shown: { purpose: OneTimeSecretPurpose; code: string; binding: string | null },
    owner: OneTimeSecretOwner,
  ): Promise<OneTimeSecret | null>
  /** Takes one of a token's attempts before what it is tried with is checked. Call it outside transactions. */
  takeAttempt(shown: ShownToken): Promise<OneTimeSecret | null>
  /** Makes an owner's earlier secrets of one purpose worthless. */
  invalidate(purpose: OneTimeSecretPurpose, owner: OneTimeSecretOwner): Promise<void>
}
