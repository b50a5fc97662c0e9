import { once } from 'node:events'
import { request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { createLogger } from '../src/http/logger.ts'
import { codes, createClient, isRefused } from './support/client.ts'
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

describe('what the server does by itself', () => {
  it('deletes what has expired, and keeps the rest', async () => {
    const { application } = await startServer({ intervals: { reloadKeys: 60_000, purge: 10 } })
    const { sessions, users, clock } = application.identity
    const { items } = await users.list({ first: 1, after: null, search: null })
    const now = clock.now()
    const create = async (id: string, days: number) => {
      const at = new Date(now.getTime() + days * 86_400_000)
      await sessions.create({
        id,
        user: { id: items[0]?.id ?? '' },
        kind: 'BROWSER',
        name: null,
        permissions: null,
        methods: ['PASSWORD'],
        userAgent: null,
        ipAddress: null,
        createdAt: at,
        authenticatedAt: at,
        lastUsedAt: at,
        expiresAt: at,
        endsAt: at,
      })
    }
    await create('over since 29 days', -29)
    await create('over since 31 days', -31)
    await expect.poll(() => sessions.findRecord('over since 31 days')).toBeNull()
    expect(await sessions.findRecord('over since 29 days')).not.toBeNull()
  })

  it('deletes audit events past the retention that is set, and keeps the rest', async () => {
    const { application } = await startServer({
      env: { AUDIT_RETENTION_DAYS: '100' },
      intervals: { reloadKeys: 60_000, purge: 10 },
    })
    const { audit, identity } = application
    const append = (id: string, days: number) =>
      audit.append({
        id,
        action: 'LOGOUT',
        actorId: null,
        subject: null,
        detail: null,
        ipAddress: '192.0.2.1',
        userAgent: null,
        occurredAt: new Date(identity.clock.now().getTime() - days * 86_400_000),
      })
    await append('99 days old', 99)
    await append('101 days old', 101)
    const kept = async () => {
      const filter = { actions: ['LOGOUT'], actorId: null, subjectId: null, from: null, until: null } as const
      return (await audit.list({ filter, first: 10, after: null })).items.map(({ id }) => id)
    }
    await expect.poll(kept).toEqual(['99 days old'])
  })

  it('says that a key cannot be read, and goes on with the others', async () => {
    const lines: string[] = []
    const logger = createLogger('error', { write: (line) => lines.push(line) })
    const { application, url } = await startServer({ logger, intervals: { reloadKeys: 10, purge: 60_000 } })
    const { signingKeys, clock } = application.identity
    const key = { kid: 'broken', algorithm: 'HS256', sealedKey: 'v1.x.y', createdAt: clock.now(), retiredAt: null }
    await signingKeys.create(key)
    await expect.poll(() => lines.join('')).toContain('signing key broken')
    expect(lines[0]).toContain('the signing keys could not be reloaded')
    expect(codes(await createClient(url).login('member@example.com'))).toEqual([])
  })
})
