import { ApolloServer, type ApolloServerPlugin } from '@apollo/server'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { demoPassword } from '../../src/demo.ts'
import { createApollo } from '../../src/http/apollo.ts'
import { createLogger } from '../../src/http/logger.ts'
import { authorize } from '../directives/harness.ts'
import { type Answer, type Client, codes, createClient, refusals } from '../support/client.ts'
import { countOf, scrape } from '../support/scrape.ts'
import { startServer } from '../support/server.ts'

/** Whoever asks Apollo Server is counted, and answered. */
const throughApollo = vi.spyOn(ApolloServer.prototype, 'executeHTTPGraphQLRequest')

beforeEach(() => {
  throughApollo.mockClear()
})

type Headers = Record<string, string>

async function open(env: Headers = {}) {
  const lines: Record<string, unknown>[] = []
  const logger = createLogger('trace', { write: (line) => lines.push(JSON.parse(line)) })
  const server = await startServer({ env, logger })
  const as = async (email: string | null) => {
    const client = createClient(server.url)
    if (email) expect((await client.login(email)).status).toBe(200)
    throughApollo.mockClear()
    return client
  }
  return { ...server, lines, as }
}

const post = (client: Client, body: unknown, headers: Headers = {}) =>
  client.send('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })

/** All of an answer that is not of its time alone. */
function lasting({ status, headers, text }: Answer<unknown>) {
  const { 'x-request-id': id, date: _, ...others } = Object.fromEntries(headers)
  return { status, headers: others, text: text.replaceAll(String(id), 'the request’s id') }
}

const two = 'query Name { me { name } } query Nothing { session { id } }'
const page = 'query ($first: Int! = 1) { documents(first: $first) { edges { node { id title } } totalCount } }'
const member = 'member@example.com'
const admin = 'admin@example.com'

describe('an operation that was answered before', () => {
  const known: [what: string, as: string | null, body: object, headers?: Headers][] = [
    ['a query', member, { query: '{ me { id name email roles } session { userAgent } }' }],
    ['a query of nobody', null, { query: '{ session { id } __typename }' }],
    ['what is refused to who is not signed in', null, { query: '{ me { name } session { id } }' }],
    ['what is denied to some', member, { query: '{ me { name suspended } }' }],
    [
      'aliases, fragments and conditions',
      member,
      {
        query:
          'query ($no: Boolean = false) { a: me { ...f } b: me { ... on User { email @include(if: $no) } } } fragment f on User { name suspended }',
      },
    ],
    ['the operation that is named', member, { query: two, operationName: 'Name' }],
    ['the other one of the document', member, { query: two, operationName: 'Nothing' }],
    ['variables', member, { query: page, variables: { first: 2 } }],
    ['variables by default', member, { query: page }],
    ['no variables, said as null', member, { query: page, variables: null, operationName: null, extensions: null }],
    ['an argument that is refused', member, { query: '{ documents(first: 1000) { totalCount } }' }],
    ['a field that is not found', member, { query: '{ node(id: "no such thing") { id } }' }],
    ['a mutation', admin, { query: 'mutation { updateProfile(name: "Somebody") { ... on User { name } } }' }],
    [
      'what is refused as data',
      null,
      { query: `mutation { login(email: "nobody@example.com", password: "x") { __typename } }` },
    ],
    ['as any type', member, { query: '{ me { name } }' }, { accept: '*/*' }],
    [
      'as a GraphQL response',
      member,
      { query: '{ me { name } }' },
      { accept: 'application/graphql-response+json, application/json;q=0.9' },
    ],
    [
      'to a client that takes events too',
      member,
      { query: '{ me { name } }' },
      { accept: 'application/json, text/event-stream' },
    ],
    ['to an allowed origin', member, { query: '{ me { name } }' }, { origin: 'https://app.example.com' }],
  ]
  it.each(known)('is answered the same, without Apollo Server: %s', async (_, email, body, headers) => {
    const { as } = await open({ ALLOWED_ORIGINS: 'https://app.example.com' })
    const client = await as(email)
    const first = await post(client, body, headers)
    expect(throughApollo).toHaveBeenCalledOnce()
    const second = await post(client, body, headers)
    const third = await post(client, body, headers)
    expect(throughApollo).toHaveBeenCalledOnce()
    expect(lasting(second)).toEqual(lasting(first))
    expect(lasting(third)).toEqual(lasting(first))
  })

  const unknown: [what: string, body: unknown, headers?: Headers][] = [
    ['another text', { query: '{ me { name  } }' }],
    ['a name that it does not have', { query: '{ me { name } }', operationName: 'Name' }],
    ['an empty name', { query: '{ me { name } }', operationName: '' }],
    ['extensions', { query: '{ me { name } }', extensions: { persistedQuery: { version: 1, sha256Hash: 'x' } } }],
    ['extensions of no kind', { query: '{ me { name } }', extensions: 'x' }],
    ['variables of no kind', { query: '{ me { name } }', variables: 'x' }],
    ['variables in a list', { query: '{ me { name } }', variables: [1] }],
    ['a name of no kind', { query: '{ me { name } }', operationName: 1 }],
    ['a list', [{ query: '{ me { name } }' }]],
    ['no operation', { query: ['{ me { name } }'] }],
    ['a type that nobody can give', { query: '{ me { name } }' }, { accept: 'image/png' }],
    ['events alone', { query: '{ me { name } }' }, { accept: 'text/event-stream' }],
  ]
  it.each(unknown)('is another one with %s, and is answered as if it came first', async (_, body, headers) => {
    const fresh = await open()
    const expected = lasting(await post(await fresh.as(member), body, headers))
    const { as } = await open()
    const client = await as(member)
    for (let time = 0; time < 2; time++) await post(client, { query: '{ me { name } }' })
    for (let time = 0; time < 3; time++) expect(lasting(await post(client, body, headers))).toEqual(expected)
  })

  it('is read anew with variables that do not fit', async () => {
    const { as } = await open()
    const client = await as(member)
    for (let time = 0; time < 2; time++) await post(client, { query: page })
    for (const first of ['one', null, { of: 1 }, 2 ** 40]) {
      const refused = await post(client, { query: page, variables: { first } })
      expect([refused.status, codes(refused), refused.body.data]).toEqual([400, ['BAD_USER_INPUT'], undefined])
    }
    expect((await post(client, { query: page, variables: { first: 1 } })).status).toBe(200)
    expect(throughApollo).toHaveBeenCalledTimes(5)
  })

  it('is decided anew for each viewer, and in each request', async () => {
    const { as, application } = await open()
    const query = '{ me { name suspended } }'
    const [ofAdmin, ofMember, nobody] = [await as(admin), await as(member), await as(null)]
    for (let time = 0; time < 3; time++) {
      const [all, some, none] = await Promise.all([ofAdmin, ofMember, nobody].map((one) => post(one, { query })))
      expect(all?.body).toEqual({ data: { me: { name: 'Ada Admin', suspended: false } } })
      expect(some && refusals(some)).toEqual([['FORBIDDEN', 'me.suspended']])
      expect(none && refusals(none)).toEqual([['UNAUTHENTICATED', 'me']])
    }
    const { users, roles } = application.identity
    const person = await users.findByEmail(admin)
    if (!person) throw new Error('expected the administrator')
    await roles.withdraw(person.id, 'ADMIN')
    expect(refusals(await post(ofAdmin, { query }))).toEqual([['FORBIDDEN', 'me.suspended']])
    expect((await ofAdmin.execute('mutation { logout }')).status).toBe(200)
    expect(refusals(await post(ofAdmin, { query }))).toEqual([['UNAUTHENTICATED', 'me']])
  })

  it('is answered and denied the same once its objects are read by functions of their own', async () => {
    const { as } = await open()
    const query = '{ documents(first: 100) { edges { node { id title owner { name suspended } } } } }'
    const clients = [await as(admin), await as(member), await as(null)]
    const make = vi.spyOn(globalThis, 'Function')
    const ask = async () => (await Promise.all(clients.map((client) => post(client, { query })))).map(lasting)
    const first = await ask()
    const [ofAdmin, ofMember, ofNobody] = first.map(({ text }) => text)
    const documents = ofMember?.split('"title"').length ?? 0
    expect(ofAdmin).toContain('"suspended":false')
    expect(ofMember).toMatch(/FORBIDDEN.*"suspended":null/)
    expect(ofMember).not.toContain('"suspended":false')
    expect(ofNobody).toMatch(/UNAUTHENTICATED.*"documents":null/)
    for (let time = 0; time <= 1000 / (documents - 1); time++) await ask()
    expect(make.mock.calls.length).toBeGreaterThan(1)
    expect(make.mock.calls.flat().join()).not.toMatch(/suspended|title/)
    make.mockRestore()
    expect(await ask()).toEqual(first)
  })

  it('is refused whole where it is a mutation, and writes nothing', async () => {
    const { as } = await open()
    const [ofAdmin, ofMember, nobody] = [await as(admin), await as(member), await as(null)]
    const create =
      'mutation ($title: String!) { createDocument(title: $title, body: "A text") { owner { suspended } } }'
    const created = await post(ofAdmin, { query: create, variables: { title: 'First' } })
    expect(created.body.errors).toBeUndefined()
    const count = async () => {
      const { body } = await ofAdmin.execute<{ documents: { totalCount: number } }>('{ documents { totalCount } }')
      return body.data?.documents.totalCount ?? Number.NaN
    }
    const before = await count()
    throughApollo.mockClear()
    const [denied, stranger] = [
      await post(ofMember, { query: create, variables: { title: 'Second' } }),
      await post(nobody, { query: create, variables: { title: 'Third' } }),
    ]
    expect(throughApollo).not.toHaveBeenCalled()
    expect([denied.status, refusals(denied), denied.body.data]).toEqual([
      403,
      [['FORBIDDEN', 'createDocument.owner.suspended']],
      undefined,
    ])
    expect([stranger.status, refusals(stranger)]).toEqual([401, [['UNAUTHENTICATED', 'createDocument']]])
    expect(await count()).toBe(before)
    await post(ofAdmin, { query: create, variables: { title: 'Fourth' } })
    expect(await count()).toBe(before + 1)
  })

  it('sets cookies, and checks a password each time', async () => {
    const { as } = await open()
    const client = await as(null)
    const query =
      'mutation ($password: String!) { login(email: "member@example.com", password: $password) { __typename } }'
    await post(client, { query, variables: { password: 'wrong' } })
    await post(client, { query, variables: { password: 'wrong again' } })
    expect(await client.cookie('session')).toBeUndefined()
    const answer = await post(client, { query, variables: { password: demoPassword } })
    expect(throughApollo).toHaveBeenCalledOnce()
    expect(answer.headers.get('set-cookie')).toMatch(/session=/)
    expect((await client.execute('{ session { id } }')).body.data).toEqual({ session: { id: expect.any(String) } })
  })

  it('explains itself in development, and shows each the schema that is asked for', async () => {
    const { as } = await open({ NODE_ENV: 'development' })
    const client = await as(member)
    for (const query of ['{ me { name } }', '{ __schema { queryType { fields { name } } } }'])
      for (let time = 0; time < 2; time++) await post(client, { query })
    const explained = await post(client, { query: '{ me { name } }' }, { 'x-explain-authorization': 'true' })
    expect(JSON.parse(explained.text).extensions.authorization).toHaveLength(2)
    const fields = async (headers: Headers) =>
      (await post(client, { query: '{ __schema { queryType { fields { name } } } }' }, headers)).text
    expect(await fields({})).toContain('accessMatrix')
    expect(await fields({ 'x-introspection': 'by-role' })).not.toContain('accessMatrix')
  })

  it('is found in the log by its name and its id', async () => {
    const { as, lines, database } = await open()
    const client = await as(null)
    const body = { query: 'mutation Try { login(email: "a@example.com", password: "x") { __typename } }' }
    await post(client, body)
    await database.close()
    lines.length = 0
    const answer = await post(client, body)
    expect(throughApollo).toHaveBeenCalledOnce()
    const id = answer.headers.get('x-request-id')
    expect(answer.body.errors).toMatchObject([{ message: 'Internal server error', extensions: { correlationId: id } }])
    await expect
      .poll(() => lines.filter(({ msg }) => msg === 'request'))
      .toMatchObject([{ requestId: id, operation: 'Try' }])
    expect(lines.filter(({ level }) => level === 50)).toMatchObject([
      { requestId: id, path: 'login', msg: 'a field failed' },
    ])
  })

  it('is counted each time', async () => {
    const { as, metricsPort } = await open({ METRICS_PORT: '0' })
    const client = await as(member)
    for (let time = 0; time < 3; time++) await post(client, { query: 'query Who { me { suspended } }' })
    expect(throughApollo).toHaveBeenCalledOnce()
    const counted = await scrape(metricsPort)
    expect(countOf(counted, 'gatehouse_graphql_operation_duration_count', { graphql_operation_type: 'query' })).toBe(3)
  })

  it('is forgotten once there are a thousand others', async () => {
    const { as } = await open()
    const client = await as(null)
    const texts = Array.from({ length: 1001 }, (_, index) => `{ a${index}: __typename }`)
    for (const query of texts) await post(client, { query })
    throughApollo.mockClear()
    await post(client, { query: texts[1000] })
    expect(throughApollo).not.toHaveBeenCalled()
    await post(client, { query: texts[0] })
    expect(throughApollo).toHaveBeenCalledOnce()
  })

  it('is of the one document that is kept of its text, when that is read anew', async () => {
    const { as } = await open()
    const client = await as(null)
    const query = 'query A { __typename } query B { __typename }'
    await post(client, { query, operationName: 'A' })
    // So much that Apollo Server forgets the first; as it is sent, it is not remembered itself.
    for (let index = 0; index < 12; index++)
      await post(client, { query: `#${index}${'x'.repeat(90_000)}\n{ __typename }`, extensions: {} })
    await post(client, { query, operationName: 'B' })
    throughApollo.mockClear()
    await post(client, { query, operationName: 'B' })
    expect(throughApollo).not.toHaveBeenCalled()
    await post(client, { query, operationName: 'A' })
    expect(throughApollo).toHaveBeenCalledOnce()
    throughApollo.mockClear()
    await post(client, { query, operationName: 'A' })
    await post(client, { query, operationName: 'B' })
    expect(throughApollo).not.toHaveBeenCalled()
  })

  it('is forgotten once there are a million characters of others', async () => {
    const { as } = await open()
    const client = await as(null)
    const texts = Array.from({ length: 12 }, (_, index) => `#${index}${'x'.repeat(90_000)}\n{ __typename }`)
    for (const query of texts) await post(client, { query })
    throughApollo.mockClear()
    await post(client, { query: texts[11] })
    expect(throughApollo).not.toHaveBeenCalled()
    await post(client, { query: texts[0] })
    expect(throughApollo).toHaveBeenCalledOnce()
  })
})

describe('createApollo()', () => {
  it('knows no operation where there are more plugins, which hear of each', async () => {
    const heard: unknown[] = []
    const listening: ApolloServerPlugin = {
      requestDidStart: async ({ request }) => {
        heard.push(request.query)
      },
    }
    const schema = authorize('type Query { open: String @public }', {})
    const parts = {
      schema,
      formatError: (error: object) => error,
      validationRules: [],
      config: { environment: 'production', introspection: 'off' },
      logger: createLogger('silent'),
    } as never
    expect(createApollo(parts).known).not.toBeNull()
    const { apollo, known } = createApollo({ ...(parts as object), plugins: [listening] } as never)
    expect(known).toBeNull()
    await apollo.executeOperation({ query: '{ open }' }, { contextValue: { streaming: {} } as never })
    expect(heard).toEqual(['{ open }'])
  })
})
