import { ApolloServer, type GraphQLResponse } from '@apollo/server'
import { type GraphQLFormattedError, type GraphQLSchema, parse } from 'graphql'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { authorizationPlugin, authorizeOperation, type Viewer } from '../../src/directives/index.ts'
import { admin, anonymous, authorize, editor, errorsOf, member, run, type TestContext } from './harness.ts'

const write = vi.fn((..._: unknown[]): unknown => ({ id: '1', secret: 'the secret', owner: { id: 'member' } }))
const schema = authorize(
  `interface Node { id: ID }
  type Doc implements Node { id: ID secret: String @hasRole(role: EDITOR) owner: Person own: String @allow(any: [{ owner: "id" }]) }
  type Person implements Node { id: ID email: String @hasRole(role: ADMIN) }
  type Vault implements Node @hasRole(role: ADMIN) { id: ID }
  type Login { person: Person vault: Vault }
  type Part { text: String vault: Vault @public vaults: [Vault] @public person: Person @public }
  union Thing = Doc | Person
  input Change { title: String, price: Int = 3 @hasRole(role: EDITOR), nested: [Change!] }
  type Query {
    docs: [Doc!] @auth
    vaults: [Vault] @public
    found: Vault @public
    node(id: ID): Node @public
    open: String @public
  }
  type Mutation {
    touch: Doc @public
    change(input: Change, secret: String @hasRole(role: ADMIN)): Doc @auth
    lock: Vault @public
    locks: [Vault] @public
    thing: Thing @public
    part: Part @public
    recent: Doc @auth(maxAge: 60)
    login: Login @public @signsIn
    own(id: ID): Doc @hasAccess(level: WRITE, resource: "Doc")
  }`,
  {
    Query: {
      docs: () => [
        { id: 'member', secret: 's' },
        { id: '2', secret: 's' },
      ],
      vaults: () => [{ id: '1' }],
      found: () => null,
      node: () => ({ __typename: 'Doc', id: '1' }),
      open: () => 'open',
    },
    Mutation: Object.fromEntries(
      ['touch', 'change', 'lock', 'locks', 'recent', 'own', 'part']
        .map((name) => [name, write])
        .concat([
          ['thing', (...call: unknown[]) => ({ __typename: 'Person', ...(write(...call) as object) })],
          [
            'login',
            (_: unknown, __: unknown, context: TestContext) => {
              write()
              context.established = admin
              return { person: { id: 'admin', email: 'a@b' }, vault: { id: '1' } }
            },
          ],
        ] as never),
    ),
  },
  { access: (_, { ids }) => ids.map((id) => id === 'mine') },
)
const server = new ApolloServer<TestContext>({
  schema,
  introspection: true,
  plugins: [authorizationPlugin(schema)],
  includeStacktraceInErrorResponses: false,
})

interface Answer {
  status: number | undefined
  headers: Map<string, string>
  data: unknown
  errors: readonly GraphQLFormattedError[] | undefined
}

async function send(query: string, viewer: Viewer | null, variables: Record<string, unknown> = {}): Promise<Answer> {
  const response: GraphQLResponse = await server.executeOperation({ query, variables }, { contextValue: { viewer } })
  if (response.body.kind !== 'single') throw new Error('expected one result')
  const { data, errors } = JSON.parse(JSON.stringify(response.body.singleResult))
  return { status: response.http.status, headers: response.http.headers, data, errors }
}

beforeEach(() => {
  write.mockClear()
})

