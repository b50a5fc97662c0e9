import { createHash } from 'node:crypto'
import { getTableColumns, getTableName } from 'drizzle-orm'
import { getTableConfig } from 'drizzle-orm/pg-core'
import { postgresqlColumns } from '../postgresql-columns.ts'
import { defineTables, type Tables } from '../tables.ts'

/** A table as it is carried from one database to another: by the names that the program has for its parts. */
export interface Carried {
  name: keyof Tables
  columns: string[]
  /** Columns of points in time. */
  instants: ReadonlySet<string>
  primaryKey: string[]
}

/** What is known of a table's rows without having them. */
export interface Digest {
  rows: number
  /** Of all rows, in the order of the primary key. */
  sha256: string
}

export type Digests = Partial<Record<keyof Tables, Digest>>

// The definitions of one database tell of both.
const tables = defineTables(postgresqlColumns)
const names = Object.keys(tables) as (keyof Tables)[]

/** Lists every table, those that others refer to first. */
export function listCarried(): Carried[] {
  const listed = new Map<string, Carried>()
  const add = (name: keyof Tables) => {
    const table = tables[name]
    if (listed.has(name)) return
    const { primaryKeys, foreignKeys } = getTableConfig(table)
    for (const key of foreignKeys) add(nameOf(getTableName(key.reference().foreignTable)))
    const columns = Object.entries(getTableColumns(table))
    const keys = primaryKeys.flatMap((key) => key.columns.map((column) => column.name))
    listed.set(name, {
      name,
      columns: columns.map(([property]) => property),
      instants: new Set(columns.filter(([, column]) => isInstant(column)).map(([property]) => property)),
      primaryKey: columns
        .filter(([, column]) => column.primary || keys.includes(column.name))
        .map(([property]) => property),
    })
  }
  for (const name of names) add(name)
  return [...listed.values()]
}

export function createDigest() {
  const hash = createHash('sha256')
  let rows = 0
  return {
    add(row: string): void {
      hash.update(`${row}\n`)
      rows++
    },
    end: (): Digest => ({ rows, sha256: hash.digest('hex') }),
  }
}

function nameOf(table: string): keyof Tables {
  const name = names.find((candidate) => getTableName(tables[candidate]) === table)
  if (!name) throw new TypeError(`There is no table ${table}`)
  return name
}

function isInstant(column: { getSQLType(): string }): boolean {
  return column.getSQLType().startsWith('timestamp')
}
