/** How often credentials may be tried. */
export interface ThrottleSettings {
  /**
   * Seconds to wait after the 1st, 2nd, … failure in a row. There are no more attempts without a proof than the list is
   * long; its last entry is what the next ones are told to wait.
   */
  waits: readonly number[]
  /** The same, for codes of the second factor. */
  secondFactorWaits: readonly number[]
  /** Credential attempts of one client. */
  attemptsPerMinute: number
  attemptsPerHour: number
  /** Accounts that one client makes. */
  registrationsPerHour: number
  /** Mails that are asked for, to one address and by one client. */
  mailsPerQuarterHour: number
  mailsPerHour: number
}

const minute = 60
const hour = 60 * minute
const day = 24 * hour

/** What stands unless the configuration says otherwise. */
export const defaultThrottleSettings: ThrottleSettings = {
  // Nothing for four failures, then 1, 2, 4 … seconds up to 15 minutes; a hundred at most (NIST SP 800-63B-4, 3.2.2).
  waits: Array.from({ length: 100 }, (_, index) => {
    if (index === 99) return day
    return index < 4 ? 0 : Math.min(2 ** (index - 4), 15 * minute)
  }),
  // Ten failures lock the second step for 15 minutes, and each one after them again.
  secondFactorWaits: Array.from({ length: 100 }, (_, index) => {
    if (index === 99) return day
    return index < 9 ? 0 : 15 * minute
  }),
  attemptsPerMinute: 30,
  attemptsPerHour: 300,
  registrationsPerHour: 10,
  mailsPerQuarterHour: 3,
  mailsPerHour: 20,
}
