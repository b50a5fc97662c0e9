import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { codes, createClient } from '../support/client.ts'
import { sendRaw } from '../support/send-raw.ts'
import { type Env, startServer } from '../support/server.ts'

const json = { 'content-type': 'application/json' }
const kibibytes = 1024

async function open() {
  const server = await startServer()
  return { ...server, client: createClient(server.url) }
}

describe('a request body', () => {
  it('may have 100 KiB and no more', async () => {
    const { client } = await open()
    const fill = (size: number) => {
      const frame = JSON.stringify({ query: '{ __typename }', extensions: { fill: '' } })
      return JSON.stringify({ query: '{ __typename }', extensions: { fill: 'x'.repeat(size - frame.length) } })
    }
    const post = (body: string) => client.send('/graphql', { method: 'POST', headers: json, body })
    expect((await post(fill(100 * kibibytes))).body).toEqual({ data: { __typename: 'Query' } })
    const tooLarge = await post(fill(100 * kibibytes + 1))
    expect(tooLarge.status).toBe(413)
    expect(tooLarge.headers.get('connection')).toBe('close')
    expect(tooLarge.body).toEqual({
      errors: [{ message: 'The request body is too large: at most 100 KiB', extensions: { code: 'BAD_REQUEST' } }],
    })
  })

  it.each([
    ['', 'The request body is empty: send { "query": "…" }'],
    ['{"query": "{ hunter2 }"', 'The request body is not valid JSON'],
    ['{"query": "{ a }", "__proto__": {}}', 'The request body is not valid JSON'],
    ['[{"query":"{ __typename }"}]', 'Batches are not supported: send one operation a request'],
    ['[]', 'Batches are not supported: send one operation a request'],
  ])('is refused, and not quoted: %s', async (body, message) => {
    const { client } = await open()
    const answer = await client.send('/graphql', { method: 'POST', headers: json, body })
    expect(answer.status).toBe(400)
    expect(answer.body.errors?.[0]?.message).toBe(message)
    expect(codes(answer)).toEqual(['BAD_REQUEST'])
  })

  it.each([
    '{}',
    'null',
    '1',
    '"{ __typename }"',
    '{"query": 1}',
    '{"query": ""}',
    '{"query":"{ __typename }","variables":[]}',
  ])('is refused with 400 when it holds no operation: %s', async (body) => {
    const { client } = await open()
    const answer = await client.send('/graphql', { method: 'POST', headers: json, body })
    expect(answer.status).toBe(400)
    expect(answer.body.errors).toHaveLength(1)
  })

  it('may declare its charset', async () => {
    const { client } = await open()
    const answer = await client.execute('{ __typename }', {}, { 'content-type': 'application/json; charset=utf-8' })
    expect(answer.body).toEqual({ data: { __typename: 'Query' } })
  })
})

describe('an operation', () => {
  it('may be a query by GET, with a header that forms cannot send', async () => {
    const { client } = await open()
    const answer = await client.send('/graphql?query={__typename}', { headers: { 'apollo-require-preflight': 'x' } })
    expect(answer.body).toEqual({ data: { __typename: 'Query' } })
    // Apollo Client names a content type on GET too, without a body.
    expect((await client.send('/graphql?query={__typename}', { headers: json })).status).toBe(200)
  })

  it.each(['PUT', 'PATCH', 'DELETE'])('is not to be sent by %s', async (method) => {
    const { client } = await open()
    const answer = await client.send('/graphql', { method, headers: json, body: '{"query":"{ __typename }"}' })
    expect(answer.status).toBe(405)
    expect(answer.headers.get('allow')).toBe('GET, POST')
  })

  it('may have a thousand tokens and no more', async () => {
    const { client } = await open()
    // Sixteen beside the list; a thousand fields would come near other limits.
    const post = (tokens: number) =>
      client.execute(`{ auditEvents(filter: { actions: [${'LOGOUT '.repeat(tokens - 16)}] }) { totalCount } }`)
    expect(codes(await post(1000))).toEqual(['UNAUTHENTICATED'])
    const answer = await post(1001)
    expect(answer.status).toBe(400)
    expect(codes(answer)).toEqual(['GRAPHQL_PARSE_FAILED'])
  })

  it('finds no persisted queries', async () => {
    const { client } = await open()
    const extensions = { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } }
    const body = JSON.stringify({ extensions })
    const answer = await client.send('/graphql', { method: 'POST', headers: json, body })
    expect(codes(answer)).toEqual(['PERSISTED_QUERY_NOT_SUPPORTED'])
  })

  it('is refused with 400 when a variable does not fit, and the value is not quoted', async () => {
    const { client } = await open()
    const query = 'mutation ($p: String!) { login(email: "a@example.com", password: $p) { __typename } }'
    const answer = await client.execute(query, { p: { secret: 'hunter2' } })
    expect(answer.status).toBe(400)
    expect(codes(answer)).toEqual(['BAD_USER_INPUT'])
    expect(answer.text).not.toContain('hunter2')
  })
})

