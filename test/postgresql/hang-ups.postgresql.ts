import { once } from 'node:events'
import { createConnection } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { describe, expect, it, onTestFinished } from 'vitest'
import { documentChanged, openEvents } from '../support/events.ts'
import { openHouse } from '../support/house.ts'
import { openSocket } from '../support/sockets.ts'

/** Has whatever reads a table wait, until it is called. */
async function hold(database: string, table: string): Promise<() => Promise<void>> {
  const client = new pg.Client(database)
  await client.connect()
  await client.query('BEGIN')
  await client.query(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`)
  return () => client.end()
}

describe('a client that hangs up while the database is waited for', () => {
  it.each([
    ['to tell who it is', 'sessions'],
    ['to begin', 'documents'],
  ])('%s leaves no stream counted, and no socket', { timeout: 60_000 }, async (_, table) => {
    const house = await openHouse({ env: { STREAMS_PER_USER: '3', SESSION_CACHE: '0' } })
    onTestFinished(house.close)
    const document = await house.createDocument()
    const { url, databasePath } = house.server
    const cookie = await house.as.member.jar.getCookieString(url)
    const body = JSON.stringify({ query: documentChanged, variables: { id: document } })
    const request = `POST /graphql HTTP/1.1\r\nhost: x\r\ncookie: ${cookie}\r\naccept: text/event-stream\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`

    const sockets = await Promise.all([openSocket(house.as.member), openSocket(house.as.member)])
    const release = await hold(databasePath, table)
    for (let n = 0; n < 3; n++) {
      const connection = createConnection(Number(new URL(url).port), '127.0.0.1')
      await once(connection, 'connect')
      connection.write(request)
      await sleep(200)
      connection.resetAndDestroy()
    }
    for (const { socket, send, subscribe } of sockets) {
      send({ type: 'connection_init' })
      if (table !== 'sessions') await once(socket, 'message')
      if (table !== 'sessions') subscribe('one', documentChanged, { id: document })
      await sleep(200)
      socket.terminate()
    }
    await sleep(500)
    await release()

    const statuses = async () => {
      const opened = []
      for (let n = 0; n < 4; n++) opened.push(await openEvents(house.as.member, documentChanged, { id: document }))
      for (const events of opened) events.close()
      return opened.map(({ status }) => status)
    }
    await expect.poll(statuses, { timeout: 10_000, interval: 500 }).toEqual([200, 200, 200, 429])
  })
})
