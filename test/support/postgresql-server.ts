import { randomUUID } from 'node:crypto'
import pg from 'pg'

/** The database that all others of the tests are copies of: migrated, and empty. */
export const template = 'gatehouse_test_template'

/** @throws Error when POSTGRESQL_URL is missing: these tests are never skipped */
export function serverUrl(): string {
  const url = process.env.POSTGRESQL_URL
  if (!url)
    throw new Error(
      'POSTGRESQL_URL should name a PostgreSQL server on which databases may be made: postgres://postgres@localhost:5432/postgres. `.ci/with-postgresql npm run test:postgresql` starts one',
    )
  return url
}

export function urlOf(database: string): string {
  const url = new URL(serverUrl())
  url.pathname = `/${database}`
  return url.href
}

/** Runs statements on the server, outside any database of a test. */
export async function administer(...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl() })
  await client.connect()
  try {
    for (const statement of statements) await client.query(statement)
  } finally {
    await client.end()
  }
}

/** Makes a database of a test's own; give it back with {@link dropDatabase}. */
export async function createDatabase({ empty = false } = {}): Promise<string> {
  const name = `gatehouse_test_${randomUUID().replaceAll('-', '')}`
  await administer(`CREATE DATABASE ${name} TEMPLATE ${empty ? 'template0' : template}`)
  return urlOf(name)
}

export async function dropDatabase(url: string): Promise<void> {
  await administer(`DROP DATABASE IF EXISTS ${new URL(url).pathname.slice(1)} WITH (FORCE)`)
}
