import type { SQL, SQLWrapper } from 'drizzle-orm'
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core'
import type { ViewerChange } from '../identity/viewer-changes.ts'
import type { Transaction } from '../transaction.ts'
import type { Tables } from './tables.ts'

/** The part of Drizzle that all databases have in common. */
export type Queries = Pick<PgDatabase<PgQueryResultHKT>, 'select' | 'insert' | 'update' | 'delete'>

/** Is told the text of each statement as it begins, never its parameters; gives what is called when it is over. */
export type FollowStatement = (sql: string) => (error?: unknown) => void

/** The rows that session records are read from: sessions, users and their roles. */
export interface ViewerRows {
  /**
   * Another number once another process has written anything; within one turn of the event loop in which requests have
   * arrived, as of when the first of them asked. Null inside a transaction, whose writes may be undone.
   */
  version(): number | null
  /** Says that a request has arrived: those of one turn share what the first of them is told, sixteen at most. */
  arrive(): void
  /** Tells of whatever this process has changed of them, as soon as it is committed; of no session that is new. */
  onChange(listener: (change: ViewerChange) => void): void
}

/** An open database: what stores are made of. */
export interface Database {
  db: Queries
  /**
   * The same for what a loss of power may undo: outside a transaction, a write is not waited for until it stands on the
   * disk, where the next commit of anything else brings it too. The end of the process undoes nothing of it.
   */
  relaxed: Queries
  tables: Tables
  transaction: Transaction
  /** Null where the database does not tell at once what changes. */
  viewerRows: ViewerRows | null
  /** The text in lower case, as `toLowerCase()` would have it, in every alphabet. */
  foldCase(text: SQLWrapper): SQL
  /** Asks the database something; rejects when it does not answer, or says that it only reads. */
  ping(): Promise<void>
  /** Waits for the writes under way, then closes; everything after it rejects. */
  close(): Promise<void>
}
