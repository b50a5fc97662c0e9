import { getIntrospectionQuery, graphqlSync, printSchema } from 'graphql'
import { describe, expect, it, vi } from 'vitest'
import { admin, anonymous, authorize, editor, errorsOf, faultsOf, member, run } from './harness.ts'

const resolve = vi.fn((_: unknown, args: unknown) => JSON.stringify(args))
const schema = authorize(
  `
  enum Colour { RED BLUE }
  scalar Money
  input Inner { open: Int secret: Int = 7 @hasRole(role: ADMIN) nothing: Int = null @hasRole(role: ADMIN) more: [Inner!] }
  input Outer {
    inner: Inner
    list: [[Inner!]]
    filled: Inner = { open: 1 }
    colour: Colour! = RED @hasRole(role: EDITOR)
    colours: [Colour!] = [BLUE] @hasRole(role: EDITOR)
    money: Money = 5 @hasRole(role: EDITOR)
    whole: Inner = { open: 2 } @hasRole(role: EDITOR)
  }
  interface Shop { find(limit: Int = 10 @hasRole(role: EDITOR)): String }
  type Store implements Shop { find(limit: Int = 10): String }
  type Query {
    limited(limit: Int = 10 @hasRole(role: EDITOR), page: Int): String @public
    search(input: Outer): String @public
    mine(ownerId: ID, deep: Inner, byOwner: Int @allow(any: [{ owner: "args.ownerId" }, { role: ADMIN }])): String @public
    shop: Shop @public
    store: Store @public
  }
  type Mutation { change(input: Outer): String @public }`,
  {
    Query: {
      limited: resolve,
      search: resolve,
      mine: resolve,
      shop: () => ({ __typename: 'Store' }),
      store: () => ({}),
    },
    Store: { find: resolve },
    Mutation: { change: resolve },
    Money: {},
  },
)

async function refused(query: string, viewer: typeof member | null, path: string, code: string, variables = {}) {
  resolve.mockClear()
  const result = await run(schema, query, viewer, variables)
  expect(errorsOf(result)).toEqual([[path, code]])
  expect(resolve).not.toHaveBeenCalled()
}

async function received(query: string, viewer: typeof member | null, variables = {}) {
  const result = await run(schema, query, viewer, variables)
  expect(result.errors).toBeUndefined()
  return Object.values(result.data ?? {}).map((value) => (typeof value === 'string' ? JSON.parse(value) : value))[0]
}

describe('a rule on an argument', () => {
  it('does not apply to what the schema fills in', async () => {
    expect(await received('{ limited(page: 1) }', anonymous)).toEqual({ limit: 10, page: 1 })
    expect(await received('query ($l: Int) { limited(limit: $l) }', anonymous)).toEqual({ limit: 10 })
  })

  it.each([
    ['literally', '{ x: limited(limit: 3) }', {}],
    ['by variable', 'query ($l: Int) { x: limited(limit: $l) }', { l: 3 }],
    ['as null', '{ x: limited(limit: null) }', {}],
    ['as null by variable', 'query ($l: Int) { x: limited(limit: $l) }', { l: null }],
    ['as the very default', '{ x: limited(limit: 10) }', {}],
    ['as the very default by variable', 'query ($l: Int) { x: limited(limit: $l) }', { l: 10 }],
    ["by the operation's own default", 'query ($l: Int = 10) { x: limited(limit: $l) }', {}],
  ])('applies to what the client provides %s', async (_, query, variables) => {
    await refused(query, member, 'x', 'FORBIDDEN', variables)
    await refused(query, anonymous, 'x', 'UNAUTHENTICATED', variables)
    expect(await received(query, editor, variables)).toHaveProperty('limit')
  })

  it('on an interface field holds for those who implement it, whichever way they are reached', async () => {
    await refused('{ store { find(limit: 1) } }', member, 'store.find', 'FORBIDDEN')
    await refused('{ shop { find(limit: 1) } }', member, 'shop.find', 'FORBIDDEN')
    expect((await run(schema, '{ store { find } shop { find(limit: 1) } }', editor)).errors).toBeUndefined()
  })

  it('reads the other arguments', async () => {
    await refused('{ mine(byOwner: 1, ownerId: "other") }', member, 'mine', 'FORBIDDEN')
    await refused('{ mine(byOwner: 1) }', member, 'mine', 'FORBIDDEN')
    expect(await received('{ mine(byOwner: 1, ownerId: "member") }', member)).toEqual({ byOwner: 1, ownerId: 'member' })
    expect(await received('{ mine(ownerId: "other") }', member)).toEqual({ ownerId: 'other' })
  })
})

