const breakpoint = '--> statement-breakpoint'
const createTable = /^\s*CREATE TABLE\b/i
const end = /\)\s*;?\s*$/

/** Adds STRICT, which drizzle-kit cannot write, to each CREATE TABLE of a migration that it wrote. */
export function makeStrict(migration: string): string {
  return migration
    .split(breakpoint)
    .map((statement) => (createTable.test(statement) ? statement.replace(end, ') STRICT;\n') : statement))
    .join(breakpoint)
}
