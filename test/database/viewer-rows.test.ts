import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import BetterSqlite3, { type Database as Connection } from 'better-sqlite3'
import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createDataVersion } from '../../src/database/sqlite-data-version.ts'
import type { SessionStore } from '../../src/identity/session.ts'
import { createSessionCache } from '../../src/identity/session-cache.ts'
import type { ViewerChange } from '../../src/identity/viewer-changes.ts'
import { at, sessionOf, userOf } from '../contract/fixtures.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'

let test: TestDatabase
/** Another connection, as of another process. */
let other: Connection

beforeEach(async () => {
  test = await openTestDatabase()
  for (const id of ['ada', 'bob']) await test.stores.users.create(userOf(id))
  await test.stores.roles.assign('ada', 'MEMBER', null, at(0))
  for (const [id, user] of [
    ['a1', 'ada'],
    ['a2', 'ada'],
    ['b1', 'bob'],
  ] as const)
    await test.stores.sessions.create(sessionOf(id, user))
  other = new BetterSqlite3(test.path)
})
afterEach(async () => {
  other.close()
  await test.close()
})

const rename = (name: string, id = 'ada') => other.prepare('UPDATE users SET name = ? WHERE id = ?').run(name, id)

describe('createDataVersion()', () => {
  it('tells of each commit of others, and of nothing of its own', () => {
    const own = new BetterSqlite3(test.path)
    const version = createDataVersion(own)
    const asked = own.prepare('PRAGMA data_version').pluck()
    const statement = own.prepare("UPDATE users SET name = ? WHERE id = 'bob'")
    let count = 0
    const next = () => `name ${count++}`
    const write = () => statement.run(next())
    const steps: [what: string, isForeign: boolean, work: () => unknown][] = [
      ['a write of its own', false, () => write()],
      ['a write of another', true, () => rename(next())],
      ['nothing', false, () => {}],
      [
        'a write that is undone',
        false,
        () => {
          other.exec('BEGIN IMMEDIATE')
          rename(next())
          expect(version.read()).toBe(before)
          other.exec('ROLLBACK')
        },
      ],
      ['a read', false, () => other.prepare('SELECT * FROM users').all()],
      ['its own, then another’s', true, () => [write(), rename(next())]],
      ['another’s, then its own', true, () => [rename(next()), write()]],
      ['a transaction of its own', false, () => own.transaction(() => write())()],
      ['another table', true, () => other.exec(`CREATE TABLE beside${count++} (a TEXT) STRICT`)],
    ]
    let before = version.read()
    for (let round = 0; round < 20; round++)
      for (const [what, isForeign, work] of steps) {
        work()
        const after = version.read()
        expect([what, after !== before]).toEqual([what, isForeign])
        expect(after).toBe(asked.get())
        before = after
      }
    own.close()
    version.close()
  })

  it('tells of what another wrote before and after the log was emptied', () => {
    const version = createDataVersion(other)
    const own = new BetterSqlite3(test.path)
    let before = version.read()
    for (const [index, mode] of ['PASSIVE', 'FULL', 'RESTART', 'TRUNCATE', 'TRUNCATE'].entries()) {
      own.prepare('UPDATE users SET name = ?').run(`name ${index}`)
      own.pragma(`wal_checkpoint(${mode})`)
      const after = version.read()
      expect(after).not.toBe(before)
      before = after
    }
    own.close()
    version.close()
  })

  it('asks SQLite each time where there is no index to look at', () => {
    const memory = new BetterSqlite3(':memory:')
    const version = createDataVersion(memory)
    expect(version.read()).toBe(version.read())
    memory.close()
    version.close()
  })

  it('tells nothing any more once it is closed', () => {
    const own = new BetterSqlite3(test.path)
    const version = createDataVersion(own)
    version.read()
    own.close()
    version.close()
    expect(() => version.read()).toThrow('The database connection is not open')
  })
})

