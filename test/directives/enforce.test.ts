import { describe, expect, it, vi } from 'vitest'
import { admin, anonymous, authorize, editor, errorsOf, member, run } from './harness.ts'

describe('a rule on a field', () => {
  const resolver = vi.fn(() => 'the secret')
  const schema = authorize(
    `type Query {
      open: String @public
      signedIn: String @auth
      editors: String @hasRole(role: EDITOR)
      both: String @hasRole(role: EDITOR) @hasPermission(permission: MANAGE_ALL)
      either: String @hasRole(role: [EDITOR, ADMIN])
    }`,
    { Query: { open: () => 'open', signedIn: resolver, editors: resolver, both: resolver, either: resolver } },
  )

  it('lets those in for whom it holds', async () => {
    expect(await run(schema, '{ open signedIn }', member)).toEqual({ data: { open: 'open', signedIn: 'the secret' } })
    expect(await run(schema, '{ editors either }', editor)).toEqual({
      data: { editors: 'the secret', either: 'the secret' },
    })
  })

  it('holds through roles that include another', async () => {
    expect(await run(schema, '{ editors }', admin)).toEqual({ data: { editors: 'the secret' } })
  })

  it('answers an anonymous viewer with null and UNAUTHENTICATED at the path, and runs nothing', async () => {
    resolver.mockClear()
    const result = await run(schema, '{ open a: signedIn editors }', anonymous)
    expect(result.data).toEqual({ open: 'open', a: null, editors: null })
    expect(errorsOf(result)).toEqual([
      ['a', 'UNAUTHENTICATED'],
      ['editors', 'UNAUTHENTICATED'],
    ])
    expect(result.errors?.[0]?.message).toBe('You must be signed in to do this')
    expect(resolver).not.toHaveBeenCalled()
  })

  it('answers a viewer without the role with null and FORBIDDEN at the path, and runs nothing', async () => {
    resolver.mockClear()
    const result = await run(schema, '{ x: editors }', member)
    expect(result.data).toEqual({ x: null })
    expect(errorsOf(result)).toEqual([['x', 'FORBIDDEN']])
    expect(result.errors?.[0]?.message).toBe("You don't have permission to view this")
    expect(resolver).not.toHaveBeenCalled()
  })

  it('must hold each time it is repeated', async () => {
    expect(errorsOf(await run(schema, '{ both }', editor))).toEqual([['both', 'FORBIDDEN']])
    expect(await run(schema, '{ both }', admin)).toEqual({ data: { both: 'the secret' } })
  })

  it.each([
    ['a role in other letters', ['editor']],
    ['a role that contains another', ['NOTEDITOR', 'EDITORS']],
    ['prototype keys', ['__proto__', 'constructor', 'toString']],
    ['a string in place of an array', 'EDITOR'],
    ['an object in place of an array', { EDITOR: true, length: 1 }],
    ['nested arrays', [['EDITOR']]],
    ['null', null],
  ])('takes %s for no role, and the viewer for signed in', async (_, roles) => {
    const viewer = { id: 'x', roles: roles as string[] }
    expect(errorsOf(await run(schema, '{ editors either }', viewer))).toEqual([
      ['editors', 'FORBIDDEN'],
      ['either', 'FORBIDDEN'],
    ])
    expect(await run(schema, '{ signedIn }', viewer)).toEqual({ data: { signedIn: 'the secret' } })
  })

  it('stays synchronous where the viewer alone decides', async () => {
    const { executeSync, parse } = await import('graphql')
    const result = executeSync({ schema, document: parse('{ signedIn editors }'), contextValue: { viewer: member } })
    expect(result.data).toEqual({ signedIn: 'the secret', editors: null })
  })
})

