import { makeExecutableSchema } from '@graphql-tools/schema'
import {
  buildSchema,
  type ExecutionResult,
  execute,
  GraphQLError,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getIntrospectionQuery,
  parse,
  validate,
} from 'graphql'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { findOperation } from '../../src/directives/operation.ts'
import { compileOperation } from '../../src/graphql/compile-operation.ts'
import { createReaders, type ReadersOptions } from '../../src/graphql/readers.ts'

const order: string[] = []
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

class Pet {
  name: string
  constructor(name: string) {
    this.name = name
  }
  loud({ times = 1 }: { times?: number }) {
    return this.name.toUpperCase().repeat(times)
  }
  get broken(): string {
    throw new Error('a getter is broken')
  }
  get later() {
    return Promise.resolve(this.name)
  }
}

const schema = makeExecutableSchema({
  typeDefs: /* GraphQL */ `
    interface Named { name: String }
    type Pet implements Named { name: String loud(times: Int): String broken: String later: String strict: String! friend: Pet friends: [Pet!] }
    type Rock implements Named { name: String weight: Int }
    union Thing = Pet | Rock
    enum Size { SMALL LARGE }
    scalar Anything
    type Query {
      pet: Pet
      pets: [Pet]
      strictPets: [Pet!]
      named: [Named]
      later: Named
      thing: Thing
      sizes: [Size!]
      notList: [String]
      echo(text: String, size: Size = LARGE): String
      anything: Anything
      wrong: Int
      strange: Named
      info: String
      thrown: String
    }
    type Mutation { append(text: String!, wait: Int = 0): String fail: String }
  `,
  resolvers: {
    Named: { __resolveType: (value: object) => ('weight' in value ? 'Rock' : value instanceof Pet ? 'Pet' : 'Query') },
    Thing: { __resolveType: async () => 'Rock' },
    Query: {
      pet: () => new Pet('rex'),
      pets: () => [new Pet('rex'), Promise.resolve(new Pet('ada')), null, new Error('no pet')],
      strictPets: () => [new Pet('rex'), Promise.resolve(new Pet('ada')), null],
      named: () => new Set([new Pet('rex'), { name: 'stone', weight: 3 }]),
      later: async () => ({ name: 'stone', weight: 3 }),
      thing: () => ({ name: 'stone', weight: 3 }),
      sizes: () => ['SMALL', 'LARGE', 'HUGE'],
      notList: () => 'text',
      echo: (_: unknown, args: object) => JSON.stringify(args),
      anything: () => ({ deep: [1, { name: 'x' }] }),
      wrong: () => 'no number',
      strange: () => ({}),
      info: (_: unknown, __: unknown, ___: unknown, info: GraphQLResolveInfo) =>
        JSON.stringify([info.fieldName, info.path, info.parentType, info.returnType, info.variableValues]),
      thrown: () => {
        throw new GraphQLError('on purpose', { extensions: { code: 'ON_PURPOSE' } })
      },
    },
    Mutation: {
      append: async (_: unknown, { text, wait }: { text: string; wait: number }) => {
        await pause(wait)
        order.push(text)
        return order.join('')
      },
      fail: () => {
        throw new Error('failed')
      },
    },
  },
})

const plain = (result: ExecutionResult) => JSON.parse(JSON.stringify(result)) as ExecutionResult

async function runBoth(source: string, variables: Record<string, unknown> = {}, options?: ReadersOptions) {
  const document = parse(source)
  expect(validate(schema, document)).toEqual([])
  const operation = findOperation(schema, { document })
  if (!operation) throw new Error('there is no operation')
  const context = {}
  const compiled = compileOperation(schema, schema, operation, createReaders(options))
  order.length = 0
  const actual = await compiled.run({ context, operation: operation.node, variables })
  order.length = 0
  const expected = await execute({ schema, document, contextValue: context, variableValues: variables })
  return { actual: plain(actual), expected: plain(expected), again: () => compiled }
}

