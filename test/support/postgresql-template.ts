import { openPostgresql } from '../../src/database/postgresql.ts'
import { administer, template, urlOf } from './postgresql-server.ts'

const make = `CREATE DATABASE ${template} TEMPLATE template0 ENCODING 'UTF8'`
const drop = `DROP DATABASE IF EXISTS ${template} WITH (FORCE)`

/** Makes the database that those of the tests are copied from; drops it when they are over. */
export default async function setup() {
  await administer(drop, make)
  const database = await openPostgresql({
    url: urlOf(template),
    poolSize: 2,
    statementTimeout: 10_000,
    migrationLock: 'advisory',
    onError: (error) => console.error(error),
  })
  await database.close()
  return () => administer(drop)
}
