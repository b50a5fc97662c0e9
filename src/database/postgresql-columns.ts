import {
  bigint,
  boolean,
  check,
  customType,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { parseInstant, printInstant } from './postgresql-instant.ts'

/** Compared and ordered by its bytes, as SQLite does it, whatever the locale of the database. */
const textColumn = customType<{ data: string; driverData: string }>({ dataType: () => 'text collate "C"' })

const instantColumn = customType<{ data: Date; driverData: string }>({
  dataType: () => 'timestamp (3) with time zone',
  toDriver: printInstant,
  fromDriver: parseInstant,
})

/** The words in which tables are defined, as PostgreSQL spells them; stores see every database by these types. */
export const postgresqlColumns = {
  table: pgTable,
  text: <Name extends string>(name: Name) => textColumn(name),
  integer,
  /** A whole number past 2³¹, to 2⁵³. */
  largeInteger: <Name extends string>(name: Name) => bigint(name, { mode: 'number' }),
  boolean,
  /** A point in time, to the millisecond. */
  instant: <Name extends string>(name: Name) => instantColumn(name),
  json: <Name extends string>(name: Name) => jsonb(name),
  primaryKey,
  index,
  uniqueIndex,
  check,
}

export type Columns = typeof postgresqlColumns