describe('compileOperation()', () => {
  it.each([
    ['properties, methods and promises', '{ pet { name n: name loud(times: 2) later __typename } }'],
    ['lists with promises, nulls and errors', '{ pets { name } }'],
    ['lists of which nothing but the type is asked for', '{ pets { __typename } }'],
    ['a list whose items may not be null', '{ strictPets { name } pet { name } }'],
    ['iterables that are no arrays, and interfaces', '{ named { __typename name ... on Rock { weight } } }'],
    ['promises of abstract values', '{ later { ...F } } fragment F on Named { name ... on Pet { loud } }'],
    ['types that are told late', '{ thing { ... on Rock { weight } ... on Pet { name } } }'],
    ['a getter that throws', '{ pet { broken name } }'],
    ['null where it may not be', '{ pet { strict name } pets { name } }'],
    ['what is no list', '{ notList pet { name } }'],
    ['enums', '{ sizes }'],
    ['what cannot be serialized', '{ wrong pet { name } }'],
    ['scalars of any kind', '{ anything }'],
    ['defaults of arguments', '{ echo a: echo(size: SMALL) b: echo(text: null) }'],
    ['errors with extensions', '{ thrown }'],
    ['info', '{ a: info }'],
    [
      'keys that plain objects keep for themselves',
      '{ __proto__: pet { __proto__: name constructor: name } toString: info }',
    ],
    ['one field asked for twice', '{ pet { friend { name } } pet { friend { later: name } name } }'],
    ['introspection', '{ __type(name: "Pet") { name fields { name } } __schema { queryType { name } } }'],
    ['a mutation', 'mutation { a: append(text: "a", wait: 20) b: append(text: "b") fail c: append(text: "c") }'],
  ])('answers %s as graphql-js does', async (_, source) => {
    for (const options of [{}, { after: 1 }, { after: 0 }]) {
      const { actual, expected } = await runBoth(source, {}, options)
      expect(actual).toEqual(expected)
      expect(JSON.stringify(actual.data)).toBe(JSON.stringify(expected.data))
    }
  })

  it('answers the type that no value may have with an error', async () => {
    const { actual, expected } = await runBoth('{ strange { name } pet { name } }')
    expect(actual.data).toEqual(expected.data)
    expect(actual.errors?.map(({ path }) => path)).toEqual(expected.errors?.map(({ path }) => path))
  })

  it('decides anew what is skipped and included, by the variables of each run', async () => {
    const source = `query ($a: Boolean!, $b: Boolean = true) {
      pet { name @include(if: $a) ...F @skip(if: $b) ...G }
    } fragment F on Pet { loud } fragment G on Pet { ...F @include(if: $a) }`
    const document = parse(source)
    const operation = findOperation(schema, { document })
    if (!operation) throw new Error('there is no operation')
    const compiled = compileOperation(schema, schema, operation)
    for (const variables of [
      { a: true, b: true },
      { a: false, b: true },
      { a: false, b: false },
      { a: true, b: false },
    ]) {
      const actual = await compiled.run({ context: {}, operation: operation.node, variables })
      const expected = await execute({ schema, document, contextValue: {}, variableValues: variables })
      expect(plain(actual)).toEqual(plain(expected))
    }
  })

  it('finds what is selected by the conditions alone, whatever other directives are given', async () => {
    const noted = makeExecutableSchema({
      typeDefs: 'directive @note(text: String) on FIELD type Query { a: String b: String }',
      resolvers: { Query: { a: () => 'A', b: () => 'B' } },
    })
    const source =
      'query ($note: String, $is: Boolean!, $more: String) { a @note(text: $note) @include(if: $is) b @note(text: $more) }'
    const operation = findOperation(noted, { document: parse(source) })
    if (!operation) throw new Error('there is no operation')
    const compiled = compileOperation(noted, noted, operation)
    for (const variables of [
      { note: 'x', is: true, more: 'false,y' },
      { note: 'x,true', is: false, more: 'y' },
    ]) {
      const { data } = await compiled.run({ context: {}, operation: operation.node, variables })
      expect(plain({ data })).toEqual({ data: variables.is ? { a: 'A', b: 'B' } : { b: 'B' } })
    }
  })

  it('tells of an argument that does not fit, also of a field that is a property', async () => {
    const of = makeExecutableSchema({
      typeDefs: 'type Query { pet: Pet } type Pet { name(times: Int! = 2): String }',
      resolvers: { Query: { pet: () => ({ name: 'rex' }) } },
    })
    const document = parse('query ($times: Int = 1) { pet { name(times: $times) } }')
    const operation = findOperation(of, { document })
    if (!operation) throw new Error('there is no operation')
    const variables = { times: null }
    const actual = await compileOperation(of, of, operation).run({ context: {}, operation: operation.node, variables })
    const expected = await execute({ schema: of, document, variableValues: variables })
    expect(plain(actual)).toEqual(plain(expected))
    expect(expected.errors).toHaveLength(1)
  })

  it('runs a mutation’s fields one after the other', async () => {
    const { actual } = await runBoth('mutation { a: append(text: "a", wait: 20) b: append(text: "b") }')
    expect(actual.data).toEqual({ a: 'a', b: 'ab' })
  })

  it('runs nothing of what a client sends as code', async () => {
    // Compilers that write source text have run what is in such a string.
    const marker = '__MAGIC_DATE__33a9e76d_02e0_4128_8e92_3530ad3da74d0, globalThis.intruder = 1'
    const { actual } = await runBoth(`{ echo(text: "${marker}") }`)
    expect(JSON.parse(String(actual.data?.echo))).toMatchObject({ text: marker })
    expect('intruder' in globalThis).toBe(false)
  })

  it('hands resolvers the schema that it is told to show', async () => {
    const document = parse('{ pet { name } }')
    const operation = findOperation(schema, { document })
    if (!operation) throw new Error('there is no operation')
    let seen: unknown
    const spying = makeExecutableSchema({
      typeDefs: 'type Query { pet: Pet } type Pet { name: String }',
      resolvers: {
        Query: {
          pet: (_: unknown, __: unknown, ___: unknown, info: GraphQLResolveInfo) => {
            seen = info.schema
            return {}
          },
        },
      },
    })
    await compileOperation(spying, schema, operation).run({ context: {}, operation: operation.node, variables: {} })
    expect(seen).toBe(schema)
  })

  it('leaves no promise unattended where a list has failed already', async () => {
    const stray: unknown[] = []
    const listen = (cause: unknown) => stray.push(cause)
    process.on('unhandledRejection', listen)
    const failing = makeExecutableSchema({
      typeDefs: 'type Query { items: [Int!] }',
      resolvers: { Query: { items: () => [Promise.reject(new Error('late')), new Error('at once')] } },
    })
    const operation = findOperation(failing, { document: parse('{ items }') })
    if (!operation) throw new Error('there is no operation')
    const result = await compileOperation(failing, failing, operation).run({
      context: {},
      operation: operation.node,
      variables: {},
    })
    await pause(5)
    process.off('unhandledRejection', listen)
    expect(plain(result)).toMatchObject({ data: { items: null }, errors: [{ path: ['items', 1] }] })
    expect(stray).toEqual([])
  })
})

