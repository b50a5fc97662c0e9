import { sql, type Table } from 'drizzle-orm'
import type { Queries } from '../database.ts'
import { prepareByShape } from './prepare-by-shape.ts'

/**
 * Prepares to insert rows into a table, once for each set of columns that are null: of those Drizzle's placeholders know
 * nothing, and encode them as if they were values.
 */
export function prepareInsert<Of extends Table>(
  db: Queries,
  table: Of,
  name: string,
): (row: Of['$inferInsert']) => Promise<void> {
  const statementOf = prepareByShape((columns: [name: string, isNull: boolean][]) => {
    const values = columns.map(([column, isNull]) => [column, isNull ? null : sql.placeholder(column)])
    return db
      .insert(table as Table)
      .values(Object.fromEntries(values))
      .prepare(name)
  })
  return async (row) => {
    const given = Object.entries(row).filter(([, value]) => value !== undefined)
    const statement = statementOf(given.map(([column, value]) => [column, value === null]))
    await statement.execute(row)
  }
}
