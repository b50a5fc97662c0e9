import { inspect } from 'node:util'
import { eq, sql } from 'drizzle-orm'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import { DatabaseError } from '../../src/database/database-error.ts'
import { openPostgresql } from '../../src/database/postgresql.ts'
import { openConnections } from '../../src/database/postgresql-connections.ts'
import { migratePostgresql } from '../../src/database/postgresql-migrate.ts'
import { createStores } from '../../src/database/stores/index.ts'
import type { Visibility } from '../../src/documents/document.ts'
import { ConfigError } from '../../src/errors.ts'
import { at, sessionOf, userOf } from '../contract/fixtures.ts'
import { openServerDatabase, type TestDatabase } from '../support/database.ts'
import { createDatabase, dropDatabase, serverUrl } from '../support/postgresql-server.ts'

const settings = { poolSize: 4, statementTimeout: 10_000, migrationLock: 'advisory', onError: () => {} } as const

/** Another connection to the database, to look at it from outside. */
async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  onTestFinished(async () => {
    await client.end()
  })
  return client
}

describe('openPostgresql()', () => {
  let test: TestDatabase
  const idle: unknown[] = []

  const open = async (more: Partial<typeof settings> | { poolSize?: number; statementTimeout?: number } = {}) => {
    test = await openServerDatabase({ onError: (error) => idle.push(error), ...more })
    return test
  }
  afterEach(() => test?.close())
  beforeEach(() => idle.splice(0))

  const raw = async (text: string) => (await (await connect(test.path)).query(text)).rows

  describe('transactions', () => {
    it('are done again when they collide, and land once each', async () => {
      const { database, stores } = await open({ poolSize: 10 })
      await stores.users.create(userOf('a', { name: '0' }))
      let runs = 0
      const count = () =>
        database.transaction(async () => {
          runs++
          const user = await stores.users.find('a')
          await stores.users.rename('a', String(Number(user?.name) + 1))
        })
      await Promise.all(Array.from({ length: 10 }, count))
      expect((await stores.users.find('a'))?.name).toBe('10')
      // They did collide.
      expect(runs).toBeGreaterThan(10)
    })

    it('are done again when they deadlock, as statements alone are', async () => {
      const { database, stores } = await open()
      const { db, tables } = database
      for (const id of ['a', 'b']) await stores.users.create(userOf(id))
      const rename = (id: string, name: string) => db.update(tables.users).set({ name }).where(eq(tables.users.id, id))
      const meet = Array.from({ length: 2 }, () => Promise.withResolvers<void>())
      const cross = (first: string, second: string, own: number) =>
        database.transaction(async () => {
          await rename(first, first)
          meet[own]?.resolve()
          await meet[1 - own]?.promise
          await rename(second, first)
        })
      await Promise.all([cross('a', 'b', 0), cross('b', 'a', 1)])
      const names = (await stores.users.list({ first: 9, after: null, search: null })).items.map(({ name }) => name)
      expect(names).toHaveLength(2)
      expect(new Set(names).size).toBe(1)
    })

    it('are given up when they collide every time, with what collided', async () => {
      const { database, stores } = await open()
      await stores.users.create(userOf('a'))
      const other = await connect(test.path)
      let runs = 0
      const loser = database.transaction(async () => {
        runs++
        await stores.users.find('a')
        await other.query("UPDATE users SET name = name || 'x' WHERE id = 'a'")
        await stores.users.rename('a', 'lost')
      })
      await expect(loser).rejects.toMatchObject({ name: 'DatabaseError', code: '40001' })
      expect(runs).toBe(20)
      expect((await stores.users.find('a'))?.name).toBe(`Name of a${'x'.repeat(20)}`)
    })

    it('are not done again for any other failure', async () => {
      const { database, stores } = await open()
      await stores.users.create(userOf('a'))
      let runs = 0
      const failing = database.transaction(async () => {
        runs++
        await database.db.insert(database.tables.users).values({
          id: 'a',
          name: 'x',
          email: 'x@example.com',
          canonicalEmail: 'x@example.com',
          createdAt: at(0),
        })
      })
      await expect(failing).rejects.toMatchObject({ violation: 'UNIQUE', code: '23505' })
      expect(runs).toBe(1)
    })

    it('leave their connection usable, and none behind', async () => {
      const { database, stores } = await open({ poolSize: 2 })
      for (let round = 0; round < 10; round++) {
        await expect(database.transaction(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
        await expect(stores.sessions.create(sessionOf('s', 'nobody'))).rejects.toMatchObject({
          violation: 'FOREIGN_KEY',
        })
      }
      await stores.users.create(userOf('a'))
      const states = await raw(
        "SELECT state FROM pg_stat_activity WHERE application_name = 'gatehouse' AND datname = current_database()",
      )
      expect(states.length).toBeLessThanOrEqual(2)
      expect(states.every(({ state }) => state === 'idle')).toBe(true)
    })
  })

  describe('limits', () => {
    it('end a statement that takes too long, and its transaction with it', async () => {
      const { database, stores } = await open({ statementTimeout: 200 })
      const slow = database.transaction(async () => {
        await stores.users.create(userOf('a'))
        await database.db.select({ slept: sql`pg_sleep(5)` }).from(database.tables.users)
      })
      await expect(slow).rejects.toMatchObject({ code: '57014' })
      expect(await stores.users.countAll()).toBe(0)
    })

    it('end the wait for a row that another holds', async () => {
      const { stores } = await open({ statementTimeout: 200 })
      await stores.users.create(userOf('a'))
      const other = await connect(test.path)
      await other.query('BEGIN')
      await other.query("UPDATE users SET name = 'held' WHERE id = 'a'")
      await expect(stores.users.rename('a', 'x')).rejects.toMatchObject({
        code: expect.stringMatching(/^(55P03|57014)$/),
      })
      await other.query('ROLLBACK')
      await stores.users.rename('a', 'x')
      expect((await stores.users.find('a'))?.name).toBe('x')
    })

    it('hold the number of connections, and let work wait for one', async () => {
      const { stores } = await open({ poolSize: 3 })
      await Promise.all(Array.from({ length: 60 }, (_, index) => stores.users.create(userOf(`${index}`))))
      expect(await stores.users.countAll()).toBe(60)
      const [row] = await raw(
        "SELECT count(*)::int AS connections FROM pg_stat_activity WHERE application_name = 'gatehouse' AND datname = current_database()",
      )
      expect(row.connections).toBeLessThanOrEqual(3)
    })
  })

  describe('faults', () => {
    const terminate =
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'gatehouse' AND datname = current_database()"

    it('of idle connections are told of, and it connects anew', async () => {
      const { stores } = await open()
      await stores.users.create(userOf('a'))
      await raw(terminate)
      await expect.poll(() => idle.length).toBeGreaterThan(0)
      expect(idle[0]).toBeInstanceOf(DatabaseError)
      expect((await stores.users.find('a'))?.id).toBe('a')
    })

    it('in the middle of a transaction keep nothing of it, and leave the next one alone', async () => {
      const { database, stores } = await open()
      const cut = database.transaction(async () => {
        await stores.users.create(userOf('a'))
        await raw(terminate)
        await stores.users.create(userOf('b'))
      })
      await expect(cut).rejects.toBeInstanceOf(DatabaseError)
      expect(await stores.users.countAll()).toBe(0)
      await stores.users.create(userOf('c'))
      expect(await stores.users.countAll()).toBe(1)
    })

    it('never tell values, or the password', async () => {
      const { database } = await open()
      const secret = 'hunter2-hunter2'
      const wrongType = Promise.resolve(
        database.db.select({ n: sql`cast(${secret} as integer)` }).from(database.tables.users),
      ).catch((error: unknown) => error)
      const failure = await wrongType
      expect(failure).toMatchObject({ name: 'DatabaseError', code: '22P02' })
      expect(inspect(failure, { depth: 9, showHidden: true })).not.toContain(secret)

      const url = new URL(serverUrl())
      url.password = secret
      url.pathname = '/gatehouse_test_none'
      const refused: unknown = await openPostgresql({ url: url.href, ...settings }).catch((error: unknown) => error)
      expect(refused).toBeInstanceOf(ConfigError)
      expect(inspect(refused, { depth: 9, showHidden: true })).not.toContain(secret)
    })
  })

  it('keeps hot reads prepared on the connection', async () => {
    const { database, stores } = await open({ poolSize: 2 })
    await stores.users.create(userOf('a'))
    await stores.sessions.create(sessionOf('s', 'a'))
    // Inside a transaction, so that all runs on one connection, which can be asked.
    await database.transaction(async () => {
      for (let time = 0; time < 3; time++) {
        await stores.sessions.findRecord('s')
        await stores.users.findByEmail('a@example.com')
      }
      const { db, tables } = database
      const rows = await db
        .select({ name: sql<string>`prepared.name`, used: sql<string>`(generic_plans + custom_plans)::text` })
        .from(tables.users)
        .innerJoin(sql`pg_prepared_statements prepared`, sql`true`)
      const used = Object.fromEntries(rows.map(({ name, used }) => [name.replace(/_[0-9a-f]{16}$/, ''), Number(used)]))
      expect(used).toMatchObject({ session_record: 3, user_by_email: 3 })
    })
  })

  it('never prepares two texts under one name, whatever another instance asked for first', async () => {
    const { database } = await open({ poolSize: 1 })
    const other = await openPostgresql({ url: test.path, ...settings, poolSize: 1 })
    onTestFinished(() => other.close())
    const subject = { id: 'a', roles: [] }
    const filter = { search: null, ownerId: null, published: null, sharedWithMe: null }
    const ask = async (of: Database, visibilities: readonly Visibility[]) => {
      const { documents } = createStores(of)
      return of.transaction(async () => {
        for (const visibility of visibilities)
          await documents.list({ subject, visibility, filter, first: 10, after: null })
        return of.db
          .select({ name: sql<string>`prepared.name`, text: sql<string>`prepared.statement` })
          .from(sql`pg_prepared_statements prepared`)
      })
    }
    const all: Visibility = { kind: 'all' }
    const own: Visibility = { kind: 'some', rules: [{ any: [{ owner: true, access: null }] }] }
    const prepared = [...(await ask(database, [all, own])), ...(await ask(other, [own, all]))]
    expect(prepared).toHaveLength(4)
    const texts = new Map(prepared.map(({ name, text }) => [name, text]))
    expect(texts.size).toBe(2)
    for (const { name, text } of prepared) {
      expect(texts.get(name)).toBe(text)
      expect(name.length).toBeLessThan(64)
    }
  })

  it('looks sessions, users and documents up by index', async () => {
    const { database } = await open()
    const client = await connect(test.path)
    await client.query('SET enable_seqscan = off')
    const { db, tables } = database
    const { sessions, users, documents } = tables
    for (const query of [
      db.select().from(sessions).where(eq(sessions.id, 'x')),
      db.select().from(users).where(eq(users.canonicalEmail, 'x')),
      db
        .select()
        .from(documents)
        .where(sql`${documents.ownerId} = 'x' and ${documents.id} < 'y'`)
        .orderBy(sql`${documents.id} desc`),
    ]) {
      const { sql: text, params } = query.toSQL()
      const { rows } = await client.query(`EXPLAIN ${text}`, params)
      const plan = rows.map((row) => row['QUERY PLAN']).join('\n')
      expect(plan).toMatch(/Index Scan/)
      expect(plan).not.toMatch(/Seq Scan|Sort/)
    }
  })

  it('refuses to change, delete or truncate the audit', async () => {
    const { stores } = await open()
    await stores.users.create(userOf('a'))
    const event = {
      id: 'e',
      action: 'LOGIN_SUCCEEDED',
      actorId: 'a',
      subject: null,
      detail: null,
      occurredAt: new Date(),
    } as const
    await stores.audit.append({ ...event, ipAddress: null, userAgent: null })
    const client = await connect(test.path)
    for (const statement of [
      "UPDATE audit_events SET actor_id = 'b'",
      'DELETE FROM audit_events',
      'TRUNCATE audit_events CASCADE',
    ])
      await expect(client.query(statement)).rejects.toThrow('append-only')
    expect((await client.query('SELECT actor_id FROM audit_events')).rows).toEqual([{ actor_id: 'a' }])
  })
})

describe('openPostgresql() on a server', () => {
  it('refuses one that does not answer, by the name of the variable', async () => {
    const start = openPostgresql({ url: 'postgres://user:hunter2@127.0.0.1:1/db', ...settings })
    await expect(start).rejects.toBeInstanceOf(ConfigError)
    await expect(start).rejects.toThrow('DATABASE_URL')
    await expect(start).rejects.not.toThrow('hunter2')
  })

  it('migrates once when several start at the same time', async () => {
    const url = await createDatabase({ empty: true })
    onTestFinished(() => dropDatabase(url))
    const databases = await Promise.all(Array.from({ length: 5 }, () => openPostgresql({ url, ...settings })))
    const client = await connect(url)
    const { rows } = await client.query(
      'SELECT count(*)::int AS count, count(DISTINCT hash)::int AS hashes FROM migrations',
    )
    expect(rows[0].count).toBeGreaterThan(1)
    expect(rows[0].hashes).toBe(rows[0].count)
    await Promise.all(databases.map((database) => database.close()))
  })

  it('migrates without locks where there are none', async () => {
    const url = await createDatabase({ empty: true })
    onTestFinished(() => dropDatabase(url))
    const database = await openPostgresql({ url, ...settings, migrationLock: 'off' })
    await database.ping()
    await database.close()
  })

  it('leaves nothing of migrations of which one fails, and refuses a database that a newer version wrote', async () => {
    const url = await createDatabase({ empty: true })
    onTestFinished(() => dropDatabase(url))
    const connections = await openConnections({ url, ...settings }, () => {})
    onTestFinished(() => connections.close())
    const connection = await connections.connect()
    const client = await connect(url)
    const tables = async () =>
      (await client.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")).rows.length

    await connection.query({ text: 'CREATE TYPE "audit_origins" AS ENUM ()' })
    await expect(migratePostgresql(connection, { lock: 'advisory' })).rejects.toThrow('audit_origins')
    expect(await tables()).toBe(0)
    await connection.query({ text: 'DROP TYPE "audit_origins"' })
    await migratePostgresql(connection, { lock: 'advisory' })
    const made = await tables()
    expect(made).toBeGreaterThan(10)

    await client.query("INSERT INTO migrations VALUES ('of a newer version', 1)")
    const start = migratePostgresql(connection, { lock: 'advisory' })
    await expect(start).rejects.toBeInstanceOf(ConfigError)
    await expect(start).rejects.toThrow('DATABASE_URL')
    expect(await tables()).toBe(made)
    connection.release()
  })
})
