import { hash } from 'node:crypto'
import { DrizzleQueryError, NoopLogger } from 'drizzle-orm'
import { NoopCache } from 'drizzle-orm/cache/core'
import { PgDialect, type PreparedQueryConfig } from 'drizzle-orm/pg-core'
import { PgRemoteDatabase, PgRemoteSession, PreparedQuery } from 'drizzle-orm/pg-proxy'
import type { Queries } from './database.ts'
import type { Statement } from './postgresql-connections.ts'

/** Runs a statement and gives its rows as arrays. */
export type Execute = (statement: Statement) => Promise<unknown[][]>

type NoSchema = Record<string, never>

/** A query whose failure is what `execute` threw, without the list of parameters that Drizzle puts around it. */
class MaskedQuery<Config extends PreparedQueryConfig> extends PreparedQuery<Config> {
  override async execute(values?: Record<string, unknown>): Promise<Config['execute']> {
    try {
      return await super.execute(values)
    } catch (error) {
      throw error instanceof DrizzleQueryError ? error.cause : error
    }
  }
}

/** Characters of a text's hash in a name, of which PostgreSQL keeps 63. */
const hashLength = 16

/**
 * A name of this text and no other: behind a pooler a connection may be one on which another instance, or another
 * version, has prepared under the store's name what selects something else.
 */
function nameOf(name: string, text: string): string {
  return `${name}_${hash('sha256', text).slice(0, hashLength)}`
}

/** Drizzle's session, but that statements keep the names under which stores prepare them. */
class NamingSession extends PgRemoteSession<NoSchema, NoSchema> {
  readonly #execute: Execute
  readonly #logger = new NoopLogger()
  readonly #cache = new NoopCache()

  constructor(execute: Execute, dialect: PgDialect) {
    super(async () => ({ rows: [] }), dialect, undefined)
    this.#execute = execute
  }

  override prepareQuery<Config extends PreparedQueryConfig>(
    ...[query, fields, name, asArrays, mapper, metadata]: Parameters<
      PgRemoteSession<NoSchema, NoSchema>['prepareQuery']
    >
  ): PreparedQuery<Config> {
    const prepared = name === undefined ? undefined : nameOf(name, query.sql)
    return new MaskedQuery<Config>(
      async (text, values) => ({ rows: await this.#execute({ name: prepared, text, values }) }),
      query.sql,
      query.params,
      query.typings,
      this.#logger,
      this.#cache,
      metadata,
      undefined,
      fields,
      asArrays,
      mapper,
    )
  }
}

/** Makes Drizzle's query builder over a function that executes statements. */
export function createPostgresqlQueries(execute: Execute): Queries {
  const dialect = new PgDialect()
  return new PgRemoteDatabase<NoSchema>(dialect, new NamingSession(execute, dialect), undefined)
}
