import { AsyncLocalStorage } from 'node:async_hooks'
import { sql } from 'drizzle-orm'
import type { Transaction } from '../transaction.ts'
import type { Database, FollowStatement } from './database.ts'
import { createMutex, type Exclusive } from './mutex.ts'
import { type Ongoing, within } from './ongoing.ts'
import {
  type Connection,
  type Connections,
  followConnections,
  openConnections,
  type PostgresqlSettings,
  type Statement,
} from './postgresql-connections.ts'
import { migratePostgresql } from './postgresql-migrate.ts'
import { createPostgresqlQueries } from './postgresql-session.ts'
import * as tables from './postgresql-tables.ts'
import { retryCollisions } from './retry.ts'

interface OnConnection extends Ongoing {
  connection: Connection
  /** One statement at a time. */
  exclusive: Exclusive
}

export interface PostgresqlOptions extends PostgresqlSettings {
  migrationLock: 'advisory' | 'off'
  migrationsFolder?: string
  /** Is told when a connection breaks while it is idle. */
  onError(error: unknown): void
  follow?: FollowStatement | undefined
}

/**
 * Opens a PostgreSQL database, migrated.
 *
 * @throws ConfigError when it cannot be reached, or a newer version wrote it
 */
export async function openPostgresql({
  migrationLock,
  migrationsFolder,
  onError,
  follow,
  ...settings
}: PostgresqlOptions): Promise<Database> {
  const connections = await openConnections(settings, onError)
  try {
    const connection = await connections.connect()
    try {
      await migratePostgresql(connection, {
        lock: migrationLock,
        ...(migrationsFolder !== undefined && { folder: migrationsFolder }),
      })
    } finally {
      connection.release()
    }
    return createPostgresqlDatabase(follow ? followConnections(connections, follow) : connections)
  } catch (error) {
    await connections.close()
    throw error
  }
}

/**
 * Makes a database of connections to PostgreSQL, migrated already. Transactions are serializable, as they are on
 * SQLite, where one writes at a time: what collides is done again, so the work of a transaction may run several times.
 */
export function createPostgresqlDatabase(connections: Connections): Database {
  const ongoing = new AsyncLocalStorage<OnConnection>()

  const db = createPostgresqlQueries(async (statement) => {
    const current = ongoing.getStore()
    if (current) return within(current, () => current.exclusive(() => current.connection.query(statement)))
    return retryCollisions(() => queryAlone(statement))
  })

  const transaction: Transaction = (work) => {
    const current = ongoing.getStore()
    return current ? within(current, work) : retryCollisions(() => transact(work))
  }

  async function queryAlone(statement: Statement): Promise<unknown[][]> {
    const connection = await connections.connect()
    try {
      return await connection.query(statement)
    } finally {
      connection.release()
    }
  }

  async function transact<Result>(work: () => Promise<Result>): Promise<Result> {
    const connection = await connections.connect()
    const own: OnConnection = { over: false, failure: null, connection, exclusive: createMutex() }
    try {
      await connection.query({ text: 'BEGIN ISOLATION LEVEL SERIALIZABLE' })
      // Awaited inside: a query of Drizzle's starts only where it is awaited.
      const result = await ongoing.run(own, async () => await work())
      if (own.failure) throw own.failure.error
      own.over = true
      await own.exclusive(() => connection.query({ text: 'COMMIT' }))
      connection.release()
      return result
    } catch (error) {
      own.over = true
      const undone = own.exclusive(() => connection.query({ text: 'ROLLBACK' }))
      connection.release(
        await undone.then(
          () => false,
          () => true,
        ),
      )
      throw own.failure ? own.failure.error : error
    }
  }

  return {
    db,
    // It waits for the disk where nothing else is kept waiting.
    relaxed: db,
    tables,
    transaction,
    viewerRows: null,
    // The collation of the columns knows the letters of ASCII only; this one knows those of Unicode.
    foldCase: (text) => sql`lower(${text} collate "und-x-icu")`,
    async ping() {
      // It locks no row, but is refused where nothing can be written, as on a replica.
      await queryAlone({ text: 'SELECT 1 FROM "migrations" LIMIT 0 FOR UPDATE' })
    },
    close: () => connections.close(),
  }
}
