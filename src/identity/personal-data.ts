import type { Origin } from '../audit/audit-event.ts'
import type { User } from './user.ts'

/** What a domain keeps of people beside their accounts. Every domain that keeps any stands in the list of compose.ts. */
export interface PersonalData {
  /** Gives all that it keeps of the user as JSON, by name, with nothing in it that is secret. */
  collect(user: User): Promise<Record<string, unknown>>
  /**
   * Deletes all of it, or takes out of it what identifies the user, and records what others have to know. Called in the
   * transaction that deletes the account, before the account is gone.
   */
  erase(user: User, origin: Origin): Promise<void>
}

/** What the identity domain needs of the database to tell people what it keeps of them. */
export interface PersonalRecordStore {
  /** Gives what belongs to the account as rows by table, with nothing in them that is secret. */
  collect(user: Pick<User, 'id' | 'email'>): Promise<Record<string, readonly Record<string, unknown>[]>>
}
