import { accessSync, closeSync, constants, existsSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import BetterSqlite3, { type Database as Connection } from 'better-sqlite3'
import { ConfigError } from '../errors.ts'
import { migrate } from './migrate.ts'

export interface SqliteOptions {
  /** The database file; it and its folder are made when missing, for the owner alone. */
  path: string
  migrationsFolder?: string
}

const shippedMigrations = fileURLToPath(new URL('../../drizzle/sqlite', import.meta.url))
/** Milliseconds that a statement waits while another process writes. */
const busyTimeout = 5_000
/** Milliseconds that a start waits for the migrations of another process. */
const startTimeout = 60_000
/** Milliseconds between attempts where SQLite does not wait by itself. */
const retryInterval = 20

/** Opens the two connections to a SQLite database and brings it up to date. */
export function openConnections({ path, migrationsFolder = shippedMigrations }: SqliteOptions) {
  const writer = openWriter(path)
  try {
    migrate(writer, migrationsFolder)
    enterWal(writer)
    // What is committed is brought to the disk without the event loop waiting for it: see sqlite-wal-sync.ts.
    writer.pragma('synchronous = NORMAL')
    writer.pragma('foreign_keys = ON')
    writer.pragma(`busy_timeout = ${busyTimeout}`)
    const reader = new BetterSqlite3(path, { readonly: true, timeout: busyTimeout })
    for (const connection of [writer, reader]) connection.function('lower', { deterministic: true }, lowerCase)
    return { writer, reader }
  } catch (error) {
    writer.close()
    throw error
  }
}

/** @throws ConfigError when the file cannot be made, read or written, or is something else than a database */
function openWriter(path: string): Connection {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    // One that is there is not opened: closed again, it would lose all locks that this process has on it (POSIX).
    if (existsSync(path)) accessSync(path, constants.R_OK | constants.W_OK)
    else closeSync(openSync(path, 'a', 0o600))
    const writer = new BetterSqlite3(path, { timeout: startTimeout })
    writer.pragma('schema_version')
    return writer
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new ConfigError([{ variable: 'DATABASE_URL', problem: `names a file that is no usable database: ${why}` }])
  }
}

/** Several processes that switch at the same instant would wait for each other: SQLite refuses all but one at once. */
function enterWal(writer: Connection): void {
  for (let waited = 0; ; waited += retryInterval) {
    try {
      writer.pragma('journal_mode = WAL')
      return
    } catch (error) {
      if (!isBusy(error) || waited >= startTimeout) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, retryInterval)
    }
  }
}

/** The path of a connection's database as SQLite has resolved it, which it puts `-wal` and `-shm` behind. */
export function fileOf(connection: Connection): string {
  return String(connection.prepare("SELECT file FROM pragma_database_list WHERE name = 'main'").pluck().get())
}

function isBusy(error: unknown): boolean {
  return error instanceof BetterSqlite3.SqliteError && error.code.startsWith('SQLITE_BUSY')
}

/** Takes the place of SQLite's own `lower()`, which knows the letters of ASCII only. */
function lowerCase(text: unknown): unknown {
  return typeof text === 'string' ? text.toLowerCase() : text
}
