import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Database } from '../../src/database/database.ts'
import { openSqlite } from '../../src/database/sqlite.ts'
import { createStores, type Stores } from '../../src/database/stores/index.ts'

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
