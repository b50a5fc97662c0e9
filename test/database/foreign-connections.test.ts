import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import BetterSqlite3, { type Database as Connection } from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import type { Database, ViewerRows } from '../../src/database/database.ts'
import { openSqlite } from '../../src/database/sqlite.ts'
import { createDataVersion } from '../../src/database/sqlite-data-version.ts'
import { watchViewerRows } from '../../src/database/sqlite-viewer-rows.ts'
import { createStores } from '../../src/database/stores/index.ts'
import type { SessionStore } from '../../src/identity/session.ts'
import { createSessionCache } from '../../src/identity/session-cache.ts'
import type { ViewerChange } from '../../src/identity/viewer-changes.ts'
import { at, sessionOf, userOf } from '../contract/fixtures.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'

const library = JSON.stringify(createRequire(import.meta.url).resolve('better-sqlite3'))

/** Runs a program in a process of its own, with `db` open on the file; gives what it prints. */
async function runElsewhere(path: string, program: string): Promise<string> {
  const text = `
    const fs = require('node:fs')
    const path = ${JSON.stringify(path)}
    const db = new (require(${library}))(path, { timeout: 0 })
    const rename = (name) => db.prepare("UPDATE users SET name = ? WHERE id = 'ada'").run(name)
    ${program}`
  const child = spawn(process.execPath, ['-e', text], { stdio: ['ignore', 'pipe', 'inherit'] })
  let printed = ''
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    printed += part
  })
  await once(child, 'close')
  return printed.trim()
}

/** What a process that tries gets to hear. */
const attempt = (sql: string) =>
  `try { db.exec(${JSON.stringify(sql)}); console.log('done') } catch ({ code }) { console.log(code) }`

function watchSessions(database: Database): SessionStore {
  const { viewerRows } = database
  if (!viewerRows) throw new Error('SQLite tells')
  const cache = createSessionCache(viewerRows)
  viewerRows.onChange(cache.forget)
  return cache.remember(createStores(database).sessions)
}

const nameOf = async (sessions: SessionStore) => (await sessions.findRecord('a1'))?.user.name

let test: TestDatabase
let sessions: SessionStore
let told: ViewerChange[]

beforeEach(async () => {
  test = await openTestDatabase()
  for (const id of ['ada', 'bob']) await test.stores.users.create(userOf(id))
  await test.stores.sessions.create(sessionOf('a1', 'ada'))
  sessions = watchSessions(test.database)
  told = []
  test.database.viewerRows?.onChange((change) => told.push(change))
})
afterEach(() => test.close())

