import { DrizzleQueryError, NoopLogger } from 'drizzle-orm'
import { NoopCache } from 'drizzle-orm/cache/core'
import { SQLiteAsyncDialect } from 'drizzle-orm/sqlite-core'
import {
  type PreparedQueryConfig,
  type RemoteCallback,
  RemotePreparedQuery,
  SQLiteRemoteSession,
  SqliteRemoteDatabase,
} from 'drizzle-orm/sqlite-proxy'
import type { Queries } from './database.ts'

type Values = Record<string, unknown>
type Config = PreparedQueryConfig & { run: unknown }

/** A query whose failure is what `execute` threw, without the list of parameters that Drizzle puts around it. */
class MaskedQuery extends RemotePreparedQuery<Config> {
  override run(values?: Values) {
    return mask(super.run(values))
  }
  override all(values?: Values) {
    return mask(super.all(values))
  }
  override get(values?: Values) {
    return mask(super.get(values))
  }
  override values<Rows extends unknown[]>(values?: Values) {
    return mask(super.values<Rows>(values))
  }
}

async function mask<Result>(result: Promise<Result>): Promise<Result> {
  try {
    return await result
  } catch (error) {
    throw error instanceof DrizzleQueryError ? error.cause : error
  }
}

class MaskedSession extends SQLiteRemoteSession<Record<string, never>, Record<string, never>> {
  readonly #execute: RemoteCallback
  readonly #logger = new NoopLogger()
  readonly #cache = new NoopCache()

  constructor(execute: RemoteCallback, dialect: SQLiteAsyncDialect) {
    super(execute, dialect, undefined)
    this.#execute = execute
  }

  override prepareQuery(
    ...[query, fields, method, asArrays, mapper, metadata]: Parameters<
      SQLiteRemoteSession<Record<string, never>, Record<string, never>>['prepareQuery']
    >
  ) {
    return new MaskedQuery(
      this.#execute,
      query,
      this.#logger,
      this.#cache,
      metadata,
      undefined,
      fields,
      method,
      asArrays,
      mapper,
    )
  }
}

/**
 * Hides parameters from SQLite's planner, by an operator that does nothing. It plans a statement anew each time when a
 * parameter that it took into account is bound anew, also where no statistics could make the plan another: three times
 * the cost of a session's read.
 */
class StablePlanDialect extends SQLiteAsyncDialect {
  override escapeParam(): string {
    return '+?'
  }
}

/** Makes Drizzle's query builder over a function that executes SQL. */
export function createQueries(execute: RemoteCallback): Queries {
  const dialect = new StablePlanDialect()
  const database = new SqliteRemoteDatabase('async', dialect, new MaskedSession(execute, dialect), undefined)
  return database as unknown as Queries
}
