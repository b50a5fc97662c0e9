import { PGlite } from '@electric-sql/pglite'
import { createMutex } from '../../src/database/mutex.ts'
import { createPostgresqlDatabase } from '../../src/database/postgresql.ts'
import { type Connections, readable, toDatabaseError } from '../../src/database/postgresql-connections.ts'
import { migratePostgresql } from '../../src/database/postgresql-migrate.ts'
import { createStores } from '../../src/database/stores/index.ts'
import type { TestDatabase } from './database.ts'

/** PostgreSQL in this process: the same SQL as a server's, but one connection, so nothing runs at once. */
export interface EmbeddedPostgresql {
  connections: Connections
  /** Gives the same database each time, migrated and emptied. */
  openDatabase(): Promise<TestDatabase>
  stop(): Promise<void>
}

const timestamptz = 1184
const jsonb = 3802
const asText = { [timestamptz]: (text: string) => text, [jsonb]: (text: string) => text }

export async function startEmbeddedPostgresql(): Promise<EmbeddedPostgresql> {
  const pglite = await PGlite.create()
  const connections = createConnections(pglite)
  const connection = await connections.connect()
  await migratePostgresql(connection, { lock: 'advisory' })
  connection.release()

  return {
    connections,
    async openDatabase() {
      await empty(pglite)
      const database = createPostgresqlDatabase(connections)
      return { database, stores: createStores(database), path: 'memory', close: () => database.close() }
    },
    stop: () => pglite.close(),
  }
}

function createConnections(pglite: PGlite): Connections {
  const exclusive = createMutex()
  return {
    connect: () =>
      new Promise((resolve) => {
        exclusive(() => {
          const { promise: released, resolve: release } = Promise.withResolvers<void>()
          resolve({
            async query({ text, values = [] }) {
              try {
                const options = { rowMode: 'array' as const, parsers: asText }
                const { rows } = await pglite.query<unknown[]>(text, values.map(readable), options)
                return rows
              } catch (error) {
                throw toDatabaseError(error)
              }
            },
            release: () => release(),
          })
          return released
        })
      }),
    close: async () => {},
  }
}

/** Triggers would refuse to let the audit go, so they are off meanwhile. */
async function empty(pglite: PGlite): Promise<void> {
  const { rows } = await pglite.query<{ name: string }>(
    "SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'migrations'",
  )
  await pglite.exec(`SET session_replication_role = replica;
    TRUNCATE ${rows.map(({ name }) => name).join(', ')};
    SET session_replication_role = origin`)
}
