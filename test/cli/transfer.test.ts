import { copyFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { openSqlite } from '../../src/database/sqlite.ts'
import { createStores } from '../../src/database/stores/index.ts'
import { CreateDocumentDocument } from '../support/__generated__/operations.ts'
import { createClient } from '../support/client.ts'
import { dumpDatabase } from '../support/house.ts'
import { digestsOf, fill, sortRows } from '../support/moving.ts'
import { runProgram } from '../support/process.ts'
import { createFolder, productionEnv, startServer, testKeys } from '../support/server.ts'

/** A folder with a database that has rows in every table, and the commands in it. */
async function prepare() {
  const folder = createFolder()
  const inFolder = (file: string) => join(folder, file)
  const database = await openSqlite({ path: inFolder('source.db') })
  await fill(createStores(database))
  await database.close()
  const admin = (name: string, ...args: string[]) =>
    runProgram('cli/admin.ts', {
      args,
      env: { ...productionEnv, JWT_KEYS: testKeys, DATABASE_URL: `file:${inFolder(name)}` },
    })
  return { inFolder, admin, source: dumpDatabase(inFolder('source.db')) }
}

describe('export and import', () => {
  it('carry every row of every table, and tell how many of each, with their hash', async () => {
    const { inFolder, admin, source } = await prepare()
    // Every table has something to lose.
    for (const [table, rows] of Object.entries(source)) expect(rows.length, table).toBeGreaterThan(0)
    const file = inFolder('gatehouse.jsonl')
    const exported = await admin('source.db', 'export', file)
    expect([exported.code, exported.stderr]).toEqual([0, ''])
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(exported.stdout).toMatch(/^documents\t25\d\t[0-9a-f]{64}$/m)
    const counted = Object.fromEntries(
      exported.stdout
        .trim()
        .split('\n')
        .map((line) => line.split('\t').slice(0, 2)),
    )
    expect(Object.keys(counted)).toHaveLength(Object.keys(source).length - 1)
    expect(Number(counted.users)).toBe(source.users?.length)

    const imported = await admin('target.db', 'import', file)
    expect([imported.code, imported.stderr]).toEqual([0, ''])
    expect(imported.stdout).toBe(exported.stdout)
    expect(sortRows(dumpDatabase(inFolder('target.db')))).toEqual(sortRows(source))
    expect(dumpDatabase(inFolder('source.db'))).toEqual(source)
  })

  it('give the same file again, whatever database it comes from', async () => {
    const { inFolder, admin } = await prepare()
    await admin('source.db', 'export', inFolder('first.jsonl'))
    await admin('target.db', 'import', inFolder('first.jsonl'))
    await admin('target.db', 'export', inFolder('second.jsonl'))
    expect(readFileSync(inFolder('second.jsonl'), 'utf8')).toBe(readFileSync(inFolder('first.jsonl'), 'utf8'))
    expect(digestsOf(inFolder('second.jsonl')).documents?.rows).toBeGreaterThan(250)
  })

  it('overwrite no file', async () => {
    const { inFolder, admin } = await prepare()
    writeFileSync(inFolder('kept'), 'mine')
    for (const command of ['export', 'backup']) {
      const { code, stderr } = await admin('source.db', command, inFolder('kept'))
      expect([code, stderr]).toEqual([1, `There is a file ${inFolder('kept')} already\n`])
    }
    expect(readFileSync(inFolder('kept'), 'utf8')).toBe('mine')
  })

  it('refuse a database that is not empty, and change nothing in it', { timeout: 60_000 }, async () => {
    const { inFolder, admin, source } = await prepare()
    await admin('source.db', 'export', inFolder('x.jsonl'))
    const { code, stderr } = await admin('source.db', 'import', inFolder('x.jsonl'))
    expect([code, stderr]).toEqual([1, 'This database is not empty, it has users: import into a new one\n'])
    expect(dumpDatabase(inFolder('source.db'))).toEqual(source)
  })

  it('refuse a file that is not what was exported, and keep nothing of it', { timeout: 120_000 }, async () => {
    const { inFolder, admin } = await prepare()
    await admin('source.db', 'export', inFolder('whole.jsonl'))
    const whole = readFileSync(inFolder('whole.jsonl'), 'utf8')
    const lines = whole.trimEnd().split('\n')
    const cases: [string, string, string][] = [
      ['empty', '', 'is cut short'],
      ['without its end', `${lines.slice(0, -1).join('\n')}\n`, 'is cut short'],
      ['cut within a line', whole.slice(0, whole.length / 2), 'is cut short'],
      ['with a row less', lines.toSpliced(20, 1).join('\n'), 'does not hold what was exported'],
      ['with a row twice', lines.toSpliced(20, 0, lines[20] ?? '').join('\n'), 'does not hold what was exported'],
      [
        'with a changed value',
        whole.replace('Name of', 'Fame of').replace('Ada', 'Eve'),
        'does not hold what was exported',
      ],
      ['with rows after its end', `${whole}${lines[20]}\n`, 'goes on after its end'],
      ['of another table', whole.replace('["users",', '["losers",'), 'holds a row of no table'],
      ['of another version', whole.replace('"canonicalEmail"', '"emailHash"'), 'is of another version'],
      ['of something else', '{"users":[]}\n', 'is none that `export` wrote'],
    ]
    const outcomes = await Promise.all(
      cases.map(async ([what, text, message], index) => {
        writeFileSync(inFolder(`${index}.jsonl`), text)
        const { code, stderr } = await admin(`${index}.db`, 'import', inFolder(`${index}.jsonl`))
        const { migrations: _, ...rows } = dumpDatabase(inFolder(`${index}.db`))
        return { what, code, told: stderr.includes(message) || stderr, rows: Object.values(rows).flat() }
      }),
    )
    for (const outcome of outcomes) expect(outcome).toEqual({ what: outcome.what, code: 1, told: true, rows: [] })
  })

  it('keep nothing when a row cannot be kept, after others could', async () => {
    const { inFolder, admin } = await prepare()
    await admin('source.db', 'export', inFolder('x.jsonl'))
    // Made by a command that does not import, and then spoilt for the last table of all.
    await admin('target.db', 'users', 'list')
    const raw = new Sqlite(inFolder('target.db'))
    raw.exec("CREATE TRIGGER spoil AFTER INSERT ON audit_origins BEGIN UPDATE users SET name = 'spoilt'; END")
    raw.close()
    const { code, stderr } = await admin('target.db', 'import', inFolder('x.jsonl'))
    expect([code, stderr]).toEqual([1, 'This database keeps users as something else: nothing was imported\n'])
    const { migrations: _, ...rows } = dumpDatabase(inFolder('target.db'))
    expect(Object.values(rows).flat()).toEqual([])
  })

  it('tell of a file that is not there', async () => {
    const { inFolder, admin } = await prepare()
    const { code, stderr } = await admin('target.db', 'import', inFolder('none.jsonl'))
    expect(code).toBe(1)
    expect(stderr).toContain('none.jsonl')
  })
})

describe('backup', () => {
  it('copies a database that a server writes meanwhile, as it is at one instant', { timeout: 60_000 }, async () => {
    const server = await startServer({ env: { DATABASE_URL: `file:${join(createFolder(), 'live.db')}` } })
    const folder = createFolder()
    const member = createClient(server.url)
    await member.login('member@example.com')
    const written: string[] = []
    let writing = true
    const writer = (async () => {
      while (writing) {
        const { body } = await member.execute(CreateDocumentDocument, { title: 'Busy', body: '' })
        written.push(body.data?.createDocument?.id ?? '')
      }
    })()
    await expect.poll(() => written.length).toBeGreaterThan(3)
    const before = written.length
    const copy = join(folder, 'backup.db')
    const { code, stdout, stderr } = await runProgram('cli/admin.ts', {
      args: ['backup', copy],
      env: { ...productionEnv, JWT_KEYS: testKeys, DATABASE_URL: `file:${server.databasePath}` },
    })
    writing = false
    await writer
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/\t\d+ bytes\n$/)
    expect(statSync(copy).mode & 0o777).toBe(0o600)
    expect(written.length).toBeGreaterThan(before)

    // Of what was written one after the other it has the first, without a gap, and with each its event.
    const { documents = [], audit_events: events = [] } = dumpDatabase(copy) as Record<
      string,
      Record<string, unknown>[]
    >
    const had = new Set(documents.map(({ id }) => id))
    const count = written.filter((id) => had.has(id)).length
    expect(count).toBeGreaterThanOrEqual(before)
    expect(written.slice(0, count).every((id) => had.has(id))).toBe(true)
    expect(events.filter(({ action }) => action === 'DOCUMENT_CREATED')).toHaveLength(documents.length)
  })

  it('is a database by itself, without the files beside the other', async () => {
    const { inFolder, admin, source } = await prepare()
    expect((await admin('source.db', 'backup', inFolder('backup.db'))).code).toBe(0)
    expect(existsSync(inFolder('backup.db-wal'))).toBe(false)
    const restored = join(createFolder(), 'restored.db')
    copyFileSync(inFolder('backup.db'), restored)
    expect(dumpDatabase(restored)).toEqual(source)
    const database = await openSqlite({ path: restored })
    expect(await createStores(database).users.countAll()).toBe(source.users?.length)
    await database.close()
  })

  it('copies nothing where there is no database, and makes none', async () => {
    const { inFolder, admin } = await prepare()
    const { code, stderr } = await admin('none.db', 'backup', inFolder('backup.db'))
    expect([code, stderr]).toEqual([1, `There is no database at ${inFolder('none.db')}\n`])
    writeFileSync(inFolder('text.db'), 'This is a text. '.repeat(500))
    expect((await admin('text.db', 'backup', inFolder('backup.db'))).code).toBe(1)
    for (const file of ['none.db', 'backup.db']) expect(existsSync(inFolder(file))).toBe(false)
  })
})
