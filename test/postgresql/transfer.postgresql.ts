import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { getNamedType, isInputObjectType } from 'graphql'
import pg from 'pg'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openSqlite } from '../../src/database/sqlite.ts'
import { createStores } from '../../src/database/stores/index.ts'
import { createExecutableSchema } from '../../src/graphql/schema.ts'
import { MeDocument } from '../support/__generated__/operations.ts'
import { createClient } from '../support/client.ts'
import { dataOf, dumpDatabase } from '../support/house.ts'
import { nextNetwork } from '../support/ledger.ts'
import { fill, sortRows } from '../support/moving.ts'
import { createDatabase, dropDatabase } from '../support/postgresql-server.ts'
import { runProgram, startProgram } from '../support/process.ts'
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

  it('carry whatever clients had kept, in texts that databases do not agree on', { timeout: 120_000 }, async () => {
    const path = join(createFolder(), 'gatehouse.db')
    const file = join(createFolder(), 'gatehouse.jsonl')
    const server = await startServer({ env: { DATABASE_URL: `file:${path}`, TRUST_PROXY: '1' } })
    const client = createClient(server.url)
    dataOf(await client.login('editor@example.com'))
    const texts = [
      '\0',
      'a\0b',
      '\ud800',
      'a\udc00b',
      '\u2028',
      '\ufeffa',
      'e\u0301',
      '\u{10ffff}',
      'İSTANBUL ẞ ΣΑΣ',
      '\\u0000',
      '{"a":1}',
      '\u0085',
      '\u202e',
    ]
    let sent = 0
    for (const field of Object.values(createExecutableSchema().getMutationType()?.getFields() ?? {})) {
      const texted = field.args.filter(({ type }) => /^(String|EmailAddress|ID|JSON)$/.test(getNamedType(type).name))
      if (texted.length === 0) continue
      const given = field.args.filter(({ defaultValue }) => defaultValue === undefined)
      const declared = given.map(({ name, type }) => `$${name}: ${type}`).join(', ')
      const handed = given.map(({ name }) => `${name}: $${name}`).join(', ')
      const query = `mutation (${declared}) { ${field.name}(${handed}) ${/^(Boolean|JSON|Int|String)$/.test(getNamedType(field.type).name) ? '' : '{ __typename }'} }`
      for (const text of texts) {
        const valueFor = ({ name, type }: (typeof given)[number]) => {
          const kind = getNamedType(type)
          if (kind.name === 'EmailAddress') return `${text}@example.com`
          if (kind.name === 'JSON') return { id: text, type: text, response: { [text]: text, transports: [text] } }
          if (isInputObjectType(kind)) return { email: `${text}@example.com` }
          if (kind.name === 'AccessLevel') return 'READ'
          if (kind.name === 'Role') return 'MEMBER'
          return name === 'password' ? 'correct horse battery staple' : /^(String|ID)$/.test(kind.name) ? text : null
        }
        const variables = Object.fromEntries(given.map((argument) => [argument.name, valueFor(argument)]))
        const someone = field.name === 'register' ? createClient(server.url) : client
        const answer = await someone.execute(query, variables, { 'x-forwarded-for': nextNetwork() })
        expect(answer.text, query).not.toContain('INTERNAL_SERVER_ERROR')
        expect(answer.status, query).toBeLessThan(500)
        sent++
      }
    }
    expect(sent).toBeGreaterThan(200)
    await server.close()
    const kept = Object.values(dumpDatabase(path)).flatMap((rows) => rows.flatMap((row) => Object.values(row ?? {})))
    expect(kept.filter((value) => typeof value === 'string' && value.includes('\0'))).toEqual([])
    // What can be kept was.
    for (const text of ['İSTANBUL ẞ ΣΑΣ', 'a\uFFFDb', '\\u0000']) expect(kept).toContain(text)
    const exported = await admin(`file:${path}`, 'export', file)
    const imported = await admin(await createEmpty(), 'import', file)
    expect([imported.code, imported.stderr]).toEqual([0, ''])
    expect(imported.stdout).toBe(exported.stdout)
  })

  it('leave an empty database behind when they are killed, into which the same file goes then', {
    timeout: 60_000,
  }, async () => {
    const folder = createFolder()
    const [path, file] = [join(folder, 'gatehouse.db'), join(folder, 'x.jsonl')]
    const database = await openSqlite({ path })
    await fill(createStores(database))
    await database.close()
    await admin(`file:${path}`, 'export', file)
    const postgresql = await createEmpty()
    await admin(postgresql, 'users', 'list')
    const client = new pg.Client({ connectionString: postgresql })
    await client.connect()
    onTestFinished(() => client.end())
    await client.query(`
      CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(30); RETURN NULL; END $$;
      CREATE TRIGGER wait AFTER INSERT ON audit_origins EXECUTE FUNCTION wait()`)
    const env = { ...productionEnv, JWT_KEYS: testKeys, DATABASE_URL: postgresql }
    const killed = startProgram('cli/admin.ts', { args: ['import', file], env })
    const others = 'FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()'
    const asleep = () => client.query(`SELECT 1 ${others} AND wait_event = 'PgSleep'`)
    await expect.poll(async () => (await asleep()).rowCount, { timeout: 20_000 }).toBe(1)
    killed.kill('SIGKILL')
    await killed.ended
    await client.query(`SELECT pg_terminate_backend(pid) ${others}`)
    await client.query('DROP TRIGGER wait ON audit_origins')
    const { migrations: _, ...rows } = dumpDatabase(postgresql)
    expect(Object.values(rows).flat()).toEqual([])
    const again = await admin(postgresql, 'import', file)
    expect([again.code, again.stderr]).toEqual([0, ''])
    expect(sortRows(dumpDatabase(postgresql))).toEqual(sortRows(dumpDatabase(path)))
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
