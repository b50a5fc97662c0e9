import { get } from 'node:http'
import { describe, expect, it, onTestFinished } from 'vitest'
import { demoPassword } from '../../src/demo.ts'
import {
  CompleteSecondFactorDocument,
  DocumentDocument,
  DocumentsDocument,
  LoginDocument,
  MeDocument,
  RegisterDocument,
} from '../support/__generated__/operations.ts'
import { createClient } from '../support/client.ts'
import { dataOf, openHouse } from '../support/house.ts'
import { startProvider } from '../support/openid-provider.ts'
import { createProgram, createToken } from '../support/program.ts'
import { countOf, scrape } from '../support/scrape.ts'
import { startServer } from '../support/server.ts'
import { openSocket } from '../support/sockets.ts'

const on = { METRICS_PORT: '0' }
const decisions = 'gatehouse_authorization_decisions_total'
const signIns = 'gatehouse_sign_in_attempts_total'
const lookups = 'gatehouse_cache_lookups_total'
const requests = 'http_server_request_duration_count'
const operations = 'gatehouse_graphql_operation_duration_count'
const statements = 'db_client_operation_duration_count'

describe('the metrics', () => {
  it('are there for whoever asks at /metrics on their own port, and nowhere else', async () => {
    const { url, metricsPort } = await startServer({ env: on })
    const origin = `http://127.0.0.1:${metricsPort}`
    const answer = await fetch(`${origin}/metrics`)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      'text/plain; version=0.0.4; charset=utf-8',
    ])
    const [info] = (await scrape(metricsPort)).filter(({ name }) => name === 'target_info')
    expect(info?.labels).toEqual({
      service_name: 'gatehouse',
      service_version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      service_instance_id: expect.stringMatching(/^[\da-f-]{36}$/),
    })
    expect((await fetch(`${origin}/`)).status).toBe(404)
    expect((await fetch(`${origin}/metrics/more`)).status).toBe(404)
    expect((await fetch(`${origin}/graphql?query={session{id}}`)).status).toBe(404)
    expect((await fetch(`${origin}/metrics`, { method: 'POST', body: 'x' })).status).toBe(405)
    expect((await fetch(`${url}/metrics`)).status).toBe(404)
  })

  it('are nowhere unless a port is set', async () => {
    const { metricsPort, url } = await startServer()
    expect(metricsPort).toBeNull()
    expect((await fetch(`${url}/metrics`)).status).toBe(404)
  })

  it('are no longer there once the server has stopped', async () => {
    const { metricsPort, close } = await startServer({ env: on })
    await close()
    await expect(fetch(`http://127.0.0.1:${metricsPort}/metrics`)).rejects.toThrow('fetch failed')
  })

  it('count requests by method, route and status', async () => {
    const { url, metricsPort } = await startServer({ env: on })
    const client = createClient(url)
    await client.execute('{ session { id } }')
    await client.execute('{ nothing }')
    await client.send('/health/ready')
    await client.send('/somewhere/else')
    await client.send('/graphql', { method: 'PUT' })
    // Counted once the answer is out.
    await expect.poll(async () => countOf(await scrape(metricsPort), requests)).toBe(5)
    const found = await scrape(metricsPort)
    const post = { http_request_method: 'POST', url_scheme: 'http', http_route: '/graphql' }
    expect(countOf(found, requests, { ...post, http_response_status_code: '200' })).toBe(1)
    expect(countOf(found, requests, { ...post, http_response_status_code: '400' })).toBe(1)
    expect(countOf(found, requests, { http_route: '/health/ready', http_response_status_code: '200' })).toBe(1)
    const strays = found.filter(({ name, labels }) => name === requests && !('http_route' in labels))
    expect(strays.map(({ labels }) => [labels.http_request_method, labels.http_response_status_code])).toEqual([
      ['GET', '404'],
      ['PUT', '405'],
    ])
  })

  it('count a stream of events once, when its client hangs up', async () => {
    const { as, server, createDocument, close } = await openHouse({ env: on })
    const query = `subscription { documentChanged(id: "${await createDocument()}") { id } }`
    const streams = async () =>
      countOf(await scrape(server.metricsPort), requests, { http_request_method: 'GET', http_route: '/graphql' })
    const stream = get(`${server.url}/graphql?query=${encodeURIComponent(query)}`, {
      headers: { accept: 'text/event-stream', cookie: `session=${await as.member.cookie('session')}` },
    })
    stream.on('error', () => {})
    const { promise, resolve } = Promise.withResolvers<void>()
    stream.once('response', (response) => {
      response.on('error', () => {})
      response.once('data', () => resolve())
    })
    await promise
    expect(await streams()).toBe(0)
    stream.destroy()
    await expect.poll(streams).toBe(1)
    await close()
  })

  it('count a WebSocket once, when it is opened, and what is decided of each event', async () => {
    const { as, server, createDocument, close } = await openHouse({ env: on })
    const id = await createDocument()
    const sockets = async () =>
      countOf(await scrape(server.metricsPort), requests, { http_response_status_code: '101', http_route: '/graphql' })
    const allowed = async () =>
      countOf(await scrape(server.metricsPort), decisions, {
        graphql_coordinate: 'Subscription.documentChanged',
      })
    const socket = await openSocket(as.member)
    await expect.poll(sockets).toBe(1)
    await socket.initialise()
    const before = await allowed()
    socket.subscribe('1', 'subscription ($id: ID!) { documentChanged(id: $id) { title } }', { id })
    await as.member.execute('mutation ($id: ID!) { updateDocument(id: $id, title: "Another") { id } }', { id })
    expect(await socket.next()).toMatchObject({ payload: { data: { documentChanged: { title: 'Another' } } } })
    await expect.poll(allowed).toBeGreaterThan(before)
    socket.socket.close()
    await socket.closed
    expect(await sockets()).toBe(1)
    await close()
  })

  it('count operations by their type and the code of their first error', async () => {
    const { as, server, close } = await openHouse({ env: on })
    const before = await scrape(server.metricsPort)
    const { anonymous, member } = as
    await member.execute(MeDocument)
    await member.execute('{ auditEvents { totalCount } }')
    await anonymous.execute('{')
    await anonymous.execute('{ nothing }')
    await anonymous.execute('mutation { assignRole(userId: "1", role: ADMIN) { id } }')
    const after = await scrape(server.metricsPort)
    const grown = (labels: Record<string, string>) =>
      countOf(after, operations, labels) - countOf(before, operations, labels)
    expect(grown({})).toBe(5)
    expect(grown({ graphql_operation_type: 'query' })).toBe(2)
    expect(grown({ graphql_operation_type: 'query', error_type: 'FORBIDDEN' })).toBe(1)
    expect(grown({ graphql_operation_type: 'mutation', error_type: 'UNAUTHENTICATED' })).toBe(1)
    expect(grown({ error_type: 'GRAPHQL_PARSE_FAILED' })).toBe(1)
    expect(grown({ error_type: 'GRAPHQL_VALIDATION_FAILED' })).toBe(1)
    await close()
  })

  it('count what was decided of each coordinate, once an operation', async () => {
    const { as, server, ids, createDocument, close } = await openHouse({ env: on })
    const { anonymous, stranger, member, admin } = as
    const id = await createDocument()
    const grown = async (work: () => Promise<unknown>) => {
      const before = await scrape(server.metricsPort)
      await work()
      const after = await scrape(server.metricsPort)
      return (coordinate: string, decision: string, code?: string) => {
        const labels = { graphql_coordinate: coordinate, decision, ...(code && { error_type: code }) }
        return countOf(after, decisions, labels) - countOf(before, decisions, labels)
      }
    }

    const allowed = await grown(() => admin.execute('{ auditEvents { totalCount } }'))
    expect(allowed('Query.auditEvents', 'allow')).toBe(1)
    expect(allowed('Query.auditEvents', 'deny')).toBe(0)

    const denied = await grown(() => member.execute('{ auditEvents { totalCount } again: auditEvents { totalCount } }'))
    expect(denied('Query.auditEvents', 'allow')).toBe(0)
    expect(denied('Query.auditEvents', 'deny', 'FORBIDDEN')).toBe(1)

    const unknown = await grown(() => anonymous.execute('{ auditEvents { totalCount } }'))
    expect(unknown('Query.auditEvents', 'deny', 'UNAUTHENTICATED')).toBe(1)

    // A mutation that is refused whole: of what did not run, nothing was allowed.
    const mutation =
      'mutation ($id: ID!) { updateProfile(name: "Max") { id } assignRole(userId: $id, role: ADMIN) { id } }'
    const refused = await grown(() => member.execute(mutation, { id: ids.member }))
    expect(refused('Mutation.assignRole', 'deny', 'FORBIDDEN')).toBe(1)
    expect(refused('Mutation.updateProfile', 'allow')).toBe(0)

    // What hangs on the data: who may read the document, and who may not.
    const shared = await grown(() => member.execute(DocumentDocument, { id }))
    expect([shared('Document', 'allow'), shared('Document', 'deny')]).toEqual([1, 0])
    const foreign = await grown(() => stranger.execute(DocumentDocument, { id }))
    expect([foreign('Document', 'allow'), foreign('Document', 'deny', 'FORBIDDEN')]).toEqual([0, 1])

    // More denials than an answer tells one by one.
    const many = `{ ${Array.from({ length: 9 }, (_, at) => `a${at}: users(first: 100) { edges { node { email } } }`)} }`
    const strangers = await grown(() => member.execute(many))
    expect(strangers('Query.users', 'deny', 'FORBIDDEN')).toBe(1)

    const subscription = `subscription { documentChanged(id: "${id}") { id } }`
    const stream = await grown(() =>
      anonymous.send(`/graphql?query=${encodeURIComponent(subscription)}`, {
        headers: { accept: 'text/event-stream' },
      }),
    )
    expect(stream('Subscription.documentChanged', 'deny', 'UNAUTHENTICATED')).toBe(1)
    await close()
  })

  it('count what became of attempts to sign in, by the field that was asked', async () => {
    const { url, metricsPort } = await startServer({ env: on })
    const client = createClient(url)
    await client.login('member@example.com')
    for (const email of ['member@example.com', 'nobody@example.com', 'nobody@example.com'])
      await createClient(url).execute(LoginDocument, { email, password: 'wrong' })
    const account = { email: 'member@example.com', password: 'correct horse battery staple', name: 'Max' }
    await createClient(url).execute(RegisterDocument, account)
    await createClient(url).execute(CompleteSecondFactorDocument, { challenge: 'x', code: '123456' })
    for (let tries = 0; tries < 6; tries++)
      await createClient(url).execute(LoginDocument, { email: 'somebody@example.com', password: 'wrong' })
    const found = await scrape(metricsPort)
    expect(countOf(found, signIns, { ceremony: 'login', outcome: 'OK' })).toBe(1)
    expect(countOf(found, signIns, { ceremony: 'login', outcome: 'INVALID_CREDENTIALS' })).toBe(8)
    expect(countOf(found, signIns, { ceremony: 'login', outcome: 'RATE_LIMITED' })).toBe(1)
    expect(countOf(found, signIns, { ceremony: 'register', outcome: 'CONFLICT' })).toBe(1)
    expect(countOf(found, signIns, { ceremony: 'completeSecondFactor', outcome: 'INVALID_CREDENTIALS' })).toBe(1)
    expect(countOf(found, signIns)).toBe(12)
  })

  it('count sign-ins through a provider, refused ones too', async () => {
    const publicUrl = 'http://localhost:4000'
    const provider = await startProvider('one', publicUrl)
    onTestFinished(() => provider.close())
    const env = { ...on, PUBLIC_URL: publicUrl, OAUTH_PROVIDERS: JSON.stringify([provider.settings]) }
    const { url, metricsPort } = await startServer({ env })
    const client = createClient(url, publicUrl)
    provider.account = { sub: 'penny', name: 'Penny', email: 'penny@example.com', email_verified: true }
    const start = await client.send('/oauth/one/start')
    const query = await provider.visit(start.headers.get('location') ?? '')
    await client.send(`/oauth/one/callback?${query}`)
    await client.send(`/oauth/one/callback?${query}`)
    const found = await scrape(metricsPort)
    expect(countOf(found, signIns, { ceremony: 'oauth', outcome: 'OK' })).toBe(1)
    expect(countOf(found, signIns, { ceremony: 'oauth', outcome: 'REFUSED' })).toBe(1)
  })

  it('count look-ups in what an instance remembers', async () => {
    const { url, metricsPort } = await startServer({ env: { ...on, SESSION_CACHE: '5' } })
    const client = createClient(url)
    await client.login('member@example.com')
    const { token } = await createToken(client)
    const before = await scrape(metricsPort)
    for (let times = 0; times < 3; times++) dataOf(await client.execute(MeDocument))
    const program = createProgram(url, token)
    for (let times = 0; times < 2; times++) dataOf(await program.execute('{ session { id } }'))
    const after = await scrape(metricsPort)
    const grown = (cache: string, result: string) =>
      countOf(after, lookups, { cache, result }) - countOf(before, lookups, { cache, result })
    expect([grown('session', 'miss'), grown('session', 'hit')]).toEqual([1, 4])
    expect([grown('session_token', 'miss'), grown('session_token', 'hit')]).toEqual([0, 3])
    expect([grown('api_token', 'miss'), grown('api_token', 'hit')]).toEqual([1, 1])
  })

  it('have the time of the database, by statement and table', async () => {
    const { url, metricsPort } = await startServer({ env: on })
    const system = process.env.TEST_DATABASE === 'postgresql' ? 'postgresql' : 'sqlite'
    const before = await scrape(metricsPort)
    await createClient(url).login('member@example.com')
    const after = await scrape(metricsPort)
    const grown = (labels: Record<string, string>) =>
      countOf(after, statements, { db_system_name: system, ...labels }) - countOf(before, statements, labels)
    expect(grown({ db_operation_name: 'INSERT', db_collection_name: 'sessions' })).toBe(1)
    expect(grown({ db_operation_name: 'SELECT', db_collection_name: 'users' })).toBeGreaterThan(0)
    expect(grown({ db_operation_name: 'COMMIT' })).toBeGreaterThan(0)
    const sum = 'db_client_operation_duration_sum'
    expect(countOf(after, sum)).toBeGreaterThan(countOf(before, sum))
  })

  it('come to no more of them whatever clients make up', async () => {
    const { url, metricsPort } = await startServer({ env: on })
    const client = createClient(url)
    const send = async (made: string) => {
      await client.execute(`query ${made} { session { id } ${made}: __typename }`)
      await client.execute(`query ${made} { ${made} }`)
      await client.execute(`mutation ${made} { login(email: "${made}@example.com", password: "x") { __typename } }`)
      await client.execute(`query ($${made}: ID!) { node(id: $${made}) { id } }`, { [made]: made })
      await client.send(`/${made}/${made}?${made}=${made}`, {
        headers: { 'user-agent': made, host: `${made}.example` },
      })
      await client.send(`/oauth/${made}/start`)
      await client.send('/graphql', { method: 'PROPFIND' })
      await client.send('/health/live', { headers: { traceparent: made, 'x-forwarded-proto': made } })
    }
    const seriesOf = async () =>
      new Set((await scrape(metricsPort)).map(({ name, labels }) => `${name} ${JSON.stringify(labels)}`))
    await send('first')
    await send('second')
    await expect.poll(async () => countOf(await scrape(metricsPort), requests)).toBe(16)
    const before = await seriesOf()
    for (let made = 0; made < 25; made++) await send(`made_up_${made}`)
    // The throttle refuses at last, which is one more of the outcomes that there are.
    const added = [...(await seriesOf())].filter((one) => !before.has(one) && !/RATE_LIMITED|"429"|"DELETE"/.test(one))
    expect(added).toEqual([])
    expect([...(await seriesOf())].join('\n')).not.toMatch(/made_up|first|second|example/)
  })

  it('come to no more of them by what a proxy hands on', async () => {
    const { url, metricsPort } = await startServer({ env: { ...on, TRUST_PROXY: '1' } })
    const client = createClient(url)
    for (const scheme of ['http', 'https', 'wss', 'https://made-up.example', 'made_up', '"} 1\u00e9'])
      await client.send('/health/live', { headers: { 'x-forwarded-proto': scheme } })
    await expect.poll(async () => countOf(await scrape(metricsPort), requests)).toBe(6)
    const schemes = (await scrape(metricsPort))
      .filter(({ name }) => name === requests)
      .map(({ labels }) => labels.url_scheme)
    expect(schemes.toSorted()).toEqual(['_OTHER', 'http', 'https'])
  })
})

describe('the metrics of a run', () => {
  it('hold no address, id, name, password or token', async () => {
    const { as, ids, server, createDocument, close } = await openHouse({ env: on })
    const id = await createDocument()
    await as.member.execute(DocumentsDocument, { first: 10 })
    await as.stranger.execute(DocumentDocument, { id })
    const text = await (await fetch(`http://127.0.0.1:${server.metricsPort}/metrics`)).text()
    expect(text.length).toBeGreaterThan(5000)
    const session = (await as.member.cookie('session')) ?? ''
    for (const secret of [demoPassword, session, id, ...Object.values(ids), '@', 'example', 'Member', 'Plan'])
      expect(text.includes(secret), secret).toBe(false)
    await close()
  })
})
