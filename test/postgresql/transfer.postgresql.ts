import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openSqlite } from '../../src/database/sqlite.ts'
import { createStores } from '../../src/database/stores/index.ts'
import { MeDocument } from '../support/__generated__/operations.ts'
import { createClient } from '../support/client.ts'
import { dataOf, dumpDatabase } from '../support/house.ts'
import { fill, sortRows } from '../support/moving.ts'
import { createDatabase, dropDatabase } from '../support/postgresql-server.ts'
import { runProgram } from '../support/process.ts'
import { createFolder, productionEnv, startServer, testKeys } from '../support/server.ts'

const admin = (url: string, ...args: string[]) =>
  runProgram('cli/admin.ts', { args, env: { ...productionEnv, JWT_KEYS: testKeys, DATABASE_URL: url } })

async function createEmpty(): Promise<string> {
  const url = await createDatabase({ empty: true })
  onTestFinished(() => dropDatabase(url))
  return url
}

describe('export and import', () => {
  it('carry everything from SQLite to PostgreSQL and back', { timeout: 120_000 }, async () => {
    const folder = createFolder()
    const inFolder = (name: string) => join(folder, name)
    const database = await openSqlite({ path: inFolder('source.db') })
    await fill(createStores(database))
    await database.close()
    const source = sortRows(dumpDatabase(inFolder('source.db')))
    const postgresql = await createEmpty()

    const steps = [
      await admin(`file:${inFolder('source.db')}`, 'export', inFolder('there.jsonl')),
      await admin(postgresql, 'import', inFolder('there.jsonl')),
      await admin(postgresql, 'export', inFolder('back.jsonl')),
      await admin(`file:${inFolder('target.db')}`, 'import', inFolder('back.jsonl')),
    ]
    for (const { code, stderr } of steps) expect([code, stderr]).toEqual([0, ''])
    expect(new Set(steps.map(({ stdout }) => stdout)).size).toBe(1)
    expect(readFileSync(inFolder('back.jsonl'), 'utf8')).toBe(readFileSync(inFolder('there.jsonl'), 'utf8'))
    expect(sortRows(dumpDatabase(postgresql))).toEqual(source)
    expect(sortRows(dumpDatabase(inFolder('target.db')))).toEqual(source)

    const again = await admin(postgresql, 'import', inFolder('there.jsonl'))
    expect([again.code, again.stderr]).toEqual([1, 'This database is not empty, it has users: import into a new one\n'])
    expect(sortRows(dumpDatabase(postgresql))).toEqual(source)
  })

  it('move a server, whose users stay signed in', { timeout: 60_000 }, async () => {
    const folder = createFolder()
    const path = join(folder, 'gatehouse.db')
    const file = join(folder, 'gatehouse.jsonl')
    const postgresql = await createEmpty()
    const keys = { PUBLIC_URL: 'http://localhost:4000', MASTER_KEY: productionEnv.MASTER_KEY ?? '' }
    const before = await startServer({ env: { ...keys, DATABASE_URL: `file:${path}` } })
    const browser = createClient(before.url)
    dataOf(await browser.login('member@example.com'))
    const { me } = dataOf(await browser.execute(MeDocument))
    await before.close()

    expect((await admin(`file:${path}`, 'export', file)).code).toBe(0)
    expect((await admin(postgresql, 'import', file)).code).toBe(0)
    const after = await startServer({ env: { ...keys, DATABASE_URL: postgresql } })
    const moved = createClient(after.url, after.url, browser.jar)
    expect(dataOf(await moved.execute(MeDocument)).me).toEqual(me)
    expect(dataOf(await createClient(after.url).login('editor@example.com'))).toMatchObject({
      login: { id: expect.any(String) },
    })
  })

  it('keep nothing in PostgreSQL of a file that was changed', async () => {
    const folder = createFolder()
    const path = join(folder, 'gatehouse.db')
    const postgresql = await createEmpty()
    const database = await openSqlite({ path })
    await fill(createStores(database))
    await database.close()
    await admin(`file:${path}`, 'export', join(folder, 'x.jsonl'))
    const text = readFileSync(join(folder, 'x.jsonl'), 'utf8')
    writeFileSync(join(folder, 'y.jsonl'), text.replace('Telltale title', 'Another title'))
    const { code, stderr } = await admin(postgresql, 'import', join(folder, 'y.jsonl'))
    expect([code, stderr]).toEqual([1, 'The file does not hold what was exported: it was changed\n'])
    const { migrations: _, ...rows } = dumpDatabase(postgresql)
    expect(Object.values(rows).flat()).toEqual([])
  })
})

describe('backup', () => {
  it('is for SQLite, and says what PostgreSQL has', async () => {
    const { code, stderr } = await admin('postgres://nobody@127.0.0.1:1/none', 'backup', join(createFolder(), 'x'))
    expect(code).toBe(2)
    expect(stderr).toContain('pg_dump')
  })
})
