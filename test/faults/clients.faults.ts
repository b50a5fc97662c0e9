import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { MeDocument } from '../support/__generated__/operations.ts'
import { createClient } from '../support/client.ts'
import { dataOf, dumpDatabase } from '../support/house.ts'
import { findHalves, openLedger } from '../support/ledger.ts'
import { startServer } from '../support/server.ts'

async function open() {
  const server = await startServer()
  const client = createClient(server.url)
  dataOf(await client.login('member@example.com'))
  return { ...server, client, port: Number(new URL(server.url).port) }
}

async function dial(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  await once(socket, 'connect')
  return socket
}

describe('clients that send a byte now and then', () => {
  it('are let go after a while, and hold nobody up until then', async () => {
    const { client, port } = await open()
    const head = 'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n'
    const sockets = await Promise.all(Array.from({ length: 300 }, () => dial(port)))
    let held = sockets.length
    for (const [index, socket] of sockets.entries()) {
      socket.resume().on('close', () => held--)
      // Some never end their headers, some never end their body.
      socket.write(index % 2 ? head : `${head}content-length: 1000\r\n\r\n`)
    }
    const start = performance.now()
    const slowest = { ms: 0 }
    while (held > 0 && performance.now() - start < 100_000) {
      for (const [index, socket] of sockets.entries()) if (socket.writable) socket.write(index % 2 ? 'x' : ' ')
      const asked = performance.now()
      dataOf(await client.execute(MeDocument))
      slowest.ms = Math.max(slowest.ms, performance.now() - asked)
      await sleep(250)
    }
    expect(held).toBe(0)
    expect(slowest.ms).toBeLessThan(5_000)
    console.log(`300 slow clients were gone after ${((performance.now() - start) / 1000).toFixed(0)} s`)
  })
})

describe('a client that hangs up in the middle of a mutation', () => {
  it('leaves it done or not done, and everybody else alone', async () => {
    const { client, port, databasePath } = await open()
    const cookie = `session=${await client.cookie('session')}`
    const ledger = openLedger()
    let over = false
    const writer = ledger.write(client, () => over)
    const body = JSON.stringify({ query: 'mutation { createDocument(title: "Cut", body: "") { id } }' })
    const message = `POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncookie: ${cookie}\r\ncontent-length: ${body.length}\r\n\r\n${body}`
    for (let times = 0; times < 200; times++) {
      const socket = await dial(port)
      socket.write(message)
      await sleep(times % 20)
      socket.resetAndDestroy()
    }
    over = true
    await writer
    expect(await ledger.findLost(client, databasePath)).toEqual([])
    expect(findHalves(databasePath)).toEqual([])
    // Some were done, or nothing was tried.
    const { documents = [] } = dumpDatabase(databasePath) as { documents?: { title: string }[] }
    expect(documents.filter(({ title }) => title === 'Cut').length).toBeGreaterThan(0)
  })
})