describe('@auth(maxAge:, interactive:)', () => {
  const now = Date.UTC(2026, 0, 1)
  const schema = authorize(
    `type Query {
      fresh: String @auth(maxAge: 60)
      browser: String @auth(interactive: true)
      freshAdmin: String @auth(maxAge: 60) @hasRole(role: ADMIN)
    }`,
    { Query: { fresh: () => 'yes', browser: () => 'yes', freshAdmin: () => 'yes' } },
    { now: () => now },
  )
  const aged = (seconds: number) => ({ id: 'x', roles: ['MEMBER'], authenticatedAt: new Date(now - seconds * 1000) })

  it('holds up to and at the age', async () => {
    expect(await run(schema, '{ fresh browser }', aged(60))).toEqual({ data: { fresh: 'yes', browser: 'yes' } })
  })

  it('asks to sign in again a second later', async () => {
    const result = await run(schema, '{ fresh }', aged(61))
    expect(result.data).toEqual({ fresh: null })
    expect(errorsOf(result)).toEqual([['fresh', 'REAUTHENTICATION_REQUIRED']])
  })

  it('takes a viewer without a time, or with an invalid one, for too old', async () => {
    for (const authenticatedAt of [undefined, new Date(Number.NaN), '2026-01-01' as unknown as Date]) {
      const result = await run(schema, '{ fresh }', { id: 'x', roles: [], authenticatedAt })
      expect(errorsOf(result)).toEqual([['fresh', 'REAUTHENTICATION_REQUIRED']])
    }
  })

  it('forbids API tokens, however fresh', async () => {
    for (const viewer of [
      { ...aged(0), interactive: false },
      { ...aged(0), permissions: ['READ_ALL'] },
    ]) {
      const result = await run(schema, '{ fresh browser }', viewer)
      expect(errorsOf(result)).toEqual([
        ['fresh', 'FORBIDDEN'],
        ['browser', 'FORBIDDEN'],
      ])
    }
  })

  it('says FORBIDDEN where signing in again would not help', async () => {
    expect(errorsOf(await run(schema, '{ freshAdmin }', aged(61)))).toEqual([['freshAdmin', 'FORBIDDEN']])
  })
})

describe('a scoped viewer', () => {
  const schema = authorize(
    `type Query {
      read: String @hasPermission(permission: READ_ALL)
      manage: String @hasPermission(permission: MANAGE_ALL)
      role: String @hasRole(role: MEMBER)
    }`,
    { Query: { read: () => 'yes', manage: () => 'yes', role: () => 'yes' } },
  )

  it('has the permissions that are both granted and in scope, and no role', async () => {
    const viewer = { ...member, permissions: ['READ_ALL', 'MANAGE_ALL'] }
    const result = await run(schema, '{ read manage role }', viewer)
    expect(result.data).toEqual({ read: 'yes', manage: null, role: null })
    expect(errorsOf(result)).toEqual([
      ['manage', 'FORBIDDEN'],
      ['role', 'FORBIDDEN'],
    ])
  })

  it('has nothing when its scopes are empty or no array', async () => {
    for (const permissions of [[], 'READ_ALL' as unknown as string[], { 0: 'READ_ALL' } as unknown as string[]]) {
      expect(errorsOf(await run(schema, '{ read }', { ...admin, permissions }))).toEqual([['read', 'FORBIDDEN']])
    }
  })

  it('is unscoped when they are null', async () => {
    expect(await run(schema, '{ manage }', { ...admin, permissions: null })).toEqual({ data: { manage: 'yes' } })
  })
})