describe('an answer of more than 100,000 fields', () => {
  const items = (count: number) => Array.from({ length: count }, (_, index) => ({ id: String(index), tag: 't' }))
  const executed = vi.fn()
  const schemaOf = (count: number) =>
    makeExecutableSchema({
      typeDefs:
        'type Query { items: [Item!] late: [Item!]! } interface Node { id: ID } type Other implements Node { id: ID } type Item implements Node { id: ID tag: String more: [Item] slow: Item }',
      resolvers: {
        Query: { items: () => items(count), late: async () => items(count) },
        Item: {
          more: () => items(10),
          slow: async ({ id }: { id: string }) => {
            executed()
            await pause(1)
            return { id, tag: 's' }
          },
        },
      },
    })
  const answer = async (text: string, count: number, after?: number) => {
    const of = schemaOf(count)
    const operation = findOperation(of, { document: parse(text) })
    if (!operation) throw new Error('there is no operation')
    const compiled = compileOperation(of, of, operation, createReaders(after === undefined ? {} : { after }))
    return plain(await compiled.run({ context: {}, operation: operation.node, variables: {} }))
  }
  const refusal = {
    data: null,
    errors: [
      {
        message: 'The answer has more than 100000 fields: ask for less at a time',
        extensions: { code: 'BAD_USER_INPUT' },
      },
    ],
  }

  it.each([
    ['of one list', '{ items { id tag } }', 49_999, 50_000],
    ['that come late', '{ late { id tag } }', 49_999, 50_000],
    ['of lists in a list', '{ items { more { id } } }', 9_090, 9_091],
    ['that come late, each by itself', '{ items { slow { id tag } } }', 33_333, 33_334],
    ['that are all skipped', '{ items { id @skip(if: true) } }', 99_999, 100_000],
    ['of another type', '{ items { ... on Node { ... on Other { id } } } }', 99_999, 100_000],
  ])('is refused whole, with one error: fields %s', async (_, text, most, more) => {
    const stray = vi.fn()
    process.on('unhandledRejection', stray)
    for (const after of [undefined, 0]) {
      const allowed = (await answer(text, most, after)) as { data: Record<string, unknown[]>; errors?: unknown }
      expect(allowed.errors).toBeUndefined()
      expect(Object.values(allowed.data)[0]).toHaveLength(most)
      expect(await answer(text, more, after)).toEqual(refusal)
    }
    await pause(20)
    process.off('unhandledRejection', stray)
    expect(stray).not.toHaveBeenCalled()
  })

  it('leaves alone what a mutation has done before, and tells at its own field what is too large', async () => {
    const done: string[] = []
    const noting = <Result>(name: string, result: Result): Result => {
      done.push(name)
      return result
    }
    const of = makeExecutableSchema({
      typeDefs:
        'type Item { id: ID } type Query { a: Int } type Mutation { small(n: Int): Item big: [Item] late: [Item] strict: [Item]! }',
      resolvers: {
        Mutation: {
          small: (_: unknown, { n }: { n: number }) => noting(`small ${n}`, { id: String(n) }),
          big: () => noting('big', items(100_001)),
          late: async () => noting('late', items(100_001)),
          strict: () => noting('strict', items(100_001)),
        },
      },
    })
    const run = async (text: string) => {
      done.length = 0
      const operation = findOperation(of, { document: parse(text) })
      if (!operation) throw new Error('there is no operation')
      const answer = await compileOperation(of, of, operation).run({
        context: {},
        operation: operation.node,
        variables: {},
      })
      return plain(answer) as unknown as { data: unknown; errors: { path?: string[]; message: string }[] }
    }
    for (const field of ['big', 'late']) {
      const { data, errors } = await run(
        `mutation { one: small(n: 1) { id } x: ${field} { id } two: small(n: 2) { id } }`,
      )
      expect(done).toEqual(['small 1', field, 'small 2'])
      expect(data).toEqual({ one: { id: '1' }, x: null, two: null })
      expect(errors).toMatchObject([
        { path: ['x'], extensions: { code: 'BAD_USER_INPUT' } },
        { path: ['two'], extensions: { code: 'BAD_USER_INPUT' } },
      ])
    }
    expect(await run('mutation { one: small(n: 1) { id } strict { id } }')).toEqual(refusal)
  })

  it('counts nothing of introspection, which is as long as the schema', async () => {
    const types = Array.from(
      { length: 400 },
      (_, type) =>
        `type T${type} { ${Array.from({ length: 10 }, (_, field) => `f${field}(a: Int, b: ID): ID`).join(' ')} }`,
    )
    const of = buildSchema(`type Query { a: Int } ${types.join(' ')}`)
    const operation = findOperation(of, { document: parse(getIntrospectionQuery()) })
    if (!operation) throw new Error('there is no operation')
    const answer = await compileOperation(of, of, operation).run({
      context: {},
      operation: operation.node,
      variables: {},
    })
    expect(answer.errors).toBeUndefined()
  })

  it('resolves nothing more once it is too large', async () => {
    executed.mockClear()
    expect(await answer('{ items { id slow { id } } }', 60_000)).toEqual(refusal)
    expect(executed.mock.calls.length).toBeLessThanOrEqual(50_000)
  })
})

