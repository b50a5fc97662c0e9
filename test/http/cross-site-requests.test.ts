import { describe, expect, it } from 'vitest'
import { codes, createClient } from '../support/client.ts'
import { type Env, startServer } from '../support/server.ts'

const app = 'https://app.example.com'
const evil = 'https://evil.example'

/** A signed-in browser, and how many documents its user can see: what an attack would change. */
async function signIn(env: Env = { ALLOWED_ORIGINS: app }) {
  const { url } = await startServer({ env })
  const client = createClient(url)
  await client.login('member@example.com')
  const count = async () => {
    const { body } = await client.execute<{ documents: { totalCount: number } }>('{ documents { totalCount } }')
    return body.data?.documents.totalCount
  }
  return { client, count, before: await count() }
}

const create = 'mutation { createDocument(title: "Forged", body: "") { id } }'
const json = { 'content-type': 'application/json' }
const body = JSON.stringify({ query: create })

describe('an operation from another site', () => {
  it.each([
    ['a GET with a mutation', 'GET', { 'apollo-require-preflight': 'yes' }, 405, 'BAD_REQUEST'],
    ['a simple GET, as an image makes it', 'GET', {}, 400, 'BAD_REQUEST'],
  ])('is refused as %s', async (_, method, headers, status, code) => {
    const { client, count, before } = await signIn()
    const answer = await client.send(`/graphql?query=${encodeURIComponent(create)}`, { method, headers })
    expect(answer.status).toBe(status)
    expect(codes(answer)).toEqual([code])
    expect(await count()).toBe(before)
  })

  it.each([
    ['a form post', 'application/x-www-form-urlencoded', `query=${encodeURIComponent(create)}`],
    [
      'a multipart form post',
      'multipart/form-data; boundary=x',
      `--x\r\ncontent-disposition: form-data; name="query"\r\n\r\n${create}\r\n--x--`,
    ],
    ['a text/plain post', 'text/plain', body],
    ['a post of application/graphql', 'application/graphql', create],
    ['a post of what only starts like JSON', 'application/jsonp', body],
  ])('is refused as %s', async (_, type, payload) => {
    const { client, count, before } = await signIn()
    const answer = await client.send('/graphql', { method: 'POST', headers: { 'content-type': type }, body: payload })
    expect(answer.status).toBe(415)
    expect(answer.body).toEqual({
      errors: [
        { message: 'Send operations with the content type application/json', extensions: { code: 'BAD_REQUEST' } },
      ],
    })
    expect(await count()).toBe(before)
  })

  it('is refused as a post without a content type', async () => {
    const { client, count, before } = await signIn()
    const answer = await client.send('/graphql', { method: 'POST', body: new Blob([body]) })
    expect(answer.status).toBe(415)
    expect(await count()).toBe(before)
  })

  it.each([
    ['cross-site', { 'sec-fetch-site': 'cross-site', origin: evil }],
    ['from elsewhere on the same site', { 'sec-fetch-site': 'same-site', origin: 'http://localhost:1' }],
    ['cross-site without an origin', { 'sec-fetch-site': 'cross-site' }],
    ['of a foreign origin, by an old browser', { origin: evil }],
    ['of a sandboxed page', { 'sec-fetch-site': 'cross-site', origin: 'null' }],
  ])('is refused when it is %s', async (_, headers) => {
    const { client, count, before } = await signIn()
    const answer = await client.send('/graphql', { method: 'POST', headers: { ...json, ...headers }, body })
    expect(answer.status).toBe(403)
    expect(codes(answer)).toEqual(['FORBIDDEN'])
    expect(answer.body.errors?.[0]?.message).toContain('ALLOWED_ORIGINS')
    expect(answer.headers.get('access-control-allow-origin')).toBeNull()
    expect(await count()).toBe(before)
  })

  it('is refused for a query and for a login too, which sets no cookie', async () => {
    const { client } = await signIn()
    const attack = { 'sec-fetch-site': 'cross-site', origin: evil }
    const get = await client.send('/graphql?query={__typename}', {
      headers: { ...attack, 'apollo-require-preflight': 'yes' },
    })
    expect(get.status).toBe(403)
    const stranger = createClient((await startServer()).url)
    const login = await stranger.execute(
      'mutation { login(email: "member@example.com", password: "open sesame in development") { __typename } }',
      {},
      attack,
    )
    expect(login.status).toBe(403)
    expect(login.headers.getSetCookie()).toEqual([])
  })

  it.each([
    ['a listed origin', { 'sec-fetch-site': 'cross-site', origin: app }],
    ['a listed origin, by an old browser', { origin: app }],
    ['the own page', { 'sec-fetch-site': 'same-origin', origin: 'http://localhost:0' }],
    ['no browser', {}],
  ])('is run when it comes from %s', async (_, headers) => {
    const { client, count, before } = await signIn()
    const answer = await client.send('/graphql', { method: 'POST', headers: { ...json, ...headers }, body })
    expect(answer.status).toBe(200)
    expect(codes(answer)).toEqual([])
    expect(await count()).toBe((before ?? 0) + 1)
  })
})