describe('a rule on an input field', () => {
  it("leaves the schema's defaults to everybody, nested and in lists, and hands them on as they are", async () => {
    const defaults = {
      colour: 'RED',
      colours: ['BLUE'],
      money: 5,
      whole: { open: 2, secret: 7, nothing: null },
      filled: { open: 1, secret: 7, nothing: null },
    }
    expect(await received('{ search(input: {}) }', anonymous)).toEqual({ input: defaults })
    expect(
      await received('query ($i: Outer) { search(input: $i) }', anonymous, { i: { inner: { more: [{ open: 3 }] } } }),
    ).toEqual({
      input: { ...defaults, inner: { more: [{ open: 3, secret: 7, nothing: null }], secret: 7, nothing: null } },
    })
  })

  it.each([
    ['literally', '{ x: search(input: { inner: { secret: 1 } }) }', {}],
    ['as null', '{ x: search(input: { inner: { secret: null } }) }', {}],
    ['as the very default', '{ x: search(input: { inner: { secret: 7 } }) }', {}],
    ['where the default is null', '{ x: search(input: { inner: { nothing: null } }) }', {}],
    ['in a list in a list', '{ x: search(input: { list: [[{ open: 1 }, { secret: 1 }]] }) }', {}],
    ['as one item for a list', '{ x: search(input: { list: { secret: 1 } }) }', {}],
    ['deep', '{ x: search(input: { inner: { more: [{ more: [{ secret: 1 }] }] } }) }', {}],
    ['by variable', 'query ($v: Int) { x: search(input: { inner: { secret: $v } }) }', { v: 1 }],
    ['in an object by variable', 'query ($v: Inner) { x: search(input: { inner: $v }) }', { v: { secret: 7 } }],
    [
      'as null in an object by variable',
      'query ($v: Outer) { x: search(input: $v) }',
      { v: { inner: { nothing: null } } },
    ],
    ["by the operation's own default", 'query ($v: Outer = { inner: { secret: 7 } }) { x: search(input: $v) }', {}],
    ['in a field that has a default', 'query ($v: Outer) { x: search(input: $v) }', { v: { filled: { secret: 7 } } }],
    ['in a mutation', 'mutation { x: change(input: { inner: { secret: 1 } }) }', {}],
    ['for another field with the same input', '{ x: mine(deep: { secret: 1 }) }', {}],
  ])('applies to what the client provides %s', async (_, query, variables) => {
    await refused(query, editor, 'x', 'FORBIDDEN', variables)
    await refused(query, anonymous, 'x', 'UNAUTHENTICATED', variables)
    await received(query, admin, variables)
  })

  it.each([
    ['an enum', { colour: 'RED' }],
    ['a list', { colours: ['BLUE'] }],
    ['a scalar of the application', { money: 5 }],
    ['an object', { whole: { open: 2 } }],
  ])('tells %s of the same value as the default from it', async (_, input) => {
    await refused('query ($i: Outer) { search(input: $i) }', member, 'search', 'FORBIDDEN', { i: input })
    expect(await received('query ($i: Outer) { search(input: $i) }', editor, { i: input })).toMatchObject({ input })
  })

  it('does not apply to a variable that was not given', async () => {
    expect(await received('query ($v: Int) { search(input: { inner: { secret: $v } }) }', anonymous)).toMatchObject({
      input: { inner: { secret: 7 } },
    })
  })

  it('is not satisfied or avoided by prototype keys', async () => {
    const variables = JSON.parse('{ "i": { "__proto__": { "colour": "BLUE" } } }')
    const result = await run(schema, 'query ($i: Outer) { search(input: $i) }', member, variables)
    expect(result.data).toBeUndefined()
  })
})

describe('a schema with guarded defaults', () => {
  it('still shows them', () => {
    const text = printSchema(schema)
    for (const line of [
      'secret: Int = 7',
      'colour: Colour! = RED',
      'colours: [Colour!] = [BLUE]',
      'money: Money = 5',
      'limit: Int = 10',
    ]) {
      expect(text).toContain(line)
    }
    expect(graphqlSync({ schema, source: getIntrospectionQuery() }).errors).toBeUndefined()
  })
})

describe('a rule on an input field, at the start', () => {
  const sdl = (path: string, other = '') =>
    `input I { x: ID @allow(any: [{ owner: "${path}" }]) } type Query { a(ownerId: ID, i: I): String @public ${other} }`

  it('may read the arguments of every field that takes the input', () => {
    expect(() => authorize(sdl('args.ownerId'))).not.toThrow()
    expect(() => authorize(sdl('args.i.x'))).not.toThrow()
    expect(faultsOf(sdl('args.ownerId', 'b(i: [I!]): String @public'))[0]).toMatchObject({
      coordinate: 'I.x',
      message: expect.stringContaining('names no argument'),
    })
    expect(faultsOf(sdl('x'))[0]?.message).toContain('must start with "args."')
  })
})

