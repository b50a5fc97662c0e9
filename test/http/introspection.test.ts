import {
  buildClientSchema,
  getIntrospectionQuery,
  type IntrospectionQuery,
  isObjectType,
  printSchema,
  validateSchema,
} from 'graphql'
import { describe, expect, it } from 'vitest'
import { schemaForRoles } from '../../src/directives/index.ts'
import { createExecutableSchema } from '../../src/graphql/schema.ts'
import { type Answer, type Client, codes, createClient } from '../support/client.ts'
import { productionEnv, startServer } from '../support/server.ts'

const introspection = getIntrospectionQuery({ oneOf: true })
const full = createExecutableSchema()

async function schemaSeenBy(client: Client): Promise<string> {
  const answer = await client.execute<IntrospectionQuery>(introspection)
  expect(answer.body.errors).toBeUndefined()
  if (!answer.body.data) throw new Error('there should be data')
  const schema = buildClientSchema(answer.body.data)
  expect(validateSchema(schema)).toEqual([])
  return printSchema(schema)
}

async function openByRole(env: Record<string, string> = {}) {
  const { url } = await startServer({ env: { INTROSPECTION: 'by-role', ...env } })
  const as = async (email?: string) => {
    const client = createClient(url)
    if (email) expect(codes(await client.login(email))).toEqual([])
    return client
  }
  return { url, as }
}

const messages = ({ body }: Answer<unknown>) => (body.errors ?? []).map(({ message }) => message)

describe('INTROSPECTION=by-role', () => {
  it('shows each viewer the schema as their roles see it', async () => {
    const { as } = await openByRole()
    for (const [email, roles] of [
      [undefined, null],
      ['member@example.com', ['MEMBER']],
      ['editor@example.com', ['EDITOR']],
      ['admin@example.com', ['ADMIN']],
    ] as const) {
      expect(await schemaSeenBy(await as(email))).toBe(printSchema(schemaForRoles(full, roles)))
    }
  })

  it('shows anonymous viewers the public part, with what they need to sign in and nothing of the rules', async () => {
    const { as } = await openByRole()
    const sdl = (await schemaSeenBy(await as())).replaceAll(/"""[\s\S]*?"""/g, '')
    expect(sdl).toContain('login(')
    expect(sdl).toContain('session: Session')
    // What permissions there are, a session tells, which whoever signs in is given.
    expect(sdl).not.toMatch(/Document|auditEvents|assignRole|enum Role|permission:|@auth|@has|AccessRule/)
  })

  it('shows no hidden type by its name, through aliases, fragments, variables and directives', async () => {
    const { as } = await openByRole()
    const member = await as('member@example.com')
    const { body } = await member.execute(
      `query ($name: String! = "AuditEvent", $no: Boolean!) {
        hidden: __type(name: $name) { name }
        __typename
        ...Rest
        ... on Query { seen: __type(name: "Document") { name } }
        skipped: __schema @skip(if: $no) { types { name } }
      }
      fragment Rest on Query { user: __type(name: "User") { fields { name } } }`,
      { no: true },
    )
    expect(body.errors).toBeUndefined()
    const user = schemaForRoles(full, ['MEMBER']).getType('User')
    const names = isObjectType(user) ? Object.keys(user.getFields()) : []
    expect(names).toContain('email')
    expect(names).not.toContain('suspended')
    expect(body.data).toEqual({
      hidden: null,
      __typename: 'Query',
      user: { fields: names.map((name) => ({ name })) },
      seen: { name: 'Document' },
    })
  })

  it('gives the same document to another viewer as that viewer sees it', async () => {
    const { as } = await openByRole()
    const [member, admin] = [await as('member@example.com'), await as('admin@example.com')]
    const query = '{ __type(name: "AuditEvent") { name } }'
    for (let round = 0; round < 3; round++) {
      expect((await member.execute(query)).body.data).toEqual({ __type: null })
      expect((await admin.execute(query)).body.data).toEqual({ __type: { name: 'AuditEvent' } })
    }
  })

  it.each([
    '{ __schema { types { name } } session { id } }',
    '{ session { id } ...F } fragment F on Query { ... { s: __schema { types { name } } } }',
    'query ($yes: Boolean = false) { session { id } __type(name: "User") @include(if: $yes) { name } }',
  ])('refuses to mix introspection with other fields: %s', async (query) => {
    const { as } = await openByRole()
    const answer = await (await as()).execute(query)
    expect(answer.status).toBe(400)
    expect(answer.body).toEqual({
      errors: [
        {
          message: 'Ask for __schema and __type in an operation of their own',
          extensions: { code: 'BAD_REQUEST' },
        },
      ],
    })
  })

  it('runs the operation that was asked for, of a document that introspects in another', async () => {
    const { as } = await openByRole()
    const client = await as()
    const query = 'query Schema { __schema { queryType { name } } } query Who { session { id } }'
    const send = (operationName: string) =>
      client.send('/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query, operationName }),
      })
    expect((await send('Who')).body).toEqual({ data: { session: null } })
    expect((await send('Schema')).body).toEqual({ data: { __schema: { queryType: { name: 'Query' } } } })
  })

  it('refuses variables that do not fit as everywhere else', async () => {
    const { as } = await openByRole()
    const answer = await (await as()).execute('query ($n: String!) { __type(name: $n) { name } }', { n: 4711 })
    expect(answer.status).toBe(400)
    expect(codes(answer)).toEqual(['BAD_USER_INPUT'])
    expect(messages(answer)).toEqual(['Variable "$n" got an invalid value; String cannot represent a non string value'])
    expect(answer.text).not.toContain('4711')
  })

  it('answers a denied field as denied, not as unknown', async () => {
    const { as } = await openByRole()
    const answer = await (await as()).execute('{ me { id } }')
    expect(answer.body).toMatchObject({
      data: { me: null },
      errors: [{ path: ['me'], extensions: { code: 'UNAUTHENTICATED' } }],
    })
  })

  it('is not kept by shared caches', async () => {
    const { as } = await openByRole()
    const { headers } = await (await as()).execute(introspection)
    expect(headers.get('cache-control')).toContain('no-store')
  })
})

