import { check, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { Columns } from './postgresql-columns.ts'

const columns = {
  table: sqliteTable,
  text,
  integer,
  largeInteger: (name: string) => integer(name),
  boolean: (name: string) => integer(name, { mode: 'boolean' }),
  instant: (name: string) => integer(name, { mode: 'timestamp_ms' }),
  json: (name: string) => text(name, { mode: 'json' }),
  primaryKey,
  index,
  uniqueIndex,
  check,
} satisfies Record<keyof Columns, unknown>

/**
 * The same words as SQLite spells them. Taken for PostgreSQL's by the type checker, so that a store which compiles
 * uses only what both databases have: this is where the two dialects are declared alike.
 */
export const sqliteColumns = columns as unknown as Columns
