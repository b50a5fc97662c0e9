import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import BetterSqlite3 from 'better-sqlite3'
import pg from 'pg'
import { describe, expect, it, onTestFinished } from 'vitest'
import { migrate } from '../../src/database/migrate.ts'
import { MeDocument } from '../support/__generated__/operations.ts'
import { createClient } from '../support/client.ts'
import { dataOf, dumpDatabase } from '../support/house.ts'
import { createDatabase, dropDatabase } from '../support/postgresql-server.ts'
import { startProgram, startServerProgram } from '../support/process.ts'
import { createFolder, type Env, productionEnv, testKeys } from '../support/server.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const shared: Env = { MASTER_KEY: productionEnv.MASTER_KEY ?? '' }

async function createEmptyDatabase(): Promise<string> {
  const url = await createDatabase({ empty: true })
  onTestFinished(() => dropDatabase(url))
  return url
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  onTestFinished(() => client.end())
  return client
}

describe('a process that is killed in the middle of its migrations', () => {
  it('leaves a SQLite database as it was before, which the next one migrates', async () => {
    const folder = createFolder()
    const shipped = join(root, 'drizzle', 'sqlite')
    const [before, broken] = [join(folder, 'before'), join(folder, 'broken')]
    for (const copy of [before, broken]) cpSync(shipped, copy, { recursive: true })
    const journal = JSON.parse(readFileSync(join(shipped, 'meta', '_journal.json'), 'utf8'))
    const write = (at: string, entries: unknown[]) =>
      writeFileSync(join(at, 'meta', '_journal.json'), JSON.stringify({ ...journal, entries }))
    write(before, journal.entries.slice(0, 2))
    // All that are missing run, and the process dies in the one after them.
    const last = journal.entries.at(-1)
    write(broken, [...journal.entries, { ...last, idx: last.idx + 1, when: last.when + 1, tag: '9999_deadly' }])
    writeFileSync(
      join(broken, '9999_deadly.sql'),
      'CREATE TABLE pets (id TEXT) STRICT;--> statement-breakpoint\nSELECT die()',
    )

    const path = join(folder, 'gatehouse.db')
    const connection = new BetterSqlite3(path)
    connection.pragma('journal_mode = WAL')
    migrate(connection, before)
    connection.exec("INSERT INTO users VALUES ('ada', 'Ada', 'ada@example.com', 'ada@example.com', NULL, NULL, 1)")
    connection.close()
    const contents = dumpDatabase(path)

    const script = `
      import BetterSqlite3 from 'better-sqlite3'
      import { migrate } from ${JSON.stringify(new URL('../../src/database/migrate.ts', import.meta.url).href)}
      const connection = new BetterSqlite3(${JSON.stringify(path)})
      connection.function('die', () => process.kill(process.pid, 'SIGKILL'))
      migrate(connection, ${JSON.stringify(broken)})`
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { cwd: root, stdio: 'inherit' })
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL'])
    expect(dumpDatabase(path)).toEqual(contents)

    const server = await startServerProgram(folder, { ...shared, SEED_DEMO: 'false' })
    expect((await createClient(server.url).send('/health/ready')).status).toBe(200)
    expect(dumpDatabase(path).users).toEqual(contents.users)
    expect(dumpDatabase(path).migrations).toHaveLength(journal.entries.length)
  })

  it('leaves a PostgreSQL database empty, which the next one migrates', async () => {
    const url = await createEmptyDatabase()
    // One is in a transaction, to which the activity of others stands still; so the other one looks.
    const [other, observer] = [await connect(url), await connect(url)]
    const tables = async () => (await other.query("SELECT FROM pg_tables WHERE schemaname = 'public'")).rows.length
    // The migrations wait half-way, for somebody who makes a table of the same name.
    await other.query('BEGIN')
    await other.query('CREATE TABLE documents (id text)')
    const env = { ...shared, NODE_ENV: 'test', PORT: '0', DATABASE_URL: url, JWT_KEYS: testKeys }
    const server = startProgram('main.ts', { env })
    const waiting =
      "SELECT FROM pg_stat_activity WHERE application_name = 'gatehouse' AND wait_event_type = 'Lock' AND datname = current_database()"
    await expect.poll(async () => (await observer.query(waiting)).rows.length, { timeout: 60_000 }).toBe(1)
    server.kill('SIGKILL')
    expect(await server.ended).toBeNull()
    await other.query('ROLLBACK')
    await expect.poll(tables).toBe(0)

    const next = await startServerProgram(createFolder(), { ...shared, DATABASE_URL: url })
    dataOf(await createClient(next.url).login('member@example.com'))
  })
})

describe('two servers that start at once on an empty database', () => {
  it.each(['sqlite', 'postgresql'] as const)('migrate it once and both serve: %s', async (kind) => {
    const folder = createFolder()
    const url = kind === 'sqlite' ? `file:${join(folder, 'gatehouse.db')}` : await createEmptyDatabase()
    const start = () => startServerProgram(folder, { ...shared, DATABASE_URL: url })
    const servers = await Promise.all([start(), start()])
    for (const [index, server] of servers.entries()) {
      const browser = createClient(server.url)
      dataOf(await browser.login('member@example.com'))
      const other = servers[1 - index]?.url ?? ''
      const there = createClient(other, other, browser.jar)
      expect(dataOf(await there.execute(MeDocument)).me?.email).toBe('member@example.com')
    }
    expect(dumpDatabase(kind === 'sqlite' ? join(folder, 'gatehouse.db') : url).users).toHaveLength(3)
  })
})
