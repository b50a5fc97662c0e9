import { type AnyColumn, or, type Placeholder, type SQL, sql } from 'drizzle-orm'

/** The pattern that finds `text` anywhere, its own `%` and `_` taken literally. */
export function containing(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`
}

/** Holds when one of the columns matches the pattern in any letter case. */
export function matches(columns: readonly AnyColumn[], pattern: string | Placeholder): SQL | undefined {
  return or(...columns.map((column) => sql`lower(${column}) like lower(${pattern}) escape '\\'`))
}
