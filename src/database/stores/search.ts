import { type AnyColumn, or, type Placeholder, type SQL, sql } from 'drizzle-orm'
import type { Database } from '../database.ts'

/** The pattern that finds `text` anywhere, its own `%` and `_` taken literally. */
export function containing(text: string): string {
  // No text holds U+0000, at which SQLite takes a pattern to end: it would match everything.
  return `%${text.replaceAll('\0', '\uFFFD').replace(/[\\%_]/g, '\\$&')}%`
}

/** Holds when one of the columns matches the pattern in any letter case. */
export function matches(
  { foldCase }: Pick<Database, 'foldCase'>,
  columns: readonly AnyColumn[],
  pattern: string | Placeholder,
): SQL | undefined {
  const folded = foldCase(sql`${pattern}`)
  return or(...columns.map((column) => sql`${foldCase(column)} like ${folded} escape '\\'`))
}
