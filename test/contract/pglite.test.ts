import { afterAll, beforeAll, describe } from 'vitest'
import { type EmbeddedPostgresql, startEmbeddedPostgresql } from '../support/embedded-postgresql.ts'
import { storeContracts } from './stores.ts'

let postgresql: EmbeddedPostgresql

beforeAll(async () => {
  postgresql = await startEmbeddedPostgresql()
}, 60_000)
afterAll(() => postgresql.stop())

describe('on PostgreSQL in process', () => storeContracts(() => postgresql.openDatabase()))
