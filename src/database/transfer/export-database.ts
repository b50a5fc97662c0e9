import type { Database } from '../database.ts'
import { createDigest, type Digests, listCarried } from './carried.ts'
import { printFooter, printHeader, printRow } from './format.ts'
import { readRows } from './rows.ts'

/** Where an export goes. Written within a transaction, so that nothing in it is waited for. */
export interface ExportTarget {
  /** Forgets what was written: the transaction begins anew. */
  restart(): void
  write(text: string): void
}

/**
 * Writes every row of every table as it is at one instant, secrets as they are kept: sealed and hashed. On SQLite a
 * running server waits meanwhile to write.
 */
export function exportDatabase(database: Database, target: ExportTarget): Promise<Digests> {
  return database.transaction(async () => {
    target.restart()
    const tables = listCarried()
    const digests: Digests = {}
    target.write(printHeader(tables))
    for (const carried of tables) {
      const digest = createDigest()
      for await (const row of readRows(database, carried)) {
        digest.add(row)
        target.write(printRow(carried, row))
      }
      digests[carried.name] = digest.end()
    }
    target.write(printFooter(digests))
    return digests
  })
}
