import { once } from 'node:events'
import { request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { isRefused } from './support/client.ts'
import { startServer } from './support/server.ts'

const post = { method: 'POST', headers: { 'content-type': 'application/json', expect: '100-continue' } }

/** A request that the server has, and waits for the body of. */
async function begin(url: string) {
  const inFlight = request(`${url}/graphql`, post)
  inFlight.on('error', () => {})
  inFlight.flushHeaders()
  await once(inFlight, 'continue')
  return inFlight
}

describe('close()', () => {
  it('lets what is in flight finish, also on a connection that is kept alive', async () => {
    const { url, close, database } = await startServer()
    const inFlight = await begin(url)
    const closed = close()
    await expect.poll(() => isRefused(url)).toBe(true)
    inFlight.end('{"query":"{ session { id } }"}')
    const [response] = await once(inFlight, 'response')
    expect(response.statusCode).toBe(200)
    expect(response.headers.connection).toBe('close')
    response.resume()
    await closed
    await expect(database.ping()).rejects.toThrow()
  })

  it('waits for its limit and no longer for a request that never ends', async () => {
    const { url, close, database } = await startServer({ stopLimit: 1000 })
    const inFlight = await begin(url)
    const closed = close()
    let open = true
    inFlight.once('close', () => {
      open = false
    })
    await sleep(100)
    expect(open).toBe(true)
    await database.ping()
    await closed
    await expect(database.ping()).rejects.toThrow()
  })
})