describe('the readers of an operation', () => {
  afterEach(() => vi.restoreAllMocks())

  const things = (items: () => readonly object[]) =>
    makeExecutableSchema({
      typeDefs: 'type Query { things: [Thing] } type Thing { a: String b: String thing: Thing }',
      resolvers: { Query: { things: items } },
    })

  function compile(of: GraphQLSchema, source: string, options?: ReadersOptions) {
    const operation = findOperation(of, { document: parse(source) })
    if (!operation) throw new Error('there is no operation')
    const compiled = compileOperation(of, of, operation, createReaders(options))
    return () => compiled.run({ context: {}, operation: operation.node, variables: {} })
  }

  it('are made once a selection is of many objects, and answer the same', async () => {
    const make = vi.spyOn(globalThis, 'Function')
    const run = compile(
      things(() => Array.from({ length: 400 }, (_, index) => ({ a: `${index}`, thing: { b: 'B' } }))),
      '{ things { __typename x: a b thing { b } } }',
    )
    const first = plain(await run())
    expect(plain(await run())).toEqual(first)
    expect(make).not.toHaveBeenCalled()
    for (const _ of [1, 2, 3]) expect(plain(await run())).toEqual(first)
    expect(make).toHaveBeenCalledTimes(2)
    expect(first.data).toMatchObject({ things: { 399: { __typename: 'Thing', x: '399', b: null, thing: { b: 'B' } } } })
  })

  it('are made of no word of the operation', async () => {
    const make = vi.spyOn(globalThis, 'Function')
    await compile(
      things(() => [{ a: 'A' }]),
      '{ things { intruder: a __typename } }',
      { after: 0 },
    )()
    const [call = []] = make.mock.calls
    expect(call.length).toBeGreaterThan(1)
    expect(call.join()).not.toMatch(/intruder|Thing|\ba\b/)
  })

  it('are given up where an object does not fit, and no other is read twice for it', async () => {
    let reads = 0
    const odd = {
      get a() {
        reads++
        throw new Error('a is broken')
      },
    }
    const run = compile(
      things(() => [{ a: 'A' }, odd, odd, odd]),
      '{ things { a } }',
      { after: 0 },
    )
    const { data, errors } = await run()
    expect(plain({ data })).toEqual({ data: { things: [{ a: 'A' }, { a: null }, { a: null }, { a: null }] } })
    expect(errors?.map(({ path }) => path)).toEqual([1, 2, 3].map((index) => ['things', index, 'a']))
    expect(reads).toBe(4)
  })

  it('stay for a list in which some items are null', async () => {
    const make = vi.spyOn(globalThis, 'Function')
    const run = compile(
      things(() => [{ a: 'A' }, null as never, { a: 'C' }]),
      '{ things { a } }',
      { after: 0 },
    )
    for (const _ of [1, 2])
      expect(plain((await run()) as ExecutionResult).data).toEqual({ things: [{ a: 'A' }, null, { a: 'C' }] })
    expect(make).toHaveBeenCalledTimes(1)
    const odd = compile(
      things(() => [{ a: 'A' }, { a: 1 }, { a: 'C' }]),
      '{ things { a } }',
      { after: 0 },
    )
    for (const _ of [1, 2])
      expect(plain((await odd()) as ExecutionResult).data).toEqual({ things: [{ a: 'A' }, { a: '1' }, { a: 'C' }] })
    expect(make).toHaveBeenCalledTimes(2)
  })

  it('read nothing that comes after what is executed, which may change it', async () => {
    const source = '{ things { a thing { b } late: b } }'
    const of = makeExecutableSchema({
      typeDefs: 'type Query { things: [Thing] } type Thing { a: String b: String thing: Thing }',
      resolvers: {
        Query: { things: () => [1, 2].map(() => ({ a: 'A', b: 'before' })) },
        Thing: { thing: (thing: { b: string }) => Object.assign(thing, { b: 'after' }) && null },
      },
    })
    const { data } = (await compile(of, source, { after: 0 })()) as ExecutionResult
    expect(plain({ data })).toEqual(plain({ data: (await execute({ schema: of, document: parse(source) })).data }))
    expect(plain({ data }).data).toEqual({ things: [1, 2].map(() => ({ a: 'A', thing: null, late: 'after' })) })
  })

  it('leave no promise of a getter unattended', async () => {
    const stray: unknown[] = []
    const listen = (cause: unknown) => stray.push(cause)
    process.on('unhandledRejection', listen)
    const late = {
      get a() {
        return Promise.reject(new Error('a is late'))
      },
    }
    const { errors } = (await compile(
      things(() => [{ a: 'A' }, late]),
      '{ things { a } }',
      {
        after: 0,
      },
    )()) as ExecutionResult
    await pause(5)
    process.off('unhandledRejection', listen)
    expect(errors?.map(({ path }) => path)).toEqual([['things', 1, 'a']])
    expect(stray).toEqual([])
  })

  it('fail for one item alone that cannot even be looked at', async () => {
    const { proxy, revoke } = Proxy.revocable({ a: 'A' }, {})
    revoke()
    const run = compile(
      things(() => [{ a: 'A' }, proxy, { a: 'C' }]),
      '{ things { a } }',
      { after: 0 },
    )
    const { data, errors } = (await run()) as ExecutionResult
    expect(plain({ data })).toEqual({ data: { things: [{ a: 'A' }, null, { a: 'C' }] } })
    expect(errors?.map(({ path }) => path)).toEqual([['things', 1]])
  })

  it('are not made for more than a hundred fields', async () => {
    const make = vi.spyOn(globalThis, 'Function')
    const fields = Array.from({ length: 101 }, (_, index) => `k${index}: a`)
    for (const count of [101, 100])
      await compile(
        things(() => [{ a: 'A' }]),
        `{ things { ${fields.slice(0, count).join(' ')} } }`,
        { after: 0 },
      )()
    expect(make).toHaveBeenCalledTimes(1)
  })

  it('are kept for so many selections at most, and those that lost theirs earn another', async () => {
    const make = vi.spyOn(globalThis, 'Function')
    const run = compile(
      things(() => [{ a: 'A' }, { a: 'B' }, { a: 'C' }]),
      '{ x: things { a } y: things { a } }',
      { after: 1, most: 1 },
    )
    const first = plain(await run())
    expect(first.data).toEqual({ x: [{ a: 'A' }, { a: 'B' }, { a: 'C' }], y: [{ a: 'A' }, { a: 'B' }, { a: 'C' }] })
    expect(make).toHaveBeenCalledTimes(2)
    expect(plain(await run())).toEqual(first)
    expect(make).toHaveBeenCalledTimes(4)
  })
})