describe('a mutation under authorizationPlugin()', () => {
  it.each([
    ['a field rule', 'mutation { change { id } }', anonymous, 401, [['change', 'UNAUTHENTICATED']]],
    ['a field of its payload', 'mutation { a: touch { id x: secret } }', member, 403, [['a.x', 'FORBIDDEN']]],
    ['a field deep in it', 'mutation { touch { owner { email } } }', editor, 403, [['touch.owner.email', 'FORBIDDEN']]],
    [
      'a fragment',
      'mutation { touch { ...F } } fragment F on Node { ... on Doc { secret } }',
      member,
      403,
      [['touch.secret', 'FORBIDDEN']],
    ],
    ['its payload type', 'mutation { lock { id } }', editor, 403, [['lock', 'FORBIDDEN']]],
    ['the type of its items', 'mutation { locks { id } }', anonymous, 401, [['locks', 'UNAUTHENTICATED']]],
    [
      'age',
      'mutation { recent { id } }',
      { id: 'old', roles: ['MEMBER'] },
      401,
      [['recent', 'REAUTHENTICATION_REQUIRED']],
    ],
    [
      'what a public field of its payload finds',
      'mutation { part { text vault { id } } }',
      editor,
      403,
      [['part.vault', 'FORBIDDEN']],
    ],
    [
      'a field of what it finds',
      'mutation { x: part { ...F } } fragment F on Part { person { e: email } }',
      anonymous,
      401,
      [['x.person.e', 'UNAUTHENTICATED']],
    ],
    [
      'the items of a public list in it',
      'mutation { part { vaults { id } } }',
      member,
      403,
      [['part.vaults', 'FORBIDDEN']],
    ],
    [
      'the second of two fields',
      'mutation { touch { id } b: touch { secret } }',
      member,
      403,
      [['b.secret', 'FORBIDDEN']],
    ],
    [
      'several',
      'mutation { touch { secret } lock { id } }',
      member,
      403,
      [
        ['touch.secret', 'FORBIDDEN'],
        ['lock', 'FORBIDDEN'],
      ],
    ],
    ['an argument', 'mutation { change(secret: null) { id } }', member, 403, [['change', 'FORBIDDEN']]],
    [
      'a nested input field',
      'mutation { change(input: { nested: [{ price: 3 }] }) { id } }',
      member,
      403,
      [['change', 'FORBIDDEN']],
    ],
    [
      'every possible type',
      'mutation { thing { ... on Doc { secret } ... on Person { email } } }',
      member,
      403,
      [
        ['thing.secret', 'FORBIDDEN'],
        ['thing.email', 'FORBIDDEN'],
      ],
    ],
  ] as const)('is refused whole by %s, and nothing runs', async (_, query, viewer, status, errors) => {
    const answer = await send(query, viewer)
    expect(answer).toMatchObject({ status })
    expect(answer.data).toBeUndefined()
    expect(errorsOf(answer as never)).toEqual(errors)
    expect(write).not.toHaveBeenCalled()
  })

  it.each([
    [
      'what is skipped',
      'mutation ($no: Boolean!) { touch { id secret @include(if: $no) owner @skip(if: true) { email } } }',
      member,
    ],
    [
      'what one possible type alone denies',
      'mutation { thing { ... on Doc { secret } ... on Person { id } } }',
      member,
    ],
    ['what the data decides', 'mutation { touch { own } }', member],
    ['a default of the schema', 'mutation { change(input: { title: "x", nested: [{}] }) { id } }', member],
    ['what is selected below @signsIn', 'mutation { login { person { email } vault { id } } }', anonymous],
  ])('runs with %s', async (_, query, viewer) => {
    const answer = await send(query, viewer, { no: false })
    expect(answer.status).toBeUndefined()
    expect(answer.data).not.toBeUndefined()
    expect(write).toHaveBeenCalledOnce()
  })

  it.each([
    ['an input variable', 'mutation ($input: Change) { change(input: $input) { id } }', { input: { price: 3 } }, true],
    [
      'explicit null in one',
      'mutation ($input: Change) { change(input: $input) { id } }',
      { input: { price: null } },
      true,
    ],
    [
      'an input variable without it',
      'mutation ($input: Change) { change(input: $input) { id } }',
      { input: {} },
      false,
    ],
    ['a variable for it', 'mutation ($price: Int) { change(input: { price: $price }) { id } }', { price: 1 }, true],
    ['a variable that is not given', 'mutation ($price: Int) { change(input: { price: $price }) { id } }', {}, false],
    ['a default of the operation', 'mutation ($price: Int = 1) { change(input: { price: $price }) { id } }', {}, true],
  ])('counts %s as the client sent it', async (_, query, variables, refused) => {
    const answer = await send(query, member, variables)
    expect(answer.status).toBe(refused ? 403 : undefined)
    expect(write).toHaveBeenCalledTimes(refused ? 0 : 1)
  })

  it('leaves variables that do not fit to the executor, and runs nothing', async () => {
    const answer = await send('mutation ($p: Int) { change(input: { price: $p }) { id } }', member, { p: 'text' })
    expect(answer.data).toBeUndefined()
    expect(answer.errors?.[0]?.extensions?.code).toBe('BAD_USER_INPUT')
    expect(write).not.toHaveBeenCalled()
  })

  it('decides data rules before the field runs', async () => {
    expect(errorsOf((await send('mutation { own(id: "other") { id } }', member)) as never)).toEqual([
      ['own', 'FORBIDDEN'],
    ])
    expect(write).not.toHaveBeenCalled()
    expect((await send('mutation { own(id: "mine") { id } }', member)).data).toEqual({ own: { id: '1' } })
  })

  it('is refused when finding out who asks fails', async () => {
    const failing = authorize(
      'type Query { a: Int @public } type Mutation { write: Int @auth open: Int @public }',
      { Mutation: { write, open: () => 1 } },
      { viewer: () => Promise.reject(new Error('the store is down')), onError: () => {} },
    )
    const broken = new ApolloServer<TestContext>({ schema: failing, plugins: [authorizationPlugin(failing)] })
    const response = await broken.executeOperation(
      { query: 'mutation { write open }' },
      { contextValue: { viewer: admin } },
    )
    expect(response.http.status).toBe(500)
    expect(JSON.stringify(response.body)).toContain('INTERNAL_SERVER_ERROR')
    expect(JSON.stringify(response.body)).not.toContain('the store')
    expect(write).not.toHaveBeenCalled()
  })
})

