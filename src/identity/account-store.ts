import type { User } from './user.ts'

/** What the identity domain needs of a place that keeps accounts, to halt, resume and end them. */
export interface AccountStore {
  /** False when it is suspended already, or not there. */
  suspend(id: string, at: Date): Promise<boolean>
  /** False when it is not suspended, or not there. */
  reinstate(id: string): Promise<boolean>
  /**
   * Deletes the account with its roles, sessions, credentials, authenticators, provider links and one-time secrets, and
   * the mails to its addresses; what others made loses the account's id. False when it is not there. It leaves the
   * audit log alone, and what other domains keep.
   */
  delete(user: Pick<User, 'id' | 'email'>): Promise<boolean>
}
