import { getTableColumns, getTableName } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { postgresqlColumns } from '../../src/database/postgresql-columns.ts'
import * as sqliteTables from '../../src/database/sqlite-tables.ts'
import { defineTables, type Tables } from '../../src/database/tables.ts'

describe('defineTables()', () => {
  const outline = (tables: Tables) =>
    Object.fromEntries(
      Object.values(tables).map((table) => [
        getTableName(table),
        Object.values(getTableColumns(table)).map(({ name, notNull, primary, dataType }) => ({
          name,
          notNull,
          primary,
          dataType,
        })),
      ]),
    )

  it('defines the same tables for either database', () => {
    expect(outline({ ...sqliteTables })).toEqual(outline(defineTables(postgresqlColumns)))
  })

  it('defines no table that drizzle-kit is not told of', () => {
    expect(Object.keys(sqliteTables).sort()).toEqual(Object.keys(defineTables(postgresqlColumns)).sort())
  })
})