describe('INTROSPECTION', () => {
  it('is by role in production unless told otherwise', async () => {
    const { url } = await startServer({ env: productionEnv })
    const sdl = await schemaSeenBy(createClient(url, productionEnv.PUBLIC_URL))
    expect(sdl).toBe(printSchema(schemaForRoles(full, null)))
  })

  it('=everyone shows the whole schema to strangers, beside other fields too', async () => {
    const { as } = await openByRole({ INTROSPECTION: 'everyone' })
    const stranger = await as()
    expect(await schemaSeenBy(stranger)).toContain('type AuditEvent')
    const { body } = await stranger.execute('{ session { id } __type(name: "AuditEvent") { name } }')
    expect(body).toEqual({ data: { session: null, __type: { name: 'AuditEvent' } } })
  })

  it('=signed-in shows a stranger nothing and a member their part', async () => {
    const { as } = await openByRole({ INTROSPECTION: 'signed-in' })
    const refused = await (await as()).execute(introspection)
    expect(refused.status).toBe(401)
    expect(codes(refused)).toEqual(['UNAUTHENTICATED'])
    expect(refused.body.data).toBeUndefined()
    const member = await as('member@example.com')
    expect(await schemaSeenBy(member)).toBe(printSchema(schemaForRoles(full, ['MEMBER'])))
  })

  it.each(['member@example.com', 'admin@example.com'])('=off shows nothing, not to %s either', async (email) => {
    const { as } = await openByRole({ INTROSPECTION: 'off' })
    const refused = await (await as(email)).execute('{ ...F } fragment F on Query { a: __type(name: "User") { name } }')
    expect(refused.status).toBe(403)
    expect(codes(refused)).toEqual(['FORBIDDEN'])
    expect(refused.body.data).toBeUndefined()
  })
})

