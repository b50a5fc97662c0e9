import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import BetterSqlite3 from 'better-sqlite3'
import { migrate } from '../src/database/migrate.ts'
import { drizzleKit } from './drizzle-kit.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Tells where the migrations in a folder do not lead to the table definitions, or make a table that is not STRICT. */
export function findMigrationFaults(folder: string): string[] {
  const workspace = mkdtempSync(join(tmpdir(), 'gatehouse-migrations-'))
  try {
    const copy = join(workspace, 'sqlite')
    cpSync(folder, copy, { recursive: true })
    return [...findLax(folder, join(workspace, 'check.db')), ...findDrift(copy)]
  } finally {
    rmSync(workspace, { recursive: true })
  }
}

/** Lets drizzle-kit write what is missing into `copy`: nothing must be. */
function findDrift(copy: string): string[] {
  const before = readdirSync(copy).length
  const schema = './src/database/sqlite-tables.ts'
  const out = relative(root, copy)
  const { ok, output } = drizzleKit('generate', '--dialect', 'sqlite', '--schema', schema, '--out', out)
  if (!ok) return [`drizzle-kit could not compare the migrations with the table definitions:\n${output}`]
  if (readdirSync(copy).length === before) return []
  return ['The migrations do not lead to the table definitions: run `node drizzle/generate.ts --name <what>`.']
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
