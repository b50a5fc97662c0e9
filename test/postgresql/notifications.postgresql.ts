import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { createPostgresqlNotifications } from '../../src/database/postgresql-notifications.ts'
import type { Notifications } from '../../src/notifications.ts'
import { createDatabase, dropDatabase } from '../support/postgresql-server.ts'

/** A way to a server on which the connections that there are can be made to carry nothing more, and not end either. */
async function createSilenceablePath(url: string): Promise<{ url: string; silence(): void }> {
  const { hostname, port } = new URL(url)
  const sockets: Socket[] = []
  const proxy = createServer((from) => {
    const to = connect(Number(port), hostname)
    sockets.push(from, to)
    from.pipe(to).pipe(from)
    for (const socket of [from, to]) socket.on('error', () => {})
  }).listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  onTestFinished(() => {
    proxy.close()
    for (const socket of sockets) socket.destroy()
  })
  const way = new URL(url)
  way.port = `${(proxy.address() as AddressInfo).port}`
  return {
    url: way.href,
    silence() {
      for (const socket of sockets) socket.unpipe().pause()
    },
  }
}

describe('createPostgresqlNotifications()', () => {
  let url: string
  let opened: Notifications[]
  let errors: unknown[]

  beforeEach(async () => {
    url = await createDatabase()
    opened = []
    errors = []
  })
  afterEach(async () => {
    for (const notifications of opened) await notifications.close()
    await dropDatabase(url)
  })

  const open = (at = url) => {
    const notifications = createPostgresqlNotifications(at, (error) => errors.push(error))
    opened.push(notifications)
    return notifications
  }
  /** Listens, and waits until it does. */
  const listen = async (notifications: Notifications, channel: string) => {
    const heard: string[] = []
    const gaps = { count: 0 }
    notifications.onGap(() => {
      gaps.count++
    })
    notifications.subscribe(channel, (payload) => heard.push(payload))
    await expect.poll(() => gaps.count).toBe(1)
    return { heard, gaps }
  }
  const administer = async (text: string) => {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    await client.query(text).finally(() => client.end())
  }
  const terminate =
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'gatehouse notifications' AND datname = current_database()"

  it('reach every instance, the one that sends included, in order, and on their channel alone', async () => {
    const [one, other] = [await listen(open(), 'documents'), await listen(open(), 'documents')]
    const elsewhere = await listen(open(), 'sessions')
    const sender = opened[0]
    const sent = Array.from({ length: 20 }, (_, index) => `${index} "ü' \n \u{1F600}`)
    for (const payload of sent) await sender?.publish('documents', payload)
    await expect.poll(() => other.heard).toEqual(sent)
    await expect.poll(() => one.heard).toEqual(sent)
    await sender?.publish('sessions', '')
    await expect.poll(() => elsewhere.heard).toEqual([''])
    expect(errors).toEqual([])
  })

  it('are sent one after the other, also when many are to be sent at once', async () => {
    const { heard } = await listen(open(), 'documents')
    const sent = Array.from({ length: 50 }, (_, index) => `${index}`)
    await Promise.all(sent.map((payload) => opened[0]?.publish('documents', payload)))
    await expect.poll(() => heard).toEqual(sent)
    expect(errors).toEqual([])
  })

  it('carry as much as the port says', async () => {
    const { heard } = await listen(open(), 'a'.repeat(63))
    const largest = 'x'.repeat(7900)
    await opened[0]?.publish('a'.repeat(63), largest)
    await expect.poll(() => heard).toEqual([largest])
    await expect(opened[0]?.publish('a', `${largest}x`)).rejects.toThrow(TypeError)
  })

  it('send without listening, and before there is a connection', async () => {
    const { heard } = await listen(open(), 'documents')
    await open().publish('documents', 'first')
    await expect.poll(() => heard).toEqual(['first'])
  })

  it('go on after a connection that broke, of which they tell, since messages were lost', async () => {
    const { heard, gaps } = await listen(open(), 'documents')
    await administer(terminate)
    await expect.poll(() => gaps.count).toBe(2)
    expect(errors.length).toBeGreaterThan(0)
    await opened[0]?.publish('documents', 'after')
    await expect.poll(() => heard).toEqual(['after'])
  })

  it('go on after a connection that fell silent without an end', async () => {
    const path = await createSilenceablePath(url)
    const { heard, gaps } = await listen(open(path.url), 'documents')
    path.silence()
    await open().publish('documents', 'unheard')
    // Within what a stream and what is remembered of sessions last without notifications.
    await expect.poll(() => gaps.count, { timeout: 10_000 }).toBe(2)
    expect(errors.length).toBeGreaterThan(0)
    expect(heard).toEqual([])
    await opened[1]?.publish('documents', 'after')
    await expect.poll(() => heard).toEqual(['after'])
  })

  it('are lost without failing who sends, when there is no server', async () => {
    const notifications = open('postgres://nobody:hunter2@127.0.0.1:1/none')
    await notifications.publish('documents', 'lost')
    expect(errors.length).toBeGreaterThan(0)
    expect(JSON.stringify(errors)).not.toContain('hunter2')
  })

  it('are over once it is closed, which leaves no connection', async () => {
    const { heard } = await listen(open(), 'documents')
    const other = open()
    await listen(other, 'documents')
    await opened[0]?.close()
    await opened[0]?.publish('documents', 'unsent')
    await other.publish('documents', 'unheard')
    await sleep(100)
    expect(heard).toEqual([])
    await other.close()
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    const { rows } = await client.query(
      "SELECT 1 FROM pg_stat_activity WHERE application_name = 'gatehouse notifications' AND datname = current_database()",
    )
    await client.end()
    expect(rows).toEqual([])
  })
})
