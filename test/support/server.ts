import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type Composition, compose, type Overrides } from '../../src/compose.ts'
import { readConfig } from '../../src/config.ts'
import { createLogger } from '../../src/http/logger.ts'
import { parseSigningKeys } from '../../src/identity/keys.ts'
import { parseMasterKey } from '../../src/identity/master-key.ts'
import { parseProviderSettings } from '../../src/identity/oauth/parse-provider-settings.ts'
import { createDatabase, dropDatabase } from './postgresql-server.ts'

export type Env = Record<string, string>

export interface TestServer extends Composition {
  /** Where it listens: the origin alone. */
  url: string
  /** The database file, or the URL of a PostgreSQL database. */
  databasePath: string
}

/** Remembers what is to be done when something is over: a test, unless told otherwise. */
export type OnEnd = (end: () => void | Promise<void>) => void

/** The bytes `s` × 32: a key that tests can sign with too. */
export const testSecret = Buffer.alloc(32, 's')
export const testKeys = JSON.stringify([{ kid: 'test', alg: 'HS256', secret: testSecret.toString('base64url') }])

/** What the open network needs. */
export const productionEnv: Env = {
  NODE_ENV: 'production',
  PUBLIC_URL: 'https://api.example.com',
  TRUST_PROXY: '1',
  MASTER_KEY: Buffer.alloc(32, 'm').toString('base64'),
}

/** So that between two dumps nothing is written but by what a test does. */
const hour = 3_600_000
const quiet = { reloadKeys: hour, purge: hour, mails: hour }

/** A folder that goes when the test is over. */
export function createFolder(onEnd: OnEnd = onTestFinished): string {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-http-'))
  onEnd(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** The whole server on a free port, over a database of its own with the demo users in it; ends with the test. */
export async function startServer({
  env = {},
  onEnd = onTestFinished,
  ...overrides
}: { env?: Env; onEnd?: OnEnd } & Overrides = {}): Promise<TestServer> {
  const folder = createFolder(onEnd)
  const production = env.NODE_ENV === 'production'
  const config = readConfig(
    {
      NODE_ENV: 'test',
      PORT: '0',
      DATABASE_URL: env.DATABASE_URL ?? (await createDatabaseUrl(folder, onEnd)),
      JWT_KEYS: testKeys,
      ...(!production && { SEED_DEMO: 'true' }),
      ...env,
    },
    parseSigningKeys,
    parseMasterKey,
    parseProviderSettings,
  )
  // Whether or not somebody has built the console here, a test finds none that it did not bring.
  const consoleFolder = join(folder, 'console')
  const defaults = { logger: createLogger('silent'), intervals: quiet, consoleFolder }
  const composition = await compose(config, { ...defaults, ...overrides })
  const url = await composition.server.listen({ port: 0, host: '127.0.0.1' })
  // Tests close it themselves only to see what closing does.
  let closed = false
  const close = async () => {
    if (!closed) await composition.close()
    closed = true
  }
  onEnd(close)
  const { database } = config
  return { ...composition, url, databasePath: database.kind === 'sqlite' ? database.path : database.url, close }
}

/** A database of a test's own, of the kind that this run is about: `npm run test:postgresql` sets the variable. */
async function createDatabaseUrl(folder: string, onEnd: OnEnd): Promise<string> {
  if (process.env.TEST_DATABASE !== 'postgresql') return `file:${join(folder, 'gatehouse.db')}`
  const url = await createDatabase()
  onEnd(() => dropDatabase(url))
  return url
}
