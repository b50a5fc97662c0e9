import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Database } from '../../src/database/database.ts'
import { openPostgresql, type PostgresqlOptions } from '../../src/database/postgresql.ts'
import { openSqlite } from '../../src/database/sqlite.ts'
import { createStores, type Stores } from '../../src/database/stores/index.ts'
import { createDatabase, dropDatabase } from './postgresql-server.ts'

/** A migrated, empty database of a test's own. */
export interface TestDatabase {
  database: Database
  stores: Stores
  /** The database file. */
  path: string
  /** Closes the database and deletes its folder. */
  close(): Promise<void>
}

export async function openTestDatabase(): Promise<TestDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-test-'))
  const path = join(folder, 'gatehouse.db')
  const database = await openSqlite({ path })
  return {
    database,
    stores: createStores(database),
    path,
    async close() {
      await database.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The same on the PostgreSQL server of `npm run test:postgresql`; its path is its URL. */
export async function openServerDatabase(settings: Partial<PostgresqlOptions> = {}): Promise<TestDatabase> {
  const url = await createDatabase()
  const database = await openPostgresql({
    url,
    poolSize: 10,
    statementTimeout: 10_000,
    migrationLock: 'advisory',
    onError: () => {},
    ...settings,
  })
  return {
    database,
    stores: createStores(database),
    path: url,
    async close() {
      await database.close()
      await dropDatabase(url)
    },
  }
}