describe('a session record on SQLite', () => {
  it('is read again where another process was killed within its commit', async () => {
    await nameOf(sessions)
    // The log holds the commit, and of the two copies of the index's header the second tells of it.
    await runElsewhere(
      test.path,
      `const index = fs.openSync(path + '-shm', 'r+')
       db.prepare('SELECT 1 FROM users').get()
       const header = Buffer.alloc(48)
       fs.readSync(index, header, 0, 48, 0)
       rename('Killed')
       fs.writeSync(index, header, 0, 48, 0)
       process.kill(process.pid, 'SIGKILL')`,
    )
    expect(await nameOf(sessions)).toBe('Killed')
  })

  it('is read again where another process was killed before its commit, and another wrote then', async () => {
    expect(await nameOf(sessions)).toBe('Name of ada')
    await runElsewhere(test.path, `db.exec('BEGIN IMMEDIATE'); rename('Killed'); process.kill(process.pid, 'SIGKILL')`)
    expect(await nameOf(sessions)).toBe('Name of ada')
    await runElsewhere(test.path, `rename('Countess')`)
    expect(await nameOf(sessions)).toBe('Countess')
  })

  it('is read again after what another process wrote around checkpoints and a VACUUM', async () => {
    for (const mode of ['PASSIVE', 'FULL', 'RESTART', 'TRUNCATE']) {
      await nameOf(sessions)
      await runElsewhere(test.path, `rename('before ${mode}'); db.pragma('wal_checkpoint(${mode})')`)
      expect(await nameOf(sessions)).toBe(`before ${mode}`)
      await runElsewhere(test.path, `db.pragma('wal_checkpoint(${mode})'); rename('after ${mode}')`)
      expect(await nameOf(sessions)).toBe(`after ${mode}`)
    }
    await runElsewhere(test.path, `db.exec('VACUUM'); rename('vacuumed')`)
    expect(await nameOf(sessions)).toBe('vacuumed')
  })

  it('is read again whichever of two servers on a file wrote', async () => {
    const second = await openSqlite({ path: test.path })
    const there = watchSessions(second)
    for (let round = 0; round < 5; round++)
      for (const [writer, name] of [
        [test.database, `here ${round}`],
        [second, `there ${round}`],
      ] as const) {
        await createStores(writer).users.rename('ada', name)
        expect([await nameOf(sessions), await nameOf(there)]).toEqual([name, name])
      }
    await second.close()
    await runElsewhere(test.path, `rename('Countess')`)
    expect(await nameOf(sessions)).toBe('Countess')
  })

  const rebuild = [
    'PRAGMA foreign_keys = OFF',
    'CREATE TABLE __new_users AS SELECT * FROM users',
    'DROP TABLE users',
    'ALTER TABLE __new_users RENAME TO users',
    'CREATE UNIQUE INDEX users_again ON users (id)',
  ]
  it.each([
    ['at once', [`BEGIN; ${rebuild.slice(1).join('; ')}; COMMIT`]],
    ['step by step', rebuild],
  ])('is read again after another process rebuilt a table %s, whoever writes then', async (_, steps) => {
    for (const step of steps) {
      expect(await runElsewhere(test.path, `db.pragma('foreign_keys = OFF'); ${attempt(step)}`)).toBe('done')
      await nameOf(sessions).catch(() => null)
      await test.stores.passwords.put('bob', 'a hash', at(1)).catch(() => null)
    }
    expect(await nameOf(sessions)).toBe('Name of ada')
    told.length = 0
    await test.stores.users.rename('ada', 'Countess')
    expect(told).toEqual([{ user: 'ada' }])
    expect(await nameOf(sessions)).toBe('Countess')
  })

  it('is read again where columns were added, and others renamed what is beside them', async () => {
    await nameOf(sessions)
    await runElsewhere(test.path, `db.exec("ALTER TABLE users ADD COLUMN more TEXT DEFAULT 'x'")`)
    await test.stores.users.rename('ada', 'Countess')
    expect(await nameOf(sessions)).toBe('Countess')
  })

  it('is read again after a statement or a transaction that was kept although it failed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'gatehouse-test-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    let isBroken = false
    const database = await openSqlite({
      path: join(folder, 'gatehouse.db'),
      follow: (sql) => () => {
        if (isBroken && !sql.startsWith('select')) throw new Error('nobody listens')
      },
    })
    const { users, sessions: stored } = createStores(database)
    await users.create(userOf('ada'))
    await stored.create(sessionOf('a1', 'ada'))
    const remembered = watchSessions(database)
    await nameOf(remembered)
    isBroken = true
    await expect(users.rename('ada', 'Countess')).rejects.toThrow()
    expect(await nameOf(remembered)).toBe('Countess')
    isBroken = false
    const kept = database.transaction(async () => {
      await users.rename('ada', 'Duchess')
      isBroken = true
    })
    await expect(kept).rejects.toThrow()
    expect(await nameOf(remembered)).toBe('Duchess')
    await database.close()
  })
})

describe('openSqlite()', () => {
  it('keeps a file in WAL mode for as long as it is open', async () => {
    expect(await runElsewhere(test.path, attempt('PRAGMA journal_mode = DELETE'))).toBe('SQLITE_BUSY')
    await (await openSqlite({ path: test.path })).close()
    expect(await runElsewhere(test.path, attempt('PRAGMA journal_mode = DELETE'))).toBe('SQLITE_BUSY')
    await runElsewhere(test.path, `rename('Countess')`)
    expect(await nameOf(sessions)).toBe('Countess')
  })

  it('keeps what is locked when another of its process closes', async () => {
    const second = await openSqlite({ path: test.path })
    await test.database.transaction(async () => {
      await test.stores.users.rename('ada', 'Countess')
      expect(await runElsewhere(test.path, attempt('BEGIN IMMEDIATE'))).toBe('SQLITE_BUSY')
      await second.close()
      expect(await runElsewhere(test.path, attempt('BEGIN IMMEDIATE'))).toBe('SQLITE_BUSY')
    })
  })
})

