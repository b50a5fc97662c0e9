import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openPostgresql } from '../../src/database/postgresql.ts'
import { createPostgresqlNotifications } from '../../src/database/postgresql-notifications.ts'
import { createStores } from '../../src/database/stores/index.ts'
import { userOf } from '../contract/fixtures.ts'
import { CreateDocumentDocument, MeDocument } from '../support/__generated__/operations.ts'
import { codes, createClient } from '../support/client.ts'
import { dataOf } from '../support/house.ts'
import { administer, createDatabase, dropDatabase } from '../support/postgresql-server.ts'
import { createFolder, startServer } from '../support/server.ts'

async function createOwn(): Promise<string> {
  const url = await createDatabase()
  onTestFinished(() => dropDatabase(url))
  return url
}

/** A way to the server that may swallow what goes over the connections there are, as a machine does that is gone. */
async function startWay(url: string) {
  const there = new Set<Socket>()
  const way = createServer((near) => {
    const far = connect(Number(new URL(url).port), '127.0.0.1')
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      there.add(one)
      one.on('error', () => {}).on('close', () => other.destroy())
      one.pipe(other)
    }
  }).listen(0, '127.0.0.1')
  await once(way, 'listening')
  onTestFinished(() => {
    for (const socket of there) socket.destroy()
    way.close()
  })
  const through = new URL(url)
  const address = way.address()
  through.port = String(typeof address === 'object' ? address?.port : 0)
  return {
    url: through.href,
    silence() {
      for (const socket of there) socket.unpipe().removeAllListeners('close').resume()
    },
  }
}

describe('a server that only reads, as a replica does', () => {
  it('makes an instance not ready, is masked, and is left as soon as another one writes', async () => {
    const url = await createOwn()
    const name = new URL(url).pathname.slice(1)
    const { url: origin } = await startServer({ env: { DATABASE_URL: url, SESSION_CACHE: '0' } })
    const client = createClient(origin)
    dataOf(await client.login('member@example.com'))
    const ready = async () => (await client.send('/health/ready')).status
    const write = () => client.execute(CreateDocumentDocument, { title: 'Plan', body: '' })
    expect(await ready()).toBe(200)

    const cut = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`
    await administer(`ALTER DATABASE ${name} SET default_transaction_read_only = on`, cut)
    await expect.poll(ready).toBe(503)
    const refused = await write()
    expect([refused.status, codes(refused)]).toEqual([200, ['INTERNAL_SERVER_ERROR']])
    expect(refused.text).not.toMatch(/read-only|replica/)
    expect(dataOf(await client.execute(MeDocument)).me?.email).toBe('member@example.com')

    // The connections that there are go on to a server that does not write: none of them may be kept.
    await administer(`ALTER DATABASE ${name} RESET default_transaction_read_only`)
    await expect.poll(async () => (await write()).body.errors ?? null).toBeNull()
    await expect.poll(ready).toBe(200)
    for (let times = 0; times < 10; times++) dataOf(await write())
  })
})

describe('a server that is gone without a word', () => {
  it('fails what was asked of it, and is connected to anew', async () => {
    const way = await startWay(await createOwn())
    const settings = { poolSize: 2, statementTimeout: 200, migrationLock: 'advisory', onError: () => {} } as const
    const database = await openPostgresql({ url: way.url, ...settings })
    onTestFinished(() => database.close())
    const { users } = createStores(database)
    await Promise.all(['a', 'b'].map((id) => users.create(userOf(id))))
    way.silence()
    const swallowed = await Promise.allSettled([
      users.rename('a', 'lost'),
      database.transaction(() => users.rename('b', 'lost')),
    ])
    for (const outcome of swallowed)
      expect(outcome).toMatchObject({ status: 'rejected', reason: { name: 'DatabaseError' } })
    expect((await users.find('a'))?.name).toBe('Name of a')
    await users.rename('b', 'kept')
    expect((await users.find('b'))?.name).toBe('kept')
  })
})

describe('a certificate that is away for a moment', () => {
  it('has the connection that listens told of, and tried again', async () => {
    const url = new URL(await createOwn())
    url.searchParams.set('sslrootcert', join(createFolder(), 'none.pem'))
    const told: unknown[] = []
    const notifications = createPostgresqlNotifications(url.href, (error) => told.push(error))
    onTestFinished(() => notifications.close())
    notifications.subscribe('c', () => {})
    await expect.poll(() => told.length).toBeGreaterThan(1)
    expect(told[0]).toMatchObject({ name: 'DatabaseError', code: 'ENOENT' })
  })
})