describe('a rule on a type', () => {
  const secrets = [
    { __typename: 'Secret', id: '1', ownerId: 'member', text: 'mine' },
    { __typename: 'Secret', id: '2', ownerId: 'other', text: 'theirs' },
  ]
  const schema = authorize(
    `interface Node { id: ID! }
    interface Named implements Node { id: ID! }
    type Secret implements Node & Named @allow(any: [{ owner: "ownerId" }, { role: ADMIN }]) { id: ID! ownerId: ID text: String self: Secret peers: [[Secret!]!]! }
    type Note implements Node { id: ID! text: String }
    union Thing = Secret | Note
    type Query {
      secret: Secret @auth
      secrets: [Secret] @auth
      strict: [Secret!]! @auth
      node: Node @auth
      named: Named @auth
      things: [Thing] @auth
      nested: [[Secret]] @auth
      stream: [Secret] @auth
      promised: [Secret] @auth
      set: [Node] @auth
      none: Secret @auth
    }`,
    {
      Query: {
        secret: () => secrets[1],
        secrets: () => [...secrets, null],
        strict: () => secrets,
        node: () => secrets[1],
        named: async () => secrets[1],
        things: () => [...secrets, { __typename: 'Note', id: '3', text: 'a note' }],
        nested: () => [[secrets[0]], secrets],
        stream: async function* () {
          yield* secrets
        },
        promised: () => secrets.map((secret) => Promise.resolve(secret)),
        set: () => new Set(secrets),
        none: () => null,
      },
      Secret: { self: (secret) => secret, peers: () => [secrets] },
    },
  )

  it.each([
    ['the type itself', '{ secret { text } }', 'secret'],
    ['an alias', '{ x: secret { text } }', 'x'],
    ['an interface', '{ node { id } }', 'node'],
    ['an interface of an interface, by promise', '{ named { ... on Secret { text } } }', 'named'],
    ['a fragment on the type', '{ node { ...f } } fragment f on Secret { text }', 'node'],
    ['__typename alone', '{ node { __typename } }', 'node'],
  ])('denies by %s with one null and one error', async (_, query, path) => {
    const result = await run(schema, query, member)
    expect(result.data).toEqual({ [path]: null })
    expect(errorsOf(result)).toEqual([[path, 'FORBIDDEN']])
    expect((await run(schema, query, admin)).errors).toBeUndefined()
  })

  it.each([
    ['a list', '{ list: secrets { text } }', [{ text: 'mine' }, null, null]],
    ['promised items', '{ list: promised { text } }', [{ text: 'mine' }, null]],
    ['any iterable', '{ list: set { ... on Secret { text } } }', [{ text: 'mine' }, null]],
    [
      'a union',
      '{ list: things { ... on Secret { text } ... on Note { text } } }',
      [{ text: 'mine' }, null, { text: 'a note' }],
    ],
  ])('decides the items of %s each for itself', async (_, query, expected) => {
    const result = await run(schema, query, member)
    expect(result.data).toEqual({ list: expected })
    expect(errorsOf(result)).toEqual([['list.1', 'FORBIDDEN']])
  })

  it('decides the items of an async iterable each for itself, for executors that take one', async () => {
    const { resolve } = schema.getQueryType()?.getFields().stream ?? {}
    const info = {
      schema,
      operation: {},
      variableValues: {},
      returnType: schema.getQueryType()?.getFields().stream?.type,
      path: { key: 'stream' },
    }
    const items = resolve?.({}, {}, { viewer: member }, info as never) as AsyncIterable<unknown>
    const seen: unknown[] = []
    for await (const item of items) seen.push(item instanceof Error ? item.message : item)
    expect(seen).toEqual([secrets[0], "You don't have permission to view this"])
  })

  it('decides lists in lists', async () => {
    const result = await run(schema, '{ nested { text } }', member)
    expect(result.data).toEqual({ nested: [[{ text: 'mine' }], [{ text: 'mine' }, null]] })
    expect(errorsOf(result)).toEqual([['nested.1.1', 'FORBIDDEN']])
  })

  it('propagates from non-null positions as the specification has it', async () => {
    const result = await run(schema, '{ strict { text } }', member)
    expect(result.data).toBeNull()
    expect(errorsOf(result)).toEqual([['strict.1', 'FORBIDDEN']])
  })

  it('holds on deep paths too', async () => {
    const result = await run(schema, '{ secrets { self { peers { text } } } }', member)
    expect(errorsOf(result).sort()).toEqual([
      ['secrets.0.self.peers.0.1', 'FORBIDDEN'],
      ['secrets.1', 'FORBIDDEN'],
    ])
    expect(JSON.stringify(result)).not.toContain('theirs')
  })

  it('denies an anonymous viewer before anything is resolved, whether or not something is there', async () => {
    const result = await run(schema, '{ none { text } secret { text } }', anonymous)
    expect(errorsOf(result)).toEqual([
      ['none', 'UNAUTHENTICATED'],
      ['secret', 'UNAUTHENTICATED'],
    ])
  })
})

