/** A failure counter that makes the next attempt wait. */
export interface BackoffState {
  /** False: the attempt came before `retryAt` and was not counted. */
  admitted: boolean
  /** Attempts counted since the last success, this one included if admitted. */
  failures: number
  /** The earliest instant at which the next attempt is admitted. */
  retryAt: Date
}

/** What the throttle needs of a place that counts. Every method is one atomic statement; two at once count two. */
export interface ThrottleStore {
  /**
   * Counts one hit in the fixed window that is open for `key`, or opens one of `windowSeconds`.
   * Counts on past any limit: the caller compares.
   */
  hit(key: string, windowSeconds: number, now: Date): Promise<{ count: number; windowEndsAt: Date }>
  /**
   * Counts one attempt as a failure unless `now` is before the instant that earlier failures set.
   * `waits[n - 1]` is the wait in seconds after the nth failure; past the list's end its last entry holds.
   */
  attempt(key: string, waits: readonly number[], now: Date): Promise<BackoffState>
  /** Forgets `key`: a success. */
  clear(key: string): Promise<void>
  /** Deletes counters that can no longer matter, at most `limit` rows; gives how many. */
  purge(now: Date, limit: number): Promise<number>
}