describe('a query under authorizationPlugin()', () => {
  it('keeps status 200 and all that is allowed', async () => {
    const answer = await send('{ open docs { id secret own } found { id } }', member)
    expect(answer.status).toBeUndefined()
    expect(answer.data).toEqual({
      open: 'open',
      docs: [
        { id: 'member', secret: null, own: null },
        { id: '2', secret: null, own: null },
      ],
      found: null,
    })
    expect(errorsOf(answer as never).sort()).toEqual([
      ['docs.0.secret', 'FORBIDDEN'],
      ['docs.1.own', 'FORBIDDEN'],
      ['docs.1.secret', 'FORBIDDEN'],
    ])
  })

  it('gives the same as without the plugin, place by place', async () => {
    const queries = ['{ docs { id secret } }', '{ vaults { id } open }', '{ node { id ... on Doc { secret } } }']
    for (const query of queries) {
      for (const viewer of [anonymous, member, editor, admin]) {
        const plain = await run(schema, query, viewer)
        const answer = await send(query, viewer)
        expect(answer.data).toEqual(plain.data)
        expect(errorsOf(answer as never).sort()).toEqual(errorsOf(plain).sort())
        const [first] = plain.errors ?? []
        if (first) expect(answer.errors?.[0]).toMatchObject({ message: first.message, locations: first.locations })
      }
    }
  })

  it('tells caches to keep it from others where a guarded coordinate is selected', async () => {
    const guarded = await send('{ docs { id } }', admin)
    expect(guarded.headers.get('cache-control')).toBe('private, no-store')
    expect(guarded.headers.get('vary')).toBe('Cookie, Authorization')
    expect((await send('{ open }', admin)).headers.get('vary')).toBeUndefined()
  })
})

describe('many denials', () => {
  const size = 250
  const items = Array.from({ length: size }, (_, id) => ({ id, a: 'a', b: 'b' }))
  const large = authorize(
    `type Item { id: ID a: String @hasRole(role: ADMIN) b: String @hasRole(role: ADMIN) }
    type Strict { id: ID a: String! @hasRole(role: ADMIN) }
    type Query { items: [Item] @auth strict: [Strict] @auth broken: Int @public }`,
    {
      Query: {
        items: () => items,
        strict: () => items,
        broken: () => {
          throw new Error('broken')
        },
      },
    },
  )
  const crowded = new ApolloServer<TestContext>({ schema: large, plugins: [authorizationPlugin(large)] })
  const ask = async (query: string) => {
    const response = await crowded.executeOperation({ query }, { contextValue: { viewer: member } })
    if (response.body.kind !== 'single') throw new Error('expected one result')
    return JSON.parse(JSON.stringify(response.body.singleResult))
  }

  it('are told as the first hundred in response order and a count of the rest by coordinate', async () => {
    const result = await ask('{ broken items { id b a } }')
    expect(result.data.items).toHaveLength(size)
    expect(result.data.items[size - 1]).toEqual({ id: '249', b: null, a: null })
    const denials = result.errors.slice(1, -1).map(({ path }: { path: string[] }) => path.join('.'))
    expect(result.errors[0].message).toBe('broken')
    expect(denials).toHaveLength(100)
    expect(denials.slice(0, 4)).toEqual(['items.0.b', 'items.0.a', 'items.1.b', 'items.1.a'])
    expect(denials[99]).toBe('items.49.a')
    expect(result.errors.at(-1).extensions).toEqual({ code: 'FORBIDDEN', omitted: { 'Item.b': 200, 'Item.a': 200 } })
  })

  it('are counted too where each makes its object null', async () => {
    const result = await ask('{ strict { id a } }')
    expect(result.data.strict).toEqual(items.map(() => null))
    expect(result.errors).toHaveLength(101)
    expect(result.errors.at(-1).extensions.omitted).toEqual({ 'Strict.a': 150 })
  })

  it('are all told where nothing can count them', async () => {
    expect((await run(large, '{ items { a b } }', member)).errors).toHaveLength(size * 2)
  })

  it('have no stacks', async () => {
    const { graphql } = await import('graphql')
    const result = await graphql({ schema: large, source: '{ items { a } }', contextValue: { viewer: member } })
    expect(result.errors?.[0]?.stack).not.toMatch(/\n\s+at /)
  })
})