describe('CORS', () => {
  const preflight = (origin: string) => ({
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' },
  })

  it('lets a listed origin send JSON with cookies', async () => {
    const { client } = await signIn()
    const { status, headers } = await client.send('/graphql', preflight(app))
    expect(status).toBe(204)
    expect(headers.get('access-control-allow-origin')).toBe(app)
    expect(headers.get('access-control-allow-credentials')).toBe('true')
    expect(headers.get('access-control-allow-methods')).toBe('GET, POST')
    expect(headers.get('access-control-allow-headers')).toContain('content-type')
    expect(headers.get('vary')).toContain('Origin')
  })

  it.each([evil, 'null', `${app}.evil.example`, 'http://app.example.com'])('names no origin to %s', async (origin) => {
    const { client } = await signIn()
    const { headers } = await client.send('/graphql', preflight(origin))
    expect(headers.get('access-control-allow-origin')).toBeNull()
    expect(headers.get('vary')).toContain('Origin')
  })

  it('names no origin at all while none is listed', async () => {
    const { client } = await signIn({})
    const asked = await client.send('/graphql', preflight(app))
    expect(asked.status).toBe(405)
    const answer = await client.execute('{ me { id } }', {}, { origin: app, 'sec-fetch-site': 'same-origin' })
    expect(answer.status).toBe(200)
    for (const { headers } of [asked, answer])
      expect([...headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([])
  })

  it('lets a listed origin read errors too', async () => {
    const { client } = await signIn()
    const headers = { origin: app, 'sec-fetch-site': 'cross-site' }
    const denied = await client.execute('{ users { totalCount } }', {}, headers)
    const broken = await client.send('/graphql', { method: 'POST', headers: { ...headers, ...json }, body: '{' })
    const unknown = await client.send('/nowhere', { headers })
    for (const answer of [denied, broken, unknown]) {
      expect(answer.headers.get('access-control-allow-origin')).toBe(app)
      expect(answer.headers.get('access-control-allow-credentials')).toBe('true')
      expect(answer.headers.get('vary')).toContain('Origin')
    }
    expect([denied.status, broken.status, unknown.status]).toEqual([200, 400, 404])
  })
})

describe('what is no operation', () => {
  it('answers whatever site it comes from', async () => {
    const { url } = await startServer({ env: { NODE_ENV: 'development' } })
    const headers = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', accept: 'text/html,*/*;q=0.8' }
    const client = createClient(url)
    const page = await client.send('/graphql', { headers })
    expect(page.status).toBe(200)
    expect(page.text).toContain('EmbeddedSandbox')
    expect((await client.send('/health/live', { headers })).status).toBe(200)
  })

  it('carries no operation past the check', async () => {
    const { url } = await startServer({ env: { NODE_ENV: 'development' } })
    const headers = {
      'sec-fetch-site': 'cross-site',
      accept: 'application/json, text/html',
      'apollo-require-preflight': 'x',
    }
    const answer = await createClient(url).send('/graphql?query={__typename}', { headers })
    expect(answer.text).not.toContain('"Query"')
  })
})
