import { generateKeyPairSync } from 'node:crypto'
import Sqlite from 'better-sqlite3'
import jsonwebtoken, { type JwtHeader, type SignOptions } from 'jsonwebtoken'
import { describe, expect, it } from 'vitest'
import { createClient } from '../support/client.ts'
import { startServer, type TestServer, testSecret } from '../support/server.ts'
import { decodeJwt } from './decode-jwt.ts'

const query = '{ me { id } }'
const issuer = 'http://localhost:0'

async function signIn(server: TestServer) {
  const client = createClient(server.url)
  await client.login('member@example.com')
  const token = (await client.cookie('session')) ?? ''
  return { client, token, claims: decodeJwt(token) }
}

const header: JwtHeader = { alg: 'HS256', typ: 'session+jwt', kid: 'test' }

function sign(claims: object, change: Partial<JwtHeader> & Record<string, unknown> = {}, secret: Buffer = testSecret) {
  const algorithm = (change.alg ?? 'HS256') as SignOptions['algorithm']
  return jsonwebtoken.sign({ ...claims }, secret, { algorithm, header: { ...header, ...change } })
}

function encode(value: object) {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })

/** Every way in which a token can be bad, from a good one's claims. */
const badTokens: [string, (claims: Record<string, unknown>, token: string) => string][] = [
  ['empty', () => ''],
  ['garbage', () => 'garbage'],
  ['garbage with dots', () => 'a.b.c'],
  ['cut short', (_, token) => token.slice(0, -5)],
  ['changed in its claims', (claims, token) => token.replace(/\.[^.]+\./, `.${encode({ ...claims, sub: 'x' })}.`)],
  ['signed with another key', (claims) => sign(claims, {}, Buffer.alloc(32, 'x'))],
  ['unsigned', (claims) => `${encode({ ...header, alg: 'none' })}.${encode(claims)}.`],
  ['unsigned, in another spelling', (claims) => `${encode({ ...header, alg: 'NoNe' })}.${encode(claims)}.`],
  ["signed by another algorithm with the key's bytes", (claims) => sign(claims, { alg: 'HS512' })],
  [
    'signed by RSA under the name of the key',
    (claims) =>
      jsonwebtoken.sign({ ...claims }, privateKey, { header: { ...header, alg: 'RS256' }, algorithm: 'RS256' }),
  ],
  ['of an unknown key', (claims) => sign(claims, { kid: 'other' })],
  ['of no key', (claims) => sign(claims, { kid: undefined as unknown as string })],
  ['of another typ', (claims) => sign(claims, { typ: 'JWT' })],
  ['a known-device token', (claims) => sign({ ...claims, did: 'x' }, { typ: 'device+jwt' })],
  ['with a critical extension', (claims) => sign(claims, { crit: ['exp'] })],
  ['with a key of its own', (claims) => sign(claims, { jwk: { kty: 'oct' } })],
  ['for another audience', (claims) => sign({ ...claims, aud: 'https://other.example' })],
  ['for several audiences', (claims) => sign({ ...claims, aud: [issuer, 'https://other.example'] })],
  ['of another issuer', (claims) => sign({ ...claims, iss: 'https://other.example' })],
  ['expired', (claims) => sign({ ...claims, exp: Math.floor(Date.now() / 1000) - 60 })],
  ['without an expiration time', ({ exp: _, ...claims }) => sign(claims)],
  ["of somebody else's session", (claims) => sign({ ...claims, sub: 'somebody-else' })],
  ['of a session that never was', (claims) => sign({ ...claims, sid: 'no-such-session' })],
  ['without a session', ({ sid: _, ...claims }) => sign(claims)],
  ['longer than 4 KiB', (claims) => sign({ ...claims, padding: 'x'.repeat(4096) })],
]

/** Of a clock that has been set back since. */
const earlyTokens: typeof badTokens = [
  ['not good yet', (claims) => sign({ ...claims, nbf: Math.floor(Date.now() / 1000) + 3600 })],
  ['issued in the future', (claims) => sign({ ...claims, iat: Math.floor(Date.now() / 1000) + 3600 })],
]