describe('rules of interfaces', () => {
  const schema = authorize(
    `interface Audited @hasRole(role: EDITOR) { log: String }
    interface Priced { price: Int @hasRole(role: ADMIN) }
    interface Sold implements Priced { price: Int }
    type Car implements Audited & Priced & Sold { log: String price: Int name: String }
    extend type Car @hasPermission(permission: READ_ALL)
    type Toy implements Priced & Sold { price: Int name: String }
    extend type Toy { extra: String @hasRole(role: ADMIN) }
    union Goods = Car | Toy
    type Query { car: Car @public toy: Toy @public goods: [Goods] @public sold: [Sold] @public }`,
    {
      Query: {
        car: () => ({ __typename: 'Car', name: 'car', log: 'log', price: 1 }),
        toy: () => ({ __typename: 'Toy', name: 'toy', price: 2, extra: 'extra' }),
        goods: () => [
          { __typename: 'Car', name: 'car', price: 1 },
          { __typename: 'Toy', name: 'toy', price: 2 },
        ],
        sold: () => [{ __typename: 'Toy', price: 2 }],
      },
    },
  )

  it('bind the concrete type reached by itself', async () => {
    expect(errorsOf(await run(schema, '{ car { name } }', member))).toEqual([['car', 'FORBIDDEN']])
    expect(await run(schema, '{ car { name } }', editor)).toEqual({ data: { car: { name: 'car' } } })
  })

  it('bind the concrete field reached by itself, by union and by another interface', async () => {
    expect(errorsOf(await run(schema, '{ toy { price } }', editor))).toEqual([['toy.price', 'FORBIDDEN']])
    expect(errorsOf(await run(schema, '{ goods { ... on Toy { p: price } } }', editor))).toEqual([
      ['goods.1.p', 'FORBIDDEN'],
    ])
    expect(errorsOf(await run(schema, '{ sold { price } }', editor))).toEqual([['sold.0.price', 'FORBIDDEN']])
    expect(await run(schema, '{ toy { price } sold { price } }', admin)).toEqual({
      data: { toy: { price: 2 }, sold: [{ price: 2 }] },
    })
  })

  it('count from extensions of a type', async () => {
    expect(errorsOf(await run(schema, '{ toy { extra } }', editor))).toEqual([['toy.extra', 'FORBIDDEN']])
    expect(errorsOf(await run(schema, '{ car { name } }', { ...editor, permissions: [] }))).toEqual([
      ['car', 'FORBIDDEN'],
    ])
  })
})

