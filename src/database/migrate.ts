import type { Database as Connection } from 'better-sqlite3'
import { readMigrationFiles } from 'drizzle-orm/migrator'
import { ConfigError } from '../errors.ts'

const journal = `CREATE TABLE IF NOT EXISTS migrations (
  hash TEXT PRIMARY KEY NOT NULL,
  created_at INTEGER NOT NULL
) STRICT`

/**
 * Brings a database up to the migrations in `folder`: all that are missing, or none. Another process that starts
 * meanwhile waits, then finds nothing left to do.
 *
 * @throws ConfigError when the database holds a migration that `folder` does not
 */
export function migrate(connection: Connection, folder: string): void {
  const migrations = readMigrationFiles({ migrationsFolder: folder })
  // Switched off for good reason: a rebuild drops the old table, which would cascade into its children. SQLite ignores
  // the pragma inside a transaction, so it stands before BEGIN, and the check that replaces it before COMMIT.
  connection.pragma('foreign_keys = OFF')
  try {
    connection.exec('BEGIN IMMEDIATE')
    connection.exec(journal)
    const applied = new Set(connection.prepare<[], string>('SELECT hash FROM migrations').pluck().all())
    refuseNewer(applied, new Set(migrations.map(({ hash }) => hash)))
    const record = connection.prepare('INSERT INTO migrations (hash, created_at) VALUES (?, ?)')
    for (const { hash, folderMillis, sql } of migrations) {
      if (applied.has(hash)) continue
      for (const statement of sql) connection.exec(statement)
      record.run(hash, folderMillis)
    }
    refuseOrphans(connection)
    connection.exec('COMMIT')
  } catch (error) {
    if (connection.inTransaction) connection.exec('ROLLBACK')
    throw error
  } finally {
    connection.pragma('foreign_keys = ON')
  }
}

/** @throws ConfigError when a migration was applied that is not known */
export function refuseNewer(applied: ReadonlySet<string>, known: ReadonlySet<string>): void {
  const unknown = applied.difference(known).size
  if (unknown === 0) return
  const problem = `names a database with ${unknown} migration${unknown === 1 ? '' : 's'} that this version does not know: a newer version wrote it. Run that version, or name another database`
  throw new ConfigError([{ variable: 'DATABASE_URL', problem }])
}

function refuseOrphans(connection: Connection): void {
  const orphans = connection
    .prepare<[], string>('SELECT DISTINCT "table" || \' without its \' || parent FROM pragma_foreign_key_check')
    .pluck()
    .all()
  if (orphans.length > 0) throw new Error(`The migrations leave rows of ${orphans.join(', ')}`)
}