describe('@reads', () => {
  const find = vi.fn(() => 'found')
  const reading = authorize(
    `type User @hasPermission(permission: READ_ALL) {
      name: String
      email: String @allow(any: [{ owner: "name" }, { role: EDITOR }])
      salary: Int @hasRole(role: ADMIN)
    }
    type Doc @allow(any: [{ access: READ }, { role: ADMIN }]) { id: ID title: String }
    input Filter { email: String @reads(field: "User.email") salary: Int @reads(field: "User.salary") name: String @reads(field: "User.name") title: String @reads(field: "Doc.title") }
    type Query { find(by: Filter, order: String @reads(field: "User.salary")): String @public }`,
    { Query: { find } },
    { access: () => [] },
  )
  const verdict = async (args: string, viewer: typeof member | null) => {
    find.mockClear()
    const result = await run(reading, `{ find(${args}) }`, viewer)
    expect(find).toHaveBeenCalledTimes(result.errors ? 0 : 1)
    return errorsOf(result)[0]?.[1] ?? 'allowed'
  }

  it('carries the rules of the field and of its type', async () => {
    expect(await verdict('by: { salary: 1 }', editor)).toBe('FORBIDDEN')
    expect(await verdict('order: "salary"', editor)).toBe('FORBIDDEN')
    expect(await verdict('by: { salary: 1 }, order: "salary"', admin)).toBe('allowed')
    expect(await verdict('by: { name: "x" }', member)).toBe('allowed')
    expect(await verdict('by: { name: "x" }', { ...member, permissions: [] })).toBe('FORBIDDEN')
    expect(await verdict('by: { name: "x" }', anonymous)).toBe('UNAUTHENTICATED')
  })

  it('does not take an owner for somebody who may read the field of everybody', async () => {
    expect(await verdict('by: { email: "x" }', member)).toBe('FORBIDDEN')
    expect(await verdict('by: { email: "x" }', editor)).toBe('allowed')
  })

  it('leaves which objects there are to the query', async () => {
    expect(await verdict('by: { title: "x" }', member)).toBe('allowed')
  })

  it('takes nobody for an owner who is not signed in, nor for somebody who was granted something', async () => {
    const count = vi.fn(() => 1)
    const byOwner = authorize(
      `type User @allow(any: [{ owner: "id" }, { role: ADMIN }]) { id: ID email: String }
      type Doc @allow(any: [{ access: READ }]) { id: ID title: String }
      type Judged @allow(any: [{ policy: "p" }]) { id: ID text: String }
      input Filter { email: String @reads(field: "User.email") title: String @reads(field: "Doc.title") text: String @reads(field: "Judged.text") }
      type Query { count(by: Filter): Int @public users: [User] @public }`,
      { Query: { count } },
      { access: () => [], policies: { p: () => [] } },
    )
    const ask = (by: string, viewer: typeof member | null) => run(byOwner, `{ count(by: { ${by} }) }`, viewer)
    for (const by of ['email: "x"', 'title: "x"', 'email: null'])
      expect(errorsOf(await ask(by, anonymous))).toEqual([['count', 'UNAUTHENTICATED']])
    expect(count).not.toHaveBeenCalled()
    for (const by of ['email: "x"', 'title: "x"']) expect((await ask(by, member)).data).toEqual({ count: 1 })
    // A policy may say yes to anybody.
    expect((await ask('text: "x"', anonymous)).data).toEqual({ count: 1 })
  })

  it('carries the rules of what the field returns', async () => {
    const ask = vi.fn(() => 'found')
    const schema = authorize(
      `type Person @hasRole(role: ADMIN) { id: ID }
      type Robot @allow(any: [{ owner: "id" }, { role: EDITOR }]) { id: ID }
      union Author = Person | Robot
      type Doc { owner: Person writers: [Author!]! robot: Robot }
      type Query { q(owner: String @reads(field: "Doc.owner"), writer: String @reads(field: "Doc.writers"), robot: String @reads(field: "Doc.robot")): String @public doc: Doc @public }`,
      { Query: { q: ask } },
    )
    const codes = async (args: string, viewer: typeof member | null) =>
      errorsOf(await run(schema, `{ q(${args}: "x") }`, viewer)).map(([, code]) => code)
    expect(await codes('owner', anonymous)).toEqual(['UNAUTHENTICATED'])
    expect(await codes('owner', editor)).toEqual(['FORBIDDEN'])
    expect(await codes('writer', editor)).toEqual(['FORBIDDEN'])
    expect(await codes('robot', anonymous)).toEqual(['UNAUTHENTICATED'])
    expect(ask).not.toHaveBeenCalled()
    expect(await codes('robot', member)).toEqual([])
    expect([...(await codes('owner', admin)), ...(await codes('writer', admin))]).toEqual([])
  })

  it.each(['User', 'User.phone', 'Nobody.name', 'Filter.email', 'User.name.x', ''])(
    'refuses to start with %j for a target',
    (field) => {
      const faults = faultsOf(
        `type User { name: String } input Filter { email: String } type Query { a(x: Int @reads(field: "${field}"), f: Filter): User @public }`,
      )
      expect(faults[0]).toMatchObject({
        coordinate: 'Query.a(x:)',
        message: expect.stringContaining('there is no field'),
      })
    },
  )
})
