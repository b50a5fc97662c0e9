import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import BetterSqlite3, { type Database as Connection } from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { migrate } from '../../src/database/migrate.ts'
import { ConfigError } from '../../src/errors.ts'

const shipped = fileURLToPath(new URL('../../drizzle/sqlite', import.meta.url))
const shippedMigrations = readdirSync(shipped).filter((name) => name.endsWith('.sql'))
const migrateModule = new URL('../../src/database/migrate.ts', import.meta.url).href

describe('migrate()', () => {
  let folder: string
  let connection: Connection

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'gatehouse-test-'))
    connection = new BetterSqlite3(join(folder, 'test.db'))
  })
  afterEach(() => {
    connection.close()
    rmSync(folder, { recursive: true })
  })

  /** Writes a folder of migrations as drizzle-kit does. */
  const migrations = (...texts: string[]) => {
    const at = join(folder, `migrations-${texts.length}`)
    mkdirSync(join(at, 'meta'), { recursive: true })
    const entries = texts.map((text, idx) => {
      writeFileSync(join(at, `${idx}.sql`), text)
      return { idx, version: '6', when: idx + 1, tag: `${idx}`, breakpoints: true }
    })
    writeFileSync(join(at, 'meta', '_journal.json'), JSON.stringify({ version: '7', dialect: 'sqlite', entries }))
    return at
  }
  const rows = (sql: string) => connection.prepare(sql).raw().all()
  const tables = () =>
    connection
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name")
      .pluck()
      .all()

  const family = `CREATE TABLE parents (id TEXT PRIMARY KEY NOT NULL, name TEXT) STRICT;
--> statement-breakpoint
CREATE TABLE children (id TEXT PRIMARY KEY NOT NULL, parent_id TEXT NOT NULL REFERENCES parents(id) ON DELETE CASCADE) STRICT;`
  const rebuild = `PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE \`__new_parents\` (id TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL) STRICT;
--> statement-breakpoint
INSERT INTO \`__new_parents\`("id", "name") SELECT "id", "name" FROM \`parents\`;--> statement-breakpoint
DROP TABLE \`parents\`;--> statement-breakpoint
ALTER TABLE \`__new_parents\` RENAME TO \`parents\`;--> statement-breakpoint
PRAGMA foreign_keys=ON;`

  it('makes every table of an empty database, and nothing more the second time', () => {
    migrate(connection, shipped)
    const made = tables()
    expect(made).toContain('users')
    migrate(connection, shipped)
    expect(tables()).toEqual(made)
    expect(rows('SELECT count(*) FROM migrations')).toEqual([[shippedMigrations.length]])
  })

  it('keeps the children of a parent that it rebuilds', () => {
    migrate(connection, migrations(family))
    connection.exec("INSERT INTO parents VALUES ('p', 'Ada'); INSERT INTO children VALUES ('c', 'p')")
    migrate(connection, migrations(family, rebuild))
    expect(rows('SELECT * FROM parents')).toEqual([['p', 'Ada']])
    expect(rows('SELECT * FROM children')).toEqual([['c', 'p']])
    expect(() => connection.exec("INSERT INTO children VALUES ('d', 'nobody')")).toThrow('FOREIGN KEY')
  })

  it('keeps the users and sessions of a database from before there were API tokens', () => {
    const before = join(folder, 'before')
    cpSync(shipped, before, { recursive: true })
    const journal = join(before, 'meta', '_journal.json')
    const { entries, ...rest } = JSON.parse(readFileSync(journal, 'utf8'))
    writeFileSync(journal, JSON.stringify({ ...rest, entries: entries.slice(0, 2) }))
    migrate(connection, before)
    connection.exec(`INSERT INTO users VALUES ('ada', 'Ada', 'ada@example.com', 'ada@example.com', NULL, NULL, 1);
      INSERT INTO sessions VALUES ('s', 'ada', 'BROWSER', '["PASSWORD"]', NULL, NULL, 1, 1, 1, 2, 3, NULL, NULL)`)
    migrate(connection, shipped)
    expect(rows('SELECT id, user_id, methods, ends_at, name, permissions FROM sessions')).toEqual([
      ['s', 'ada', '["PASSWORD"]', 3, null, null],
    ])
    expect(rows('SELECT id FROM users')).toEqual([['ada']])
    connection.exec('DELETE FROM users')
    expect(rows('SELECT count(*) FROM sessions')).toEqual([[0]])
  })

  it('leaves foreign keys on, after a failure too', () => {
    migrate(connection, migrations(family))
    expect(connection.pragma('foreign_keys', { simple: true })).toBe(1)
    expect(() => migrate(connection, migrations(family, 'CREATE TABLE parents (id TEXT)'))).toThrow('already exists')
    expect(connection.pragma('foreign_keys', { simple: true })).toBe(1)
  })

  it('leaves nothing of migrations of which one fails', () => {
    expect(() => migrate(connection, migrations(family, 'CREATE TABLE pets (id TEXT)', 'nonsense'))).toThrow('nonsense')
    expect(tables()).toEqual([])
    expect(connection.inTransaction).toBe(false)
  })

  it('refuses migrations that leave a child without its parent, and keeps what was there', () => {
    migrate(connection, migrations(family))
    connection.exec("INSERT INTO parents VALUES ('p', 'Ada'); INSERT INTO children VALUES ('c', 'p')")
    expect(() => migrate(connection, migrations(family, 'DELETE FROM parents'))).toThrow('children without its parents')
    expect(rows('SELECT * FROM parents')).toEqual([['p', 'Ada']])
    expect(rows('SELECT count(*) FROM migrations')).toEqual([[1]])
  })

  it('refuses a database that a newer version wrote, and changes nothing in it', () => {
    migrate(connection, migrations(family, 'CREATE TABLE pets (id TEXT) STRICT'))
    const before = readFileSync(join(folder, 'test.db'))
    const start = () => migrate(connection, migrations(family))
    expect(start).toThrow(ConfigError)
    expect(start).toThrow('DATABASE_URL')
    expect(readFileSync(join(folder, 'test.db')).equals(before)).toBe(true)
  })

  it('refuses a database made by a migration that has been rewritten since', () => {
    const at = migrations(family)
    migrate(connection, at)
    writeFileSync(join(at, '0.sql'), `${family} -- changed`)
    expect(() => migrate(connection, at)).toThrow(ConfigError)
  })

  it('migrates once when several processes start at the same time', async () => {
    const at = join(folder, 'shipped')
    cpSync(shipped, at, { recursive: true })
    const path = join(folder, 'shared.db')
    const script = `
      import BetterSqlite3 from 'better-sqlite3'
      import { migrate } from ${JSON.stringify(migrateModule)}
      process.stdin.once('data', () => {
        const connection = new BetterSqlite3(${JSON.stringify(path)}, { timeout: 60_000 })
        migrate(connection, ${JSON.stringify(at)})
        connection.close()
        process.exit(0)
      })
      console.log('ready')`
    const root = fileURLToPath(new URL('../..', import.meta.url))
    const processes = Array.from({ length: 4 }, () =>
      spawn(process.execPath, ['--input-type=module', '--eval', script], {
        cwd: root,
        stdio: ['pipe', 'pipe', 'inherit'],
      }),
    )
    await Promise.all(processes.map((child) => once(child.stdout, 'data')))
    const exits = processes.map((child) => once(child, 'exit'))
    for (const child of processes) child.stdin.write('go')
    expect((await Promise.all(exits)).map(([code]) => code)).toEqual([0, 0, 0, 0])
    const shared = new BetterSqlite3(path, { readonly: true })
    expect(shared.prepare('SELECT count(*) FROM migrations').pluck().get()).toBe(shippedMigrations.length)
    shared.close()
  })
})
