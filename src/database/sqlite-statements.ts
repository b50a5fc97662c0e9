import type { Database as Connection, Statement } from 'better-sqlite3'
import { LRUCache } from 'lru-cache'
import type { FollowStatement } from './database.ts'
import { DatabaseError } from './database-error.ts'

/** More than all the statements that stores prepare, so that only lists with odd numbers of ids push each other out. */
const statementsKept = 500

/** Prepares each text once a connection, as long as it is used. */
export function cacheStatements(connection: Connection): (sql: string) => Statement {
  const statements = new LRUCache<string, Statement>({ max: statementsKept })
  return (sql) => {
    const kept = statements.get(sql)
    if (kept) return kept
    const statement = attempt(() => connection.prepare(sql))
    if (statement.reader) statement.raw(true)
    statements.set(sql, statement)
    return statement
  }
}

/** Runs a statement and gives its rows as arrays, none when it returns none. */
export function fetchRows(statement: Statement, params: unknown[]): { rows: unknown[] } {
  return attempt(() => {
    if (statement.reader) return { rows: statement.all(...params) }
    statement.run(...params)
    return { rows: [] }
  })
}

/** Gives a {@link fetchRows} whose statements are followed. */
export function fetchFollowed(follow: FollowStatement): typeof fetchRows {
  return (statement, params) => {
    const end = follow(statement.source)
    try {
      const result = fetchRows(statement, params)
      end()
      return result
    } catch (error) {
      end(error)
      throw error
    }
  }
}

/** Runs what SQLite does. @throws DatabaseError for whatever it throws */
export function attempt<Result>(work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    throw DatabaseError.from(error)
  }
}
