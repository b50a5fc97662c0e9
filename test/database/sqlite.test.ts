import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import BetterSqlite3 from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Database, Queries } from '../../src/database/database.ts'
import { DatabaseError } from '../../src/database/database-error.ts'
import { openSqlite } from '../../src/database/sqlite.ts'
import { ConfigError } from '../../src/errors.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'

const at = new Date('2026-01-01T00:00:00.000Z')
const row = (id: string) => ({
  id,
  name: id,
  email: `${id}@example.com`,
  canonicalEmail: `${id}@example.com`,
  createdAt: at,
})

describe('openSqlite()', () => {
  let test: TestDatabase

  beforeEach(async () => {
    test = await openTestDatabase()
  })
  afterEach(() => test.close())

  const insert = async (id: string) => {
    await test.database.db.insert(test.database.tables.users).values(row(id))
  }
  const ids = async () => {
    const { db, tables } = test.database
    const rows = await db.select({ id: tables.users.id }).from(tables.users).orderBy(tables.users.id)
    return rows.map(({ id }) => id)
  }

  describe('transaction()', () => {
    it('lets no stranger join: a rollback takes back its own writes alone', async () => {
      const written = Promise.withResolvers<void>()
      const release = Promise.withResolvers<void>()
      const failing = test.database.transaction(async () => {
        await insert('own')
        written.resolve()
        await release.promise
        throw new Error('rolled back')
      })
      await written.promise
      let landed = false
      const stranger = insert('stranger').then(() => {
        landed = true
      })
      await sleep(20)
      expect(landed).toBe(false)
      release.resolve()
      await expect(failing).rejects.toThrow('rolled back')
      await stranger
      expect(await ids()).toEqual(['stranger'])
    })

    it('runs one after the other, however their awaits interleave', async () => {
      const order: string[] = []
      const run = (name: string) =>
        test.database.transaction(async () => {
          order.push(`${name} begins`)
          await insert(name)
          await sleep(5)
          await ids()
          order.push(`${name} ends`)
        })
      await Promise.all([run('a'), run('b'), run('c')])
      expect(order).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends'])
    })
  })

  describe('relaxed', () => {
    const log: string[] = []
    let database: Database

    beforeEach(async () => {
      const follow = (text: string) => {
        log.push(text.split(' ')[0] ?? '')
        return () => {}
      }
      database = await openSqlite({ path: test.path, follow })
      log.length = 0
    })
    afterEach(() => database.close())

    const insertBy = async (queries: Queries, id: string) => {
      await queries.insert(database.tables.users).values(row(id))
    }

    it('is for the throttle alone', () => {
      const stores = new URL('../../src/database/stores/', import.meta.url)
      const using = readdirSync(stores).filter((name) =>
        /\brelaxed\b/.test(readFileSync(new URL(name, stores), 'utf8')),
      )
      expect(using).toEqual(['throttle.ts'])
    })

    it('is refused what breaks a constraint, as any other', async () => {
      await insertBy(database.db, 'a')
      await expect(insertBy(database.relaxed, 'a')).rejects.toMatchObject({ violation: 'UNIQUE' })
    })

    it('is refused as any other once the database is closed', async () => {
      await insertBy(database.relaxed, 'a')
      await database.close()
      await expect(insertBy(database.relaxed, 'b')).rejects.toBeInstanceOf(DatabaseError)
    })

    it('is a part of the transaction that it is called in', async () => {
      const failing = database.transaction(async () => {
        await insertBy(database.relaxed, 'a')
        throw new Error('rolled back')
      })
      await expect(failing).rejects.toThrow('rolled back')
      expect(log).toEqual(['BEGIN', 'insert'])
      expect(await ids()).toEqual([])
    })
  })

  describe('ping()', () => {
    it('answers while the database is open, and rejects when it is not', async () => {
      await expect(test.database.ping()).resolves.toBeUndefined()
      await test.database.close()
      await expect(test.database.ping()).rejects.toBeInstanceOf(DatabaseError)
    })
  })

  describe('close()', () => {
    it('waits for the transaction under way, which is kept', async () => {
      const release = Promise.withResolvers<void>()
      const open = test.database.transaction(async () => {
        await release.promise
        await insert('a')
      })
      const closed = test.database.close()
      release.resolve()
      await Promise.all([open, closed])
      const raw = new BetterSqlite3(test.path, { readonly: true })
      expect(raw.prepare('SELECT id FROM users').pluck().all()).toEqual(['a'])
      raw.close()
    })

    it('refuses reads and writes from then on', async () => {
      await test.database.close()
      await expect(ids()).rejects.toBeInstanceOf(DatabaseError)
      await expect(insert('a')).rejects.toBeInstanceOf(DatabaseError)
      await expect(test.database.transaction(() => insert('a'))).rejects.toBeInstanceOf(DatabaseError)
    })
  })

  it('writes ahead and enforces foreign keys', async () => {
    const raw = new BetterSqlite3(test.path, { readonly: true })
    expect(raw.pragma('journal_mode', { simple: true })).toBe('wal')
    raw.close()
    await expect(
      test.database.db
        .insert(test.database.tables.roleAssignments)
        .values({ userId: 'nobody', role: 'ADMIN', assignedAt: at }),
    ).rejects.toMatchObject({ violation: 'FOREIGN_KEY' })
  })

  it('makes every table STRICT', () => {
    const raw = new BetterSqlite3(test.path, { readonly: true })
    const lax = raw
      .prepare("SELECT name FROM pragma_table_list WHERE schema = 'main' AND strict = 0 AND name NOT LIKE 'sqlite%'")
      .all()
    raw.close()
    expect(lax).toEqual([])
  })

  it('folds the case of every letter, not of ASCII alone', async () => {
    await test.stores.users.create({
      id: 'a',
      name: 'ÅSA Ölander',
      email: 'asa@example.com',
      emailVerified: false,
      suspended: false,
      roles: [],
      createdAt: at,
    })
    expect(await test.stores.users.count({ search: 'åsa öL' })).toBe(1)
    expect(await test.stores.users.count({ search: 'asa ol' })).toBe(0)
  })
})