describe('viewerRows', () => {
  let told: ViewerChange[]
  beforeEach(() => {
    told = []
    test.database.viewerRows?.onChange((change) => told.push(change))
  })
  const of = (...users: string[]) => users.map((user) => ({ user }))

  it('tells whose rows were changed, by whatever statement', async () => {
    const {
      db,
      tables: { users, sessions, roleAssignments },
    } = test.database
    for (const [expected, work] of [
      [of('ada'), () => db.update(users).set({ name: 'Countess' }).where(eq(users.id, 'ada'))],
      [of('bob', 'ada'), () => db.update(users).set({ name: 'Everybody' })],
      [[], () => db.update(users).set({ name: 'Nobody' }).where(eq(users.id, 'none'))],
      [[], () => test.stores.sessions.create(sessionOf('a3', 'ada'))],
      [
        of('ada'),
        () =>
          db
            .update(sessions)
            .set({ lastUsedAt: at(1) })
            .where(eq(sessions.id, 'a1')),
      ],
      [of('ada', 'bob'), () => db.update(sessions).set({ userId: 'bob' }).where(eq(sessions.id, 'a2'))],
      [of('bob'), () => db.insert(roleAssignments).values({ userId: 'bob', role: 'ADMIN', assignedAt: at(1) })],
      [of('bob'), () => db.update(roleAssignments).set({ role: 'EDITOR' }).where(eq(roleAssignments.userId, 'bob'))],
      [of('bob'), () => db.delete(roleAssignments).where(eq(roleAssignments.userId, 'bob'))],
      [of('bob'), () => db.delete(sessions).where(eq(sessions.id, 'b1'))],
      // With it go its sessions and roles.
      [of('ada'), () => db.delete(users).where(eq(users.id, 'ada'))],
    ] as [ViewerChange[], () => PromiseLike<unknown>][]) {
      told.length = 0
      await work()
      expect(told).toHaveLength(expected.length)
      expect(told).toEqual(expect.arrayContaining(expected))
    }
  })

  it('tells once a transaction is kept, and nothing of what is undone', async () => {
    const { users } = test.stores
    await test.database.transaction(async () => {
      await users.rename('ada', 'Countess')
      expect(told).toEqual([])
    })
    expect(told).toEqual(of('ada'))
    told.length = 0
    await expect(
      test.database.transaction(async () => {
        await users.rename('bob', 'Robert')
        throw new Error('changed my mind')
      }),
    ).rejects.toThrow('changed my mind')
    expect(told).toEqual([])
  })

  it('tells of everybody where there are more than a thousand', async () => {
    for (let index = 0; index < 1001; index++) await test.stores.users.create(userOf(`u${index}`))
    told.length = 0
    await test.database.db.update(test.database.tables.users).set({ name: 'Everybody' })
    expect(told).toEqual(['everybody'])
  })
})

describe('a session record on SQLite', () => {
  let sessions: SessionStore
  let reads: string[]

  beforeEach(() => {
    const { viewerRows } = test.database
    if (!viewerRows) throw new Error('SQLite tells')
    reads = []
    const cache = createSessionCache(viewerRows)
    viewerRows.onChange(cache.forget)
    sessions = cache.remember({
      ...test.stores.sessions,
      findRecord(id) {
        reads.push(id)
        return test.stores.sessions.findRecord(id)
      },
    })
  })
  const nameOf = async (id: string) => (await sessions.findRecord(id))?.user.name

  it('is read once, as long as nothing of it changes', async () => {
    for (let time = 0; time < 3; time++) await sessions.findRecord('a1')
    expect(reads).toEqual(['a1'])
    await test.stores.users.rename('bob', 'Robert')
    await test.stores.passwords.put('ada', 'a hash', at(1))
    await sessions.findRecord('a1')
    expect(reads).toEqual(['a1'])
  })

  it('is never older than what was committed, whoever wrote it', async () => {
    const {
      db,
      tables: { users },
    } = test.database
    for (let round = 0; round < 50; round++) {
      rename(`other ${round}`)
      expect(await nameOf('a1')).toBe(`other ${round}`)
      await db
        .update(users)
        .set({ name: `own ${round}` })
        .where(eq(users.id, 'ada'))
      expect(await nameOf('a1')).toBe(`own ${round}`)
      expect(await nameOf('a2')).toBe(`own ${round}`)
    }
  })

  it('is never older than what another process committed', { timeout: 60_000 }, async () => {
    const program = `
      const db = new (require(${JSON.stringify(createRequire(import.meta.url).resolve('better-sqlite3'))}))(${JSON.stringify(test.path)}, { timeout: 5000 })
      const write = db.prepare("UPDATE users SET name = ? WHERE id = 'ada'")
      process.on('message', (name) => { write.run(name); process.send(name) })
      process.on('disconnect', () => process.exit())
    `
    const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    for (let round = 0; round < 200; round++) {
      child.send(`name ${round}`)
      await once(child, 'message')
      expect(await nameOf('a1')).toBe(`name ${round}`)
    }
    child.disconnect()
    await once(child, 'exit')
  })

  it('is read past what is remembered inside a transaction, and not remembered from there', async () => {
    await sessions.findRecord('a1')
    const failing = test.database.transaction(async () => {
      await test.stores.users.rename('ada', 'Not yet')
      expect(await nameOf('a1')).toBe('Not yet')
      throw new Error('changed my mind')
    })
    await expect(failing).rejects.toThrow('changed my mind')
    expect(await nameOf('a1')).toBe('Name of ada')
  })

  it('stays what it was for others until a transaction is kept', async () => {
    expect(await nameOf('a1')).toBe('Name of ada')
    const [begun, release] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const work = test.database.transaction(async () => {
      await test.stores.users.rename('ada', 'Countess')
      begun.resolve()
      await release.promise
    })
    await begun.promise
    expect(await nameOf('a1')).toBe('Name of ada')
    release.resolve()
    await work
    expect(await nameOf('a1')).toBe('Countess')
  })

  it('is not given once the database is closed', async () => {
    await sessions.findRecord('a1')
    await test.database.close()
    const find = async () => sessions.findRecord('a1')
    await expect(find()).rejects.toThrow('The database connection is not open')
    test = await openTestDatabase()
  })
})
