import { AsyncLocalStorage } from 'node:async_hooks'
import type { Transaction } from '../transaction.ts'
import type { Database } from './database.ts'
import { DatabaseError } from './database-error.ts'
import { createMutex } from './mutex.ts'
import { openConnections, type SqliteOptions } from './sqlite-connections.ts'
import { createQueries } from './sqlite-session.ts'
import { cacheStatements, fetchRows } from './sqlite-statements.ts'
import * as tables from './sqlite-tables.ts'

/** A transaction under way. Once it has failed, or is over, it runs no further statement. */
interface Ongoing {
  over: boolean
  failure: { error: unknown } | null
}

/**
 * Opens a SQLite database, migrated. One connection writes, behind a mutex; a second one, read-only, serves every read
 * outside a transaction from the last committed state, without waiting. Inside a transaction all goes to the writer.
 *
 * @throws ConfigError when the file cannot be opened as a database, or a newer version wrote it
 */
export async function openSqlite(options: SqliteOptions): Promise<Database> {
  const { writer, reader } = openConnections(options)
  const exclusive = createMutex()
  const ongoing = new AsyncLocalStorage<Ongoing>()
  const toRead = cacheStatements(reader)
  const toWrite = cacheStatements(writer)

  const db = createQueries(async (sql, params) => {
    const current = ongoing.getStore()
    if (current) return within(current, () => fetchRows(toWrite(sql), params))
    const statement = toRead(sql)
    if (statement.readonly) return fetchRows(statement, params)
    return exclusive(() => fetchRows(toWrite(sql), params))
  })

  const transaction: Transaction = (work) => {
    const current = ongoing.getStore()
    if (current) return within(current, work)
    return exclusive(async () => {
      const own: Ongoing = { over: false, failure: null }
      fetchRows(toWrite('BEGIN IMMEDIATE'), [])
      try {
        // Awaited inside: a query of Drizzle's starts only where it is awaited.
        const result = await ongoing.run(own, async () => await work())
        if (own.failure) throw own.failure.error
        own.over = true
        fetchRows(toWrite('COMMIT'), [])
        return result
      } catch (error) {
        own.over = true
        if (writer.inTransaction) writer.exec('ROLLBACK')
        throw error
      }
    })
  }

  return {
    db,
    tables,
    transaction,
    ping: async () => {
      fetchRows(toRead('SELECT 1 FROM sqlite_schema LIMIT 1'), [])
    },
    close: () =>
      exclusive(() => {
        reader.close()
        writer.close()
      }),
  }
}

/**
 * Runs a part of a transaction: a statement, or an inner transaction. Whatever fails in it fails the whole, even when
 * it is caught: what comes after could otherwise be kept without what came before.
 */
async function within<Result>(current: Ongoing, part: () => Result | Promise<Result>): Promise<Result> {
  if (current.over)
    throw new DatabaseError('This transaction is over: something in it was not awaited', 'TRANSACTION_OVER')
  if (current.failure) throw current.failure.error
  try {
    return await part()
  } catch (error) {
    current.failure ??= { error }
    throw error
  }
}