describe('createDataVersion()', () => {
  const stale: [what: string, make: (index: string, beside: string) => void][] = [
    ['is of another time', (index, beside) => copyFileSync(beside, index)],
    ['is a folder', (index) => mkdirSync(index)],
    ['is of nothing', (index) => copyFileSync('/dev/null', index)],
  ]
  it.each(stale)('relies on no index that %s', async (_, make) => {
    const link = join(dirname(test.path), 'link.db')
    symlinkSync(test.path, link)
    make(`${link}-shm`, `${test.path}-shm`)
    const own = new BetterSqlite3(link)
    const version = createDataVersion(own)
    const before = version.read()
    expect(version.read()).toBe(before)
    await test.stores.users.rename('ada', 'Countess')
    expect(version.read()).not.toBe(before)
    own.close()
    version.close()
  })
})

describe('requests that arrive together', () => {
  /** Another process, as SQLite sees it: what it writes is there at once. */
  let elsewhere: Connection
  let viewerRows: ViewerRows
  const rename = (name: string) => elsewhere.prepare("UPDATE users SET name = ? WHERE id = 'ada'").run(name)

  beforeEach(() => {
    if (!test.database.viewerRows) throw new Error('SQLite tells')
    viewerRows = test.database.viewerRows
    elsewhere = new BetterSqlite3(test.path)
  })
  afterEach(() => elsewhere.close())

  it('are told what was so when the first was there, and those after them what is so then', async () => {
    await nameOf(sessions)
    viewerRows.arrive()
    expect(await nameOf(sessions)).toBe('Name of ada')
    rename('Countess')
    viewerRows.arrive()
    expect(await nameOf(sessions)).toBe('Name of ada')
    await nextTurn()
    expect(await nameOf(sessions)).toBe('Countess')
    rename('Duchess')
    viewerRows.arrive()
    expect(await nameOf(sessions)).toBe('Duchess')
  })

  it('are told what this process wrote as soon as it did', async () => {
    await nameOf(sessions)
    viewerRows.arrive()
    await nameOf(sessions)
    await test.stores.users.rename('ada', 'Countess')
    expect(await nameOf(sessions)).toBe('Countess')
  })

  it('share what they are told with fifteen others at most', async () => {
    await nameOf(sessions)
    const names: (string | undefined)[] = []
    for (let request = 0; request < 17; request++) {
      viewerRows.arrive()
      names.push(await nameOf(sessions))
      if (request === 0) rename('Countess')
    }
    expect(names.slice(0, 16)).toEqual(Array(16).fill('Name of ada'))
    expect(names[16]).toBe('Countess')
  })

  it('leave nothing behind for whoever asks without one', async () => {
    await nameOf(sessions)
    rename('Countess')
    expect(await nameOf(sessions)).toBe('Countess')
    viewerRows.arrive()
    await nextTurn()
    rename('Duchess')
    expect(await nameOf(sessions)).toBe('Duchess')
  })

  it('are told nothing where nobody could find out', async () => {
    await nameOf(sessions)
    // Other than before, so that SQLite has to be asked; and it cannot be.
    rename('Countess')
    await test.database.close()
    viewerRows.arrive()
    for (let request = 0; request < 2; request++) expect(() => viewerRows.version()).toThrow()
  })
})

describe('watchViewerRows()', () => {
  let writer: Connection
  beforeEach(() => {
    writer = new BetterSqlite3(test.path)
  })

  it('tells of rows that others were put in the place of', async () => {
    await test.stores.sessions.create(sessionOf('b1', 'bob'))
    const rows = watchViewerRows(writer)
    rows.onChange((change) => told.push(change))
    told.length = 0
    writer.exec("UPDATE OR REPLACE sessions SET id = 'a1' WHERE id = 'b1'")
    rows.committed()
    expect(told).toEqual(expect.arrayContaining([{ user: 'ada' }, { user: 'bob' }]))
    writer.close()
    rows.close()
  })
})
