import { fileURLToPath } from 'node:url'
import { readMigrationFiles } from 'drizzle-orm/migrator'
import { refuseNewer } from './migrate.ts'
import type { Connection } from './postgresql-connections.ts'

const shippedMigrations = fileURLToPath(new URL('../../drizzle/postgresql', import.meta.url))

const journal = `CREATE TABLE IF NOT EXISTS "migrations" (
  "hash" text PRIMARY KEY NOT NULL,
  "created_at" bigint NOT NULL
)`

/** The number of the lock, the same for all instances and nobody else's: the letters "gate". */
const migrationLock = 0x67617465
/** Milliseconds to wait for the migrations of another instance. */
const lockTimeout = 60_000

/**
 * Brings a database up to the migrations in `folder`: all that are missing, or none. Another instance that starts
 * meanwhile waits, then finds nothing left to do, unless locks are `off`, for databases without advisory locks: there
 * one instance at a time may start with migrations to do.
 *
 * @throws ConfigError when the database holds a migration that `folder` does not
 */
export async function migratePostgresql(
  connection: Connection,
  { folder = shippedMigrations, lock }: { folder?: string; lock: 'advisory' | 'off' },
): Promise<void> {
  const migrations = readMigrationFiles({ migrationsFolder: folder })
  const run = (text: string, values: readonly unknown[] = []) => connection.query({ text, values, isUnbounded: true })
  await run('BEGIN')
  try {
    await run('SET LOCAL statement_timeout = 0')
    await run(`SET LOCAL lock_timeout = ${lockTimeout}`)
    if (lock === 'advisory') await run('SELECT pg_advisory_xact_lock($1)', [migrationLock])
    await run(journal)
    const applied = new Set((await run('SELECT "hash" FROM "migrations"')).map(([hash]) => String(hash)))
    refuseNewer(applied, new Set(migrations.map(({ hash }) => hash)))
    for (const { hash, folderMillis, sql } of migrations) {
      if (applied.has(hash)) continue
      for (const statement of sql) await run(statement)
      await run('INSERT INTO "migrations" ("hash", "created_at") VALUES ($1, $2)', [hash, folderMillis])
    }
    await run('COMMIT')
  } catch (error) {
    await run('ROLLBACK').catch(() => undefined)
    throw error
  }
}
