import {
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
} from 'drizzle-orm/pg-core'

/** The words in which tables are defined, as PostgreSQL spells them; stores see every database by these types. */
export const postgresqlColumns = {
  table: pgTable,
  text,
  integer,
  /** A whole number past 2³¹, to 2⁵³. */
  largeInteger: <Name extends string>(name: Name) => bigint(name, { mode: 'number' }),
  boolean,
  /** A point in time, to the millisecond. */
  instant: <Name extends string>(name: Name) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' }),
  json: <Name extends string>(name: Name) => jsonb(name),
  primaryKey,
  index,
  uniqueIndex,
  check,
}

export type Columns = typeof postgresqlColumns