describe('data rules', () => {
  const rows = Array.from({ length: 50 }, (_, index) => ({
    id: String(index),
    ownerId: index % 2 ? 'member' : 'other',
  }))
  const sdl = `
    type Row @hasAccess(level: READ) { id: ID! ownerId: ID managed: String @hasAccess(level: MANAGE, resource: "Row") judged: String @allow(any: [{ policy: "even" }, { role: ADMIN }]) }
    type Query { rows: [Row] @auth row(id: ID!): Row @auth }
    type Mutation { change(id: ID!): String @hasAccess(level: WRITE, resource: "Row") }`
  const setUp = (options: { access?: (ids: readonly string[]) => unknown; even?: (count: number) => unknown } = {}) => {
    const access = vi.fn((_: unknown, { ids }: { level: string; resource: string; ids: readonly string[] }) =>
      options.access ? options.access(ids) : ids.map((id) => Number(id) < 10),
    )
    const even = vi.fn((_: unknown, items: readonly { object: unknown }[]) =>
      options.even
        ? options.even(items.length)
        : items.map(({ object }) => ({ allow: Number((object as { id: string }).id) % 2 === 0 })),
    )
    const change = vi.fn(() => 'changed')
    const onError = vi.fn()
    const schema = authorize(
      sdl,
      {
        Query: { rows: () => rows, row: (_: unknown, { id }: { id: string }) => rows[Number(id)] ?? null },
        Row: { managed: () => 'managed', judged: () => 'judged' },
        Mutation: { change },
      },
      { access: access as never, policies: { even: even as never }, onError },
    )
    return { schema, access, even, change, onError }
  }

  it('are asked once for a list and once more for each further level', async () => {
    const { schema, access } = setUp()
    const result = await run(schema, '{ rows { id managed again: managed } }', member)
    expect(access.mock.calls.map(([, { level, resource, ids }]) => [level, resource, ids.length])).toEqual([
      ['READ', 'Row', 50],
      ['MANAGE', 'Row', 10],
    ])
    expect(errorsOf(result).length).toBe(40)
    expect(errorsOf(result)[0]).toEqual(['rows.10', 'FORBIDDEN'])
  })

  it('ask for an id once, however often it is selected', async () => {
    const { schema, access } = setUp()
    await run(schema, '{ a: row(id: 1) { id } b: row(id: 1) { id } rows { id } }', member)
    expect(access.mock.calls.flatMap(([, { ids }]) => ids).length).toBe(50)
  })

  it('are not asked about an anonymous viewer', async () => {
    const { schema, access } = setUp()
    expect(errorsOf(await run(schema, '{ row(id: 1) { id } }', anonymous))).toEqual([['row', 'UNAUTHENTICATED']])
    expect(access).not.toHaveBeenCalled()
  })

  it('are not asked where another alternative holds already', async () => {
    const { schema, even } = setUp()
    await run(schema, '{ row(id: 1) { judged } }', admin)
    expect(even).not.toHaveBeenCalled()
  })

  it('decide item by item', async () => {
    const { schema, even } = setUp()
    const result = await run(schema, '{ a: row(id: 1) { judged } b: row(id: 2) { judged } }', member)
    expect(result.data).toEqual({ a: { judged: null }, b: { judged: 'judged' } })
    expect(errorsOf(result)).toEqual([['a.judged', 'FORBIDDEN']])
    expect(even).toHaveBeenCalledTimes(1)
  })

  it('keep a mutation from running', async () => {
    const { schema, change } = setUp()
    const result = await run(schema, 'mutation { change(id: 30) }', member)
    expect(result.data).toEqual({ change: null })
    expect(errorsOf(result)).toEqual([['change', 'FORBIDDEN']])
    expect(change).not.toHaveBeenCalled()
    expect(await run(schema, 'mutation { change(id: 3) }', member)).toEqual({ data: { change: 'changed' } })
  })

  it('are asked anew for each mutation of an operation', async () => {
    const { schema, access } = setUp()
    await run(schema, 'mutation { a: change(id: 3) b: change(id: 3) }', member)
    expect(access).toHaveBeenCalledTimes(2)
  })

  it.each([
    [
      'throws',
      () => {
        throw new Error('the password is hunter2')
      },
    ],
    ['rejects', () => Promise.reject(new Error('the password is hunter2'))],
    ['gives too few', () => []],
    ['gives no array', () => true],
    ['gives undefined', () => undefined],
    ['gives numbers', (ids: readonly string[]) => ids.map(() => 1)],
    ['gives strings', (ids: readonly string[]) => ids.map(() => 'true')],
    ['gives a sparse array', (ids: readonly string[]) => new Array(ids.length)],
    ['gives objects without allow', (ids: readonly string[]) => ids.map(() => ({ allowed: true }))],
  ])('withhold the value with a masked error when the answer %s', async (_, access) => {
    const { schema, change, onError } = setUp({ access })
    const read = await run(schema, '{ row(id: 1) { id } }', member)
    expect(read.data).toEqual({ row: null })
    expect(errorsOf(read)).toEqual([['row', 'INTERNAL_SERVER_ERROR']])
    expect(JSON.stringify(read)).not.toContain('hunter2')
    const write = await run(schema, 'mutation { change(id: 1) }', member)
    expect(errorsOf(write)).toEqual([['change', 'INTERNAL_SERVER_ERROR']])
    expect(change).not.toHaveBeenCalled()
    expect(onError).toHaveBeenCalled()
  })

  it('withhold the value when a policy throws', async () => {
    const { schema } = setUp({
      even: () => {
        throw new Error('no')
      },
    })
    const result = await run(schema, '{ row(id: 2) { judged } }', member)
    expect(result.data).toEqual({ row: { judged: null } })
    expect(errorsOf(result)).toEqual([['row.judged', 'INTERNAL_SERVER_ERROR']])
  })
})

