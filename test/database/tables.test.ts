import { getTableColumns, getTableName } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { postgresqlColumns } from '../../src/database/postgresql-columns.ts'
import * as postgresqlTables from '../../src/database/postgresql-tables.ts'
import * as sqliteTables from '../../src/database/sqlite-tables.ts'
import { defineTables, type Tables } from '../../src/database/tables.ts'

describe('defineTables()', () => {
  const outline = (tables: Tables) =>
    Object.fromEntries(
      Object.values(tables).map((table) => [
        getTableName(table),
        Object.values(getTableColumns(table)).map(({ name, notNull, primary }) => ({ name, notNull, primary })),
      ]),
    )

  it('defines the same tables for either database', () => {
    expect(outline({ ...sqliteTables })).toEqual(outline(defineTables(postgresqlColumns)))
  })

  it('defines no table that drizzle-kit is not told of', () => {
    const defined = Object.keys(defineTables(postgresqlColumns)).sort()
    expect(Object.keys(sqliteTables).sort()).toEqual(defined)
    expect(Object.keys(postgresqlTables).sort()).toEqual(defined)
  })
})
