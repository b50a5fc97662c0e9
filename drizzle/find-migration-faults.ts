import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import BetterSqlite3 from 'better-sqlite3'
import { migrate } from '../src/database/migrate.ts'
import { drizzleKit } from './drizzle-kit.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/**
 * Tells where the migrations in a folder do not lead to the table definitions, or, on SQLite, make a table that is not
 * STRICT.
 */
export function findMigrationFaults(dialect: 'sqlite' | 'postgresql', folder: string): string[] {
  const workspace = mkdtempSync(join(tmpdir(), 'gatehouse-migrations-'))
  try {
    const copy = join(workspace, dialect)
    cpSync(folder, copy, { recursive: true })
    const lax = dialect === 'sqlite' ? findLax(folder, join(workspace, 'check.db')) : []
    return [...lax, ...findDrift(dialect, copy)]
  } finally {
    rmSync(workspace, { recursive: true })
  }
}

/** Lets drizzle-kit write what is missing into `copy`: nothing must be. */
function findDrift(dialect: string, copy: string): string[] {
  const before = readdirSync(copy).length
  const schema = `./src/database/${dialect}-tables.ts`
  const out = relative(root, copy)
  const { ok, output } = drizzleKit('generate', '--dialect', dialect, '--schema', schema, '--out', out)
  if (!ok) return [`drizzle-kit could not compare the migrations of ${dialect} with the table definitions:\n${output}`]
  if (readdirSync(copy).length === before) return []
  return [
    `The migrations of ${dialect} do not lead to the table definitions: run 'npm run db:generate -- --name <what>'.`,
  ]
}

function findLax(folder: string, path: string): string[] {
  const database = new BetterSqlite3(path)
  try {
    migrate(database, folder)
    return database
      .prepare<[], string>(
        `SELECT name FROM pragma_table_list
         WHERE schema = 'main' AND type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'`,
      )
      .pluck()
      .all()
      .map((table) => `The migrations make the table ${table} without STRICT.`)
  } finally {
    database.close()
  }
}