describe('every answer', () => {
  const names = [
    'x-content-type-options',
    'content-security-policy',
    'referrer-policy',
    'x-frame-options',
    'strict-transport-security',
    'cache-control',
    'content-type',
  ]

  it.each(['/graphql', '/health/live', '/nowhere'])('has the security headers: %s', async (path) => {
    const { client } = await open()
    const { headers } = await client.send(path)
    expect(Object.fromEntries(headers)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'",
      'referrer-policy': 'no-referrer',
      'x-frame-options': 'DENY',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-store',
    })
    expect(headers.get('strict-transport-security')).toBeNull()
    expect(headers.get('x-powered-by')).toBeNull()
  })

  it.each(['/%zz', '/graphql%', '/oauth/%ff/start', `/oauth/${'x'.repeat(101)}/start`])(
    'has them too where the router cannot read the path: %s',
    async (path) => {
      const envs: Env[] = [{}, { PUBLIC_URL: 'https://api.example.com' }]
      for (const env of envs) {
        const { server } = await startServer({ env })
        const unreadable = await server.inject(path)
        expect([400, 414]).toContain(unreadable.statusCode)
        expect(unreadable.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] })
        const { headers } = await server.inject('/nowhere')
        for (const name of names) expect([name, unreadable.headers[name]]).toEqual([name, headers[name]])
        expect(unreadable.headers['x-request-id']).toMatch(/^[\da-f-]{36}$/)
      }
    },
  )

  it.each([
    [
      431,
      'headers that are too large',
      `GET /health/live HTTP/1.1\r\nhost: x\r\ncookie: session=${'x'.repeat(17_000)}\r\n\r\n`,
    ],
    [400, 'a header that is none', 'GET /health/live HTTP/1.1\r\nhost x\r\n\r\n'],
    [400, 'a length that is none', 'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n'],
    [
      400,
      'two lengths',
      'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n',
    ],
    [400, 'another protocol', 'hunter2\r\n\r\n'],
  ])('has them too where it is %i, to %s', async (status, _, text) => {
    for (const env of [{}, { PUBLIC_URL: 'https://api.example.com' }] as Env[]) {
      const { url, server } = await startServer({ env })
      const [head = '', body = ''] = (await sendRaw(url, text)).split('\r\n\r\n')
      const [first, ...lines] = head.split('\r\n')
      expect(first).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
      const answered = new Map(lines.map((line) => line.split(/: (.*)/, 2) as [string, string]))
      const { headers } = await server.inject('/nowhere')
      for (const name of names) expect([name, answered.get(name)]).toEqual([name, headers[name]])
      expect(answered.get('connection')).toBe('close')
      expect(JSON.parse(body)).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] })
      expect(body).not.toContain('hunter2')
    }
  })

  it('says over HTTPS that there is nothing else', async () => {
    const { server } = await startServer({ env: { PUBLIC_URL: 'https://api.example.com' } })
    for (const path of ['/health/live', '/%zz'])
      expect((await server.inject(path)).headers['strict-transport-security']).toBe('max-age=31536000')
  })

  it('names its request, as the proxy did if that is harmless', async () => {
    const { client } = await open()
    const ask = async (id?: string) =>
      (await client.send('/health/live', { headers: id ? { 'x-request-id': id } : {} })).headers.get('x-request-id')
    expect(await ask()).toMatch(/^[\da-f-]{36}$/)
    expect(await ask()).not.toBe(await ask())
    const uuid = '0190b5e7-8f4a-7c3b-9d2e-1f0a2b3c4d5e'
    expect(await ask(uuid)).toBe(uuid)
    for (const forged of ['x', 'a b', '{"level":60}', 'a'.repeat(200)]) expect(await ask(forged)).not.toBe(forged)
  })
})

describe('a path that leads nowhere', () => {
  it.each(['/', '/nowhere', '/graphql/', '/graphql/x', '//graphql'])('is answered with 404: %s', async (path) => {
    const { client } = await open()
    const answer = await client.send(path)
    expect(answer.status).toBe(404)
    expect(codes(answer)).toEqual(['NOT_FOUND'])
  })

  it.each(['//', '/%zz', '/graphql?%zz', '/\\', '/..;/'])('does not shake the server: %s', async (path) => {
    const { url, client } = await open()
    const answer = await sendRaw(url, `GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`)
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /)
    expect((await client.send('/health/live')).status).toBe(200)
  })

  it.each(['', '[', 'a b', '//', 'x:99999'])('does not hang on the host %j', async (host) => {
    const { url, client } = await open()
    const body = '{"query":"{ __typename }"}'
    const answer = await sendRaw(
      url,
      `POST /graphql HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`,
    )
    expect(answer).toMatch(/^HTTP\/1\.1 [24]\d\d /)
    expect((await client.send('/health/live')).status).toBe(200)
  })
})

describe('a client that hangs up', () => {
  it('in the middle of its body does not shake the server', async () => {
    const { url, client } = await open()
    const head = 'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n'
    for (let times = 0; times < 5; times++) {
      const socket = connect(Number(new URL(url).port), '127.0.0.1')
      await once(socket, 'connect')
      socket.write(`${head}{"query":`)
      await sleep(20)
      socket.resetAndDestroy()
    }
    expect((await client.execute('{ __typename }')).status).toBe(200)
  })

  it('before its answer does not shake the server', async () => {
    const { client } = await open()
    const cut = AbortSignal.timeout(5)
    const body = JSON.stringify({
      query: 'mutation { login(email: "member@example.com", password: "wrong") { __typename } }',
    })
    await expect(client.send('/graphql', { method: 'POST', headers: json, body, signal: cut })).rejects.toThrow()
    expect((await client.execute('{ __typename }')).status).toBe(200)
  })
})

describe('health', () => {
  it('is live and ready while the database answers', async () => {
    const { client } = await open()
    expect(await client.send('/health/live')).toMatchObject({ status: 200, body: { status: 'live' } })
    expect(await client.send('/health/ready')).toMatchObject({ status: 200, body: { status: 'ready' } })
  })
})