describe('authorizeOperation()', () => {
  const decide = (source: string, viewer: Viewer | null, variableValues = {}, target: GraphQLSchema = schema) =>
    authorizeOperation(target, { document: parse(source), viewer, variableValues })

  it('allows what the viewer alone decides in their favour', () => {
    expect(decide('mutation { touch { id secret } }', editor)).toEqual({ allowed: true, denials: [] })
    expect(decide('{ docs { secret } }', editor)).toEqual({ allowed: true, denials: [] })
  })

  it('names the coordinate, the path and the code of what it denies', () => {
    expect(decide('{ d: docs { s: secret owner { email } } }', member)).toEqual({
      allowed: false,
      denials: [
        { coordinate: 'Doc.secret', path: ['d', 's'], code: 'FORBIDDEN' },
        { coordinate: 'Person.email', path: ['d', 'owner', 'email'], code: 'FORBIDDEN' },
      ],
    })
    expect(decide('{ docs { id } }', anonymous).denials).toEqual([
      { coordinate: 'Query.docs', path: ['docs'], code: 'UNAUTHENTICATED' },
    ])
    expect(decide('{ vaults { id } }', editor).denials).toEqual([
      { coordinate: 'Vault', path: ['vaults'], code: 'FORBIDDEN' },
    ])
  })

  it('finds nothing wrong with a public field that may find nothing', () => {
    expect(decide('{ found { id } }', anonymous).allowed).toBe(true)
  })

  it('takes the operation that is named, and says so when there is none', () => {
    const document = parse('query A { open } query B { docs { secret } }')
    expect(authorizeOperation(schema, { document, operationName: 'A', viewer: member }).allowed).toBe(true)
    expect(authorizeOperation(schema, { document, operationName: 'B', viewer: member }).allowed).toBe(false)
    expect(() => authorizeOperation(schema, { document, operationName: 'C', viewer: member })).toThrow(/operationName/)
    expect(() => authorizeOperation(schema, { document, viewer: member })).toThrow(/operationName/)
  })

  it('throws for variables that do not fit', () => {
    expect(() => decide('mutation ($p: Int) { change(input: { price: $p }) { id } }', member, { p: 'x' })).toThrow(
      /\$p/,
    )
  })

  it('takes a fragment bomb in its stride', () => {
    const levels = Array.from(
      { length: 25 },
      (_, i) => `fragment F${i} on Doc { a: owner { ...P${i} } b: owner { ...P${i} } }
      fragment P${i} on Person { id ${i === 24 ? 'email' : ''} }`,
    )
    const bomb = `{ docs { ${levels.map((_, i) => `...F${i}`).join(' ')} } } ${levels.join(' ')}`
    expect(decide(bomb, member).allowed).toBe(false)
  })
})

describe('authorizationPlugin()', () => {
  it('stops the start over another schema than its own', async () => {
    const other = authorize('type Query { a: Int @public }')
    const mistaken = new ApolloServer({ schema: other, plugins: [authorizationPlugin(schema)] })
    await expect(mistaken.start()).rejects.toThrow(/the schema of the server/)
  })

  it('keeps two executions apart that share one context', async () => {
    const contextValue = { viewer: member }
    const [first, second] = await Promise.all([
      server.executeOperation({ query: '{ docs { secret } }' }, { contextValue }),
      server.executeOperation({ query: '{ docs { id } }' }, { contextValue }),
    ])
    expect(JSON.stringify(first.body)).toContain('docs')
    expect(first.body.kind === 'single' && first.body.singleResult.errors).toHaveLength(2)
    expect(second.body.kind === 'single' && second.body.singleResult.errors).toBeUndefined()
  })
})
