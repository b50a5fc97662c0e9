import pg from 'pg'
import { ConfigError } from '../errors.ts'
import type { FollowStatement } from './database.ts'
import { DatabaseError } from './database-error.ts'

export interface Statement {
  text: string
  values?: readonly unknown[]
  /** Under which a connection keeps the statement prepared; without one it is parsed each time. */
  name?: string | undefined
  /** May take as long as it takes, as what a migration does. */
  isUnbounded?: boolean
}

/** One connection, to one user at a time. Its failures are {@link DatabaseError}s. */
export interface Connection {
  /** Gives the rows as arrays; instants and JSON as text. */
  query(statement: Statement): Promise<unknown[][]>
  /** Hands it back; a broken one is closed, as is one whose server fell silent or no longer writes. */
  release(broken?: boolean): void
}

/** A bounded number of connections. */
export interface Connections {
  /** Waits for a free connection, not for ever. */
  connect(): Promise<Connection>
  /** Waits for what is under way; nothing connects any more. */
  close(): Promise<void>
}

export interface PostgresqlSettings {
  url: string
  /** Connections of this instance at most, without the one that listens. */
  poolSize: number
  /** Milliseconds that a statement may take. */
  statementTimeout: number
}

/** Milliseconds to wait for a connection. */
const connectTimeout = 5_000
/** Milliseconds that a server has to say that it ended a statement: one that says nothing has gone without a word. */
const grace = 1_000
/** SQLSTATE: it only reads. A replica, or a server that is about to be one; of those the second refuses SERIALIZABLE. */
const readOnly = new Set(['25006', '0A000'])
/** Seconds after which a connection is replaced: what a server keeps for one, such as plans, does not grow for ever. */
const lifetime = 3_600

/** Instants and JSON as text, for the columns to read. */
const types = {
  getTypeParser(type: number, format?: 'text' | 'binary') {
    const { TIMESTAMPTZ, JSONB } = pg.types.builtins
    if (type === TIMESTAMPTZ || type === JSONB) return (text: string) => text
    return pg.types.getTypeParser(type, format)
  },
}

/**
 * Opens a pool of connections.
 *
 * @param onError - is told when an idle connection breaks; the pool replaces it
 * @throws ConfigError when no connection can be made
 */
export async function openConnections(
  { url, poolSize, statementTimeout }: PostgresqlSettings,
  onError: (error: unknown) => void,
): Promise<Connections> {
  const pool = new pg.Pool({
    connectionString: url,
    max: poolSize,
    connectionTimeoutMillis: connectTimeout,
    maxLifetimeSeconds: lifetime,
    statement_timeout: statementTimeout,
    // A statement that waits for a lock, and a transaction that waits for this server, hold others up.
    lock_timeout: statementTimeout,
    idle_in_transaction_session_timeout: statementTimeout,
    application_name: 'gatehouse',
    keepAlive: true,
  })
  // Without a listener a connection that breaks while it is idle ends the process.
  pool.on('error', (error) => onError(toDatabaseError(error)))
  const connections = lend(pool, statementTimeout + grace)
  await refuseUnreachable(connections)
  return connections
}

/** The pool's own end forgets those who are waiting for a connection. */
function lend(pool: pg.Pool, patience: number): Connections {
  const lent = new Set<Promise<void>>()
  let closed: Promise<void> | null = null
  const end = async () => {
    while (lent.size > 0) await Promise.all(lent)
    await pool.end()
  }
  return {
    async connect() {
      if (closed) throw new DatabaseError('The database is closed', 'CLOSED')
      const { promise, resolve } = Promise.withResolvers<void>()
      const back = () => {
        lent.delete(promise)
        resolve()
      }
      lent.add(promise)
      return connect(pool, patience, back).catch((error) => {
        back()
        throw error
      })
    },
    close: () => (closed ??= end()),
  }
}

/** Gives the same connections, whose statements are followed. */
export function followConnections(connections: Connections, follow: FollowStatement): Connections {
  return {
    ...connections,
    async connect() {
      const connection = await connections.connect()
      return {
        ...connection,
        query(statement) {
          const end = follow(statement.text)
          return followed(connection.query(statement), end)
        },
      }
    },
  }
}

async function followed<Result>(work: Promise<Result>, end: (error?: unknown) => void): Promise<Result> {
  try {
    const result = await work
    end()
    return result
  } catch (error) {
    end(error)
    throw error
  }
}

async function connect(pool: pg.Pool, patience: number, back: () => void): Promise<Connection> {
  const client = await attempt(pool.connect())
  // While it is lent it is nobody's else to hear that it broke; the statement under way fails by itself.
  const ignore = () => {}
  client.on('error', ignore)
  let isUnfit = false
  return {
    async query({ text, values = [], name, isUnbounded = false }) {
      // What is under way on it may still be, and would be waited for.
      if (isUnfit) throw new DatabaseError('The connection is of no use any more', 'UNFIT')
      const config = {
        text,
        values: values.map(readable),
        rowMode: 'array' as const,
        types,
        ...(name && { name }),
        ...(!isUnbounded && { query_timeout: patience }),
      }
      try {
        return (await client.query<unknown[]>(config)).rows
      } catch (error) {
        const failure = toDatabaseError(error)
        isUnfit = !(error instanceof pg.DatabaseError) || readOnly.has(failure.code)
        throw failure
      }
    },
    release(broken = false) {
      client.off('error', ignore)
      client.release(broken || isUnfit)
      back()
    },
  }
}

/** PostgreSQL has no U+0000 in texts: as with the halves of surrogate pairs, U+FFFD takes its place. */
export function readable(value: unknown): unknown {
  return typeof value === 'string' ? value.replaceAll('\0', '\uFFFD') : value
}

async function attempt<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work
  } catch (error) {
    throw toDatabaseError(error)
  }
}

/** Leaves out what PostgreSQL tells of values: in details always, in messages where a value itself is at fault. */
export function toDatabaseError(error: unknown): DatabaseError {
  if (error instanceof DatabaseError) return error
  if (!(error instanceof Error)) return new DatabaseError('The database failed', 'UNKNOWN')
  const code = 'code' in error ? String(error.code) : 'UNKNOWN'
  return new DatabaseError(code.startsWith('22') ? 'A value is none that this column takes' : error.message, code)
}

async function refuseUnreachable(connections: Connections): Promise<void> {
  try {
    const connection = await connections.connect()
    connection.release()
  } catch (error) {
    await connections.close()
    const why = error instanceof DatabaseError ? error.message : String(error)
    throw new ConfigError([{ variable: 'DATABASE_URL', problem: `names a database that cannot be reached: ${why}` }])
  }
}