describe('openSqlite() on a path', () => {
  let folder: string

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'gatehouse-test-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it('makes the folder and a file that only the owner can read', async () => {
    const path = join(folder, 'deep', 'er', 'gatehouse.db')
    const database = await openSqlite({ path })
    await database.db.insert(database.tables.users).values(row('a'))
    for (const file of [path, `${path}-wal`, `${path}-shm`]) expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(statSync(join(folder, 'deep', 'er')).mode & 0o077).toBe(0)
    await database.close()
  })

  it('keeps what was written when it is opened again', async () => {
    const path = join(folder, 'gatehouse.db')
    const first = await openSqlite({ path })
    await first.db.insert(first.tables.users).values(row('a'))
    await first.close()
    const second = await openSqlite({ path })
    expect(await second.db.select({ id: second.tables.users.id }).from(second.tables.users)).toEqual([{ id: 'a' }])
    await second.close()
  })

  it('refuses a file that is no database, and leaves it as it is', async () => {
    const path = join(folder, 'notes.txt')
    const text = 'This is not a database, it is a text that is long enough to be read as one. '.repeat(20)
    writeFileSync(path, text)
    const start = openSqlite({ path })
    await expect(start).rejects.toBeInstanceOf(ConfigError)
    await expect(start).rejects.toThrow('DATABASE_URL')
    expect(readFileSync(path, 'utf8')).toBe(text)
  })

  it('opens for several processes that start at the same time', async () => {
    // Several databases, since what can go wrong takes two of the processes at the same instant.
    const paths = Array.from({ length: 20 }, (_, index) => join(folder, `${index}.db`))
    const module = new URL('../../src/database/sqlite.ts', import.meta.url).href
    const script = `
      import { openSqlite } from ${JSON.stringify(module)}
      process.stdin.once('data', async () => {
        for (const path of ${JSON.stringify(paths)}) {
          const database = await openSqlite({ path })
          await database.ping()
          await database.close()
        }
        process.exit(0)
      })
      console.log('ready')`
    const processes = Array.from({ length: 4 }, () =>
      spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: ['pipe', 'pipe', 'inherit'] }),
    )
    await Promise.all(processes.map((child) => once(child.stdout, 'data')))
    const exits = processes.map((child) => once(child, 'exit'))
    for (const child of processes) child.stdin.write('go')
    expect((await Promise.all(exits)).map(([code]) => code)).toEqual([0, 0, 0, 0])
  })
})