describe('owners', () => {
  const rows: Record<string, unknown>[] = [
    { user: { id: 7 } },
    { user: { id: '7' } },
    { user: { id: '' } },
    { user: { id: null } },
    { user: null },
    {},
    { user: { id: ['7'] } },
    { user: Promise.resolve({ id: '7' }) },
    { user: { id: () => '7' } },
  ]
  const schema = authorize(
    `type User { id: ID } type Row @allow(any: [{ owner: "user.id" }]) { user: User name: String }
    type Query { rows: [Row] @auth }`,
    { Query: { rows: () => rows }, Row: { name: () => 'row' } },
  )

  it('are compared as text, and nothing else is anybody', async () => {
    const result = await run(schema, '{ rows { name } }', { id: '7', roles: [] })
    expect(Array.from(result.data?.rows as Iterable<unknown>, Boolean)).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
      false,
      false,
      false,
    ])
  })

  it('refuse a viewer without an id altogether', async () => {
    const onError = vi.fn()
    const strict = authorize('type Query { me: String @auth }', { Query: { me: () => 'me' } }, { onError })
    for (const id of ['', null, undefined]) {
      const result = await run(strict, '{ me }', { id: id as string, roles: ['ADMIN'] })
      expect(result.data).toEqual({ me: null })
      expect(errorsOf(result)).toEqual([['me', 'INTERNAL_SERVER_ERROR']])
    }
    expect(onError).toHaveBeenCalledTimes(3)
  })
})

describe('a look-up', () => {
  const schema = authorize(
    `interface Node { id: ID! }
    type Doc implements Node @allow(any: [{ access: READ }, { role: ADMIN }]) { id: ID! }
    type User implements Node { id: ID! }
    type Query { doc(id: ID!): Doc @auth user(id: ID!): User @auth node(id: ID!): Node @auth latest: Doc @auth docs(id: ID!): [Doc] @auth }`,
    { Query: { doc: (_, { id }) => (id === '1' ? { id: '1' } : null) } },
    { access: async (_, { ids }) => ids.map(() => false) },
  )

  it('that finds nothing answers as for a foreign object', async () => {
    const foreign = await run(schema, '{ doc(id: 1) { id } }', member)
    expect(errorsOf(foreign)).toEqual([['doc', 'FORBIDDEN']])
    expect(await run(schema, '{ doc(id: 2) { id } }', member)).toEqual(foreign)
    expect(errorsOf(await run(schema, '{ node(id: 2) { id } }', member))).toEqual([['node', 'FORBIDDEN']])
  })

  it('says NOT_FOUND to those who may see every object of the type', async () => {
    for (const [query, viewer] of [
      ['{ doc(id: 2) { id } }', admin],
      ['{ user(id: 2) { id } }', member],
      ['{ node(id: 2) { id } }', admin],
    ] as const) {
      const result = await run(schema, query, viewer)
      expect(Object.values(result.data ?? {})).toEqual([null])
      expect(errorsOf(result).map(([, code]) => code)).toEqual(['NOT_FOUND'])
    }
  })

  it('is neither a field without the argument nor a list', async () => {
    expect(await run(schema, '{ latest { id } docs(id: 1) { id } }', member)).toEqual({
      data: { latest: null, docs: null },
    })
  })
})

describe('@signsIn', () => {
  const schema = authorize(
    `type User { id: ID email: String @allow(any: [{ owner: "id" }]) }
    type Session @allow(any: [{ owner: "user.id" }]) { user: User }
    type Query { me: User @auth }
    type Mutation { login(as: ID!): Session @public @signsIn whoami: User @auth other: Session @public }`,
    {
      Query: { me: () => ({ id: 'member', email: 'member@x' }) },
      Mutation: {
        login: async (_, args, context) => {
          if (args.as === 'nobody') return null
          if (args.as === 'fails') throw new Error('wrong password')
          context.established = { id: args.as, roles: [] }
          return { user: { id: args.as === 'thief' ? 'member' : args.as, email: 'secret@x' } }
        },
        whoami: () => ({ id: 'member', email: 'member@x' }),
        other: () => ({ user: { id: 'member', email: 'member@x' } }),
      },
    },
  )

  it('decides what is below it for the viewer it establishes', async () => {
    expect(await run(schema, 'mutation { login(as: "member") { user { id email } } }', anonymous)).toEqual({
      data: { login: { user: { id: 'member', email: 'secret@x' } } },
    })
  })

  it('shows that viewer nothing of somebody else', async () => {
    const result = await run(schema, 'mutation { login(as: "thief") { user { email } } }', anonymous)
    expect(result.data).toEqual({ login: null })
    expect(errorsOf(result)).toEqual([['login', 'FORBIDDEN']])
  })

  it('leaves sibling root fields to the viewer of the start', async () => {
    const result = await run(
      schema,
      'mutation { login(as: "member") { user { id } } whoami { id } other { user { id } } }',
      anonymous,
    )
    expect(result.data).toEqual({ login: { user: { id: 'member' } }, whoami: null, other: null })
    expect(errorsOf(result)).toEqual([
      ['whoami', 'UNAUTHENTICATED'],
      ['other', 'UNAUTHENTICATED'],
    ])
  })

  it('establishes nobody where it fails', async () => {
    const result = await run(
      schema,
      'mutation { login(as: "fails") { user { id } } again: login(as: "nobody") { user { id } } }',
      anonymous,
    )
    expect(result.data).toEqual({ login: null, again: null })
  })
})

