import type { SQL, SQLWrapper } from 'drizzle-orm'
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core'
import type { Transaction } from '../transaction.ts'
import type { Tables } from './tables.ts'

/** The part of Drizzle that all databases have in common. */
export type Queries = Pick<PgDatabase<PgQueryResultHKT>, 'select' | 'insert' | 'update' | 'delete'>

/** Is told the text of each statement as it begins, never its parameters; gives what is called when it is over. */
export type FollowStatement = (sql: string) => (error?: unknown) => void

/** An open database: what stores are made of. */
export interface Database {
  db: Queries
  tables: Tables
  transaction: Transaction
  /** The text in lower case, as `toLowerCase()` would have it, in every alphabet. */
  foldCase(text: SQLWrapper): SQL
  /** Asks the database something; rejects when it does not answer, or says that it only reads. */
  ping(): Promise<void>
  /** Waits for the writes under way, then closes; everything after it rejects. */
  close(): Promise<void>
}
