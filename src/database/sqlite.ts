import { AsyncLocalStorage } from 'node:async_hooks'
import { sql } from 'drizzle-orm'
import type { Transaction } from '../transaction.ts'
import type { Database, FollowStatement } from './database.ts'
import { createMutex } from './mutex.ts'
import { type Ongoing, within } from './ongoing.ts'
import { createCheckpoints } from './sqlite-checkpoints.ts'
import { openConnections, type SqliteOptions } from './sqlite-connections.ts'
import { createQueries } from './sqlite-session.ts'
import { cacheStatements, fetchFollowed, fetchRows } from './sqlite-statements.ts'
import * as tables from './sqlite-tables.ts'
import { watchViewerRows } from './sqlite-viewer-rows.ts'
import { openWalSync } from './sqlite-wal-sync.ts'

/**
 * Opens a SQLite database, migrated. One connection writes, behind a mutex; a second one, read-only, serves every read
 * outside a transaction from the last committed state, without waiting. Inside a transaction all goes to the writer.
 *
 * @throws ConfigError when the file cannot be opened as a database, or a newer version wrote it
 */
export async function openSqlite({
  follow,
  ...options
}: SqliteOptions & { follow?: FollowStatement | undefined }): Promise<Database> {
  const { writer, reader } = openConnections(options)
  const wal = await openWalSync(writer).catch((error) => {
    reader.close()
    writer.close()
    throw error
  })
  const exclusive = createMutex()
  const ongoing = new AsyncLocalStorage<Ongoing>()
  const toRead = cacheStatements(reader)
  const toWrite = cacheStatements(writer)
  const rows = watchViewerRows(writer)
  const checkpoints = createCheckpoints(writer, exclusive)
  const fetch = follow ? fetchFollowed(follow) : fetchRows

  const committed = () => {
    rows.committed()
    checkpoints.committed()
  }

  const queriesThatWrite = (kept: () => Promise<void> | undefined) =>
    createQueries(async (text, params) => {
      const current = ongoing.getStore()
      if (current) return within(current, () => fetch(toWrite(text), params))
      const statement = toRead(text)
      if (statement.readonly) return fetch(statement, params)
      const result = await exclusive(() => {
        wal.check()
        try {
          return fetch(toWrite(text), params)
        } finally {
          // Also where it failed: it may have been kept.
          committed()
        }
      })
      await kept()
      return result
    })

  const db = queriesThatWrite(wal.sync)

  const relaxed = queriesThatWrite(() => undefined)

  const transaction: Transaction = async (work) => {
    const current = ongoing.getStore()
    if (current) return within(current, work)
    const result = await exclusive(async () => {
      wal.check()
      const own: Ongoing = { over: false, failure: null }
      fetch(toWrite('BEGIN IMMEDIATE'), [])
      try {
        // Awaited inside: a query of Drizzle's starts only where it is awaited.
        const result = await ongoing.run(own, async () => await work())
        if (own.failure) throw own.failure.error
        own.over = true
        fetch(toWrite('COMMIT'), [])
        // Before anybody else has a turn: nobody reads what was, and takes it for what is.
        committed()
        return result
      } catch (error) {
        own.over = true
        if (writer.inTransaction) writer.exec('ROLLBACK')
        // It may have been kept.
        else committed()
        throw error
      }
    })
    await wal.sync()
    return result
  }

  return {
    db,
    relaxed,
    tables,
    transaction,
    viewerRows: {
      onChange: rows.onChange,
      arrive: rows.arrive,
      version: () => (ongoing.getStore() ? null : rows.version()),
    },
    foldCase: (text) => sql`lower(${text})`,
    ping: async () => {
      wal.check()
      fetch(toRead('SELECT 1 FROM sqlite_schema LIMIT 1'), [])
    },
    close: async () => {
      // Beforehand: the one under way may wait for its turn among the writers.
      await checkpoints.close()
      await exclusive(async () => {
        await wal.close()
        reader.close()
        writer.close()
        rows.close()
      })
    },
  }
}