describe('the viewer', () => {
  it('is asked for once an execution, even where two share a context', async () => {
    const viewer = vi.fn((context: { viewer: unknown }) => context.viewer)
    const schema = authorize(
      'type Query { a: String @auth b: String @auth }',
      { Query: { a: () => 'a', b: () => 'b' } },
      { viewer: viewer as never },
    )
    const context: { viewer: typeof member | null } = { viewer: member }
    expect((await run(schema, '{ a b }', null, {}, context)).errors).toBeUndefined()
    expect(viewer).toHaveBeenCalledTimes(1)
    context.viewer = null
    expect(errorsOf(await run(schema, '{ a b }', null, {}, context)).length).toBe(2)
    expect(viewer).toHaveBeenCalledTimes(2)
  })

  it('may be a promise', async () => {
    const schema = authorize(
      'type Query { a: String @auth }',
      { Query: { a: () => 'a' } },
      { viewer: async (context) => context.viewer },
    )
    expect(await run(schema, '{ a }', member)).toEqual({ data: { a: 'a' } })
    expect(errorsOf(await run(schema, '{ a }', anonymous))).toEqual([['a', 'UNAUTHENTICATED']])
  })

  it.each([
    [
      'throws',
      () => {
        throw new Error('no database')
      },
    ],
    [
      'rejects',
      async () => {
        throw new Error('no database')
      },
    ],
    ['is a string', () => 'admin' as never],
    ['is true', () => true as never],
  ])('withholds everything guarded when finding out %s, and lets the public part stand', async (_, viewer) => {
    const onError = vi.fn()
    const secret = vi.fn(() => 'secret')
    const schema = authorize(
      'type Query { a: String @auth open: String @public }',
      { Query: { a: secret, open: () => 'open' } },
      { viewer, onError },
    )
    const result = await run(schema, '{ a open }', member)
    expect(result.data).toEqual({ a: null, open: 'open' })
    expect(errorsOf(result)).toEqual([['a', 'INTERNAL_SERVER_ERROR']])
    expect(JSON.stringify(result)).not.toContain('database')
    expect(secret).not.toHaveBeenCalled()
    expect(onError).toHaveBeenCalledTimes(1)
  })
})

describe('values whose type cannot be told', () => {
  it('are withheld', async () => {
    const onError = vi.fn()
    const schema = authorize(
      `type A @hasRole(role: ADMIN) { x: String } type B { x: String } union AB = A | B
      type Query { ab(type: String): AB @public }`,
      {
        Query: { ab: (_, { type }) => ({ type, x: 'secret' }) },
        AB: {
          __resolveType: (value: { type: string }) =>
            value.type === 'throw' ? Promise.reject(new Error('?')) : value.type,
        },
      },
      { onError },
    )
    for (const type of ['throw', 'Query', 'Nothing', '__proto__']) {
      const result = await run(schema, `{ ab(type: "${type}") { ... on B { x } } }`, member)
      expect(result.data).toEqual({ ab: null })
      expect(errorsOf(result)).toEqual([['ab', 'INTERNAL_SERVER_ERROR']])
    }
    expect(onError).toHaveBeenCalledTimes(4)
    expect(await run(schema, '{ ab(type: "B") { ... on B { x } } }', member)).toEqual({ data: { ab: { x: 'secret' } } })
  })
})