describe('errors of requests that do not fit the schema', () => {
  /** Each names something hidden from a member, or would in graphql-js's own words. */
  const probes: [string, Record<string, unknown>?][] = [
    ['{ auditEvent { id } }'],
    ['{ me { suspende } }'],
    ['{ usrs { totalCount } }'],
    ['{ auditEvents { edges { node { foo } } } }'],
    ['{ auditEvents { edges } }'],
    ['{ auditEvents { totalCount { foo } } }'],
    ['{ auditEvents(filter: { action: [LOGIN] }) { totalCount } }'],
    ['{ auditEvents(filter: { actions: [LOGIN] }) { totalCount } }'],
    ['{ auditEvents(filtr: {}) { totalCount } }'],
    ['query ($f: AuditFiltr) { auditEvents(filter: $f) { totalCount } }'],
    ['query ($f: String) { auditEvents(filter: $f) { totalCount } }'],
    ['mutation { assignRol(userId: "1") { id } }'],
    ['mutation { assignRole { id } }'],
    ['mutation { withdrawRole(userId: "1") }'],
    ['{ node(id: "1") { ... on AuditEven { id } } }'],
    ['{ node(id: "1") { ... on AuditEvent { id } } }'],
    ['{ auditEvents { ... on User { id } } }'],
    ['{ a: auditEvents { edges { cursor } } a: users { edges { cursor } } }'],
    ['query ($f: AuditFilter) { auditEvents(filter: $f) { totalCount } }', { f: { action: [] } }],
    ['query ($f: AuditFilter) { auditEvents(filter: $f) { totalCount } }', { f: { actions: ['LOGIN'] } }],
    ['mutation ($id: ID!) { assignRole(userId: $id, role: ADMIN) { id } }', {}],
  ]
  const secrets =
    /AuditEvent|AuditFilter|AuditAction|LOGIN_|actorId|subjectId|occurredAt|suspended|UserConnection|UserEdge|withdrawRole|assignRole|"userId"|"role"|auditEvents|"users"/g

  it.each(probes)('name nothing hidden that the client did not: %s', async (query, variables = {}) => {
    const { as } = await openByRole()
    const answer = await (await as('member@example.com')).execute(query, variables)
    expect(answer.body.errors?.length).toBeGreaterThan(0)
    expect(answer.body.data).toBeUndefined()
    const leaked = answer.text.match(secrets)?.filter((name) => !query.includes(name.replaceAll('"', '')))
    expect(leaked ?? []).toEqual([])
  })

  it('suggest names that the viewer sees, and to a viewer who sees more, more', async () => {
    const { as } = await openByRole()
    const query = '{ auditEvent { id } documens { id } }'
    const [audit, documents] = ['auditEvent', 'documens'].map((name) => `Cannot query field "${name}" on type "Query".`)
    expect(messages(await (await as()).execute(query))).toEqual([audit, documents])
    expect(messages(await (await as('member@example.com')).execute(query))).toEqual([
      audit,
      `${documents} Did you mean "document" or "documents"?`,
    ])
    expect(messages(await (await as('admin@example.com')).execute(query))).toEqual([
      `${audit} Did you mean "auditEvents"?`,
      `${documents} Did you mean "document" or "documents"?`,
    ])
  })

  it('do not say of a hidden field that there is none', async () => {
    const { as } = await openByRole()
    const answer = await (await as()).execute('{ me { id } document { id } }')
    expect(messages(answer)).toEqual(['This does not fit the part of the schema that you can see'])
  })

  it('suggest nothing in production, for literals and variables alike', async () => {
    const { url } = await startServer({ env: { ...productionEnv, INTROSPECTION: 'everyone' } })
    const client = createClient(url, productionEnv.PUBLIC_URL)
    const probes: [string, Record<string, unknown>][] = [
      ['{ documens { totalCount } }', {}],
      ['query ($f: DocumentFilter) { documents(filter: $f) { totalCount } }', { f: { serch: 'x' } }],
      ['query ($f: AuditFilter) { auditEvents(filter: $f) { totalCount } }', { f: { actions: ['LOGOU'] } }],
    ]
    for (const [query, variables] of probes) {
      const answer = await client.execute(query, variables)
      expect(answer.status).toBe(400)
      expect(answer.text).not.toMatch(/Did you mean|search|LOGOUT/)
    }
  })
})

describe('x-introspection', () => {
  const narrowed = { 'x-introspection': 'by-role' }
  const openWith = async (INTROSPECTION: string, email?: string) => {
    const client = await (await openByRole({ INTROSPECTION })).as(email)
    return { client, ask: (query = introspection) => client.execute<IntrospectionQuery>(query, {}, narrowed) }
  }

  it('=by-role narrows the whole schema to what the roles of the viewer see', async () => {
    for (const [email, roles] of [
      [undefined, null],
      ['member@example.com', ['MEMBER']],
      ['admin@example.com', ['ADMIN']],
    ] as const) {
      const { ask } = await openWith('everyone', email)
      const { body } = await ask()
      if (!body.data) throw new Error('there should be data')
      expect(printSchema(buildClientSchema(body.data))).toBe(printSchema(schemaForRoles(full, roles)))
    }
  })

  it('is answered as INTROSPECTION=by-role is: of itself, and kept by no shared cache', async () => {
    const { ask } = await openWith('everyone')
    const mixed = await ask('{ session { id } __schema { queryType { name } } }')
    expect([mixed.status, codes(mixed)]).toEqual([400, ['BAD_REQUEST']])
    expect((await ask()).headers.get('cache-control')).toContain('no-store')
    expect(messages(await ask('{ auditEventz { totalCount } }'))[0]).not.toContain('auditEvents')
  })

  it('widens nothing: off stays off, and strangers are shown nothing where only users are', async () => {
    const admin = await (await openWith('off', 'admin@example.com')).ask()
    expect([admin.status, codes(admin), admin.body.data]).toEqual([403, ['FORBIDDEN'], undefined])
    const stranger = await (await openWith('signed-in')).ask()
    expect([stranger.status, codes(stranger), stranger.body.data]).toEqual([401, ['UNAUTHENTICATED'], undefined])
  })

  it.each(['everyone', 'full', 'off', ''])('means nothing with another value: %j', async (value) => {
    const { as } = await openByRole({ INTROSPECTION: 'by-role' })
    const query = '{ __type(name: "AuditEvent") { name } }'
    const ask = async (client: Client) => (await client.execute(query, {}, { 'x-introspection': value })).body.data
    expect(await ask(await as('member@example.com'))).toEqual({ __type: null })
    const open = await openByRole({ INTROSPECTION: 'everyone' })
    expect(await ask(await open.as())).toEqual({ __type: { name: 'AuditEvent' } })
  })
})