describe('a bad session cookie', () => {
  it.each(badTokens)('makes an anonymous viewer and is cleared: %s', async (_, make) => {
    const server = await startServer()
    const { client, token, claims } = await signIn(server)
    const bad = make(claims, token)
    const answer = await client.execute(query, {}, { cookie: `session=${bad}` })
    expect(answer.status).toBe(200)
    expect(answer.body.data).toEqual({ me: null })
    expect(answer.body.errors).toMatchObject([{ path: ['me'], extensions: { code: 'UNAUTHENTICATED' } }])
    expect(answer.headers.getSetCookie()).toEqual([expect.stringMatching(/^session=; Max-Age=0; Path=\/; /)])
    if (bad !== '') expect(answer.text).not.toContain(bad)
    // The session itself stands: whoever holds the good token is still signed in.
    expect((await client.execute(query, {}, { cookie: `session=${token}` })).body.errors).toBeUndefined()
  })

  it.each(earlyTokens)('makes an anonymous viewer and stays, since it may be good later: %s', async (_, make) => {
    const server = await startServer()
    const { client, token, claims } = await signIn(server)
    const answer = await client.execute(query, {}, { cookie: `session=${make(claims, token)}` })
    expect(answer.body.data).toEqual({ me: null })
    expect(answer.body.errors).toMatchObject([{ path: ['me'], extensions: { code: 'UNAUTHENTICATED' } }])
    expect(answer.headers.getSetCookie()).toEqual([])
  })

  it('is told from the good one that the same key signs', async () => {
    const server = await startServer()
    const { client, claims } = await signIn(server)
    const answer = await client.execute(query, {}, { cookie: `session=${sign(claims)}` })
    expect(answer.body.errors).toBeUndefined()
  })

  it('is any of two of the name, and neither is believed', async () => {
    const server = await startServer()
    const { client, token } = await signIn(server)
    const answer = await client.execute(query, {}, { cookie: `session=${token}; session=${token}` })
    expect(answer.status).toBe(200)
    expect(answer.body.data).toEqual({ me: null })
  })

  it.each([
    ['its user is gone', 'DELETE FROM users WHERE id = ?'],
    ['its user is suspended', 'UPDATE users SET suspended_at = 1 WHERE id = ?'],
    ['its session is gone', 'DELETE FROM sessions WHERE user_id = ?'],
  ])('is cleared when %s', async (_, statement) => {
    const server = await startServer()
    const { client, claims } = await signIn(server)
    const raw = new Sqlite(server.databasePath)
    // What belongs to the user may stay behind, as after a mishap.
    raw.pragma('foreign_keys = OFF')
    expect(raw.prepare(statement).run(claims.sub).changes).toBe(1)
    raw.close()
    const answer = await client.execute(query)
    expect(answer.status).toBe(200)
    expect(answer.body.data).toEqual({ me: null })
    expect(answer.body.errors).toMatchObject([{ path: ['me'], extensions: { code: 'UNAUTHENTICATED' } }])
    expect(answer.headers.getSetCookie()).toEqual([expect.stringMatching(/^session=; Max-Age=0/)])
  })

  it('does not stop a mutation that anybody may run', async () => {
    const { url } = await startServer()
    const client = createClient(url)
    const { body } = await client.execute('mutation { logout }', {}, { cookie: 'session=garbage' })
    expect(body).toEqual({ data: { logout: true } })
  })
})

describe('an Authorization header', () => {
  it.each(['Bearer garbage', 'bearer garbage', 'Bearer', 'Bearer\tgarbage'])(
    '%s makes the request anonymous and leaves the cookie',
    async (authorization) => {
      const server = await startServer()
      const { client, token } = await signIn(server)
      const answer = await client.execute(query, {}, { authorization, cookie: `session=${token}` })
      expect(answer.body.data).toEqual({ me: null })
      expect(answer.headers.getSetCookie()).toEqual([])
    },
  )

  it('takes no session token', async () => {
    const server = await startServer()
    const { client, token } = await signIn(server)
    const answer = await client.execute(query, {}, { authorization: `Bearer ${token}` })
    expect(answer.body.data).toEqual({ me: null })
  })

  it('leaves even a bad cookie as it is', async () => {
    const { url } = await startServer()
    const answer = await createClient(url).execute(query, {}, { authorization: 'Bearer x', cookie: 'session=garbage' })
    expect(answer.headers.getSetCookie()).toEqual([])
  })

  it('is ignored in any other scheme', async () => {
    const server = await startServer()
    const { client } = await signIn(server)
    const answer = await client.execute(query, {}, { authorization: 'Basic dTpw' })
    expect(answer.body.errors).toBeUndefined()
  })
})

describe('a database that cannot be read', () => {
  it('is a masked error, and says nothing about the cookie', async () => {
    const server = await startServer()
    const { client, token } = await signIn(server)
    await server.database.close()
    const answer = await client.execute(query)
    expect(answer.status).toBe(500)
    const correlationId = answer.headers.get('x-request-id')
    expect(answer.body).toEqual({
      errors: [{ message: 'Internal server error', extensions: { code: 'INTERNAL_SERVER_ERROR', correlationId } }],
    })
    expect(answer.headers.getSetCookie()).toEqual([])
    expect(await client.cookie('session')).toBe(token)
    expect((await client.send('/health/ready')).status).toBe(503)
    expect((await client.send('/health/live')).status).toBe(200)
  })
})
