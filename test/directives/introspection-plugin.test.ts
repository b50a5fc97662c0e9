import { ApolloServer } from '@apollo/server'
import { type ExecutionResult, GraphQLScalarType, parse } from 'graphql'
import { describe, expect, it } from 'vitest'
import {
  authorizationPlugin,
  type IntrospectionOptions,
  introspectionPlugin,
  schemaForRoles,
  type Viewer,
} from '../../src/directives/index.ts'
import { introspectionKind } from '../../src/directives/introspection-kind.ts'
import { admin, anonymous, authorize, errorsOf, member, type TestContext } from './harness.ts'

const sdl = `
  interface Root { back: Payload }
  type Payload { query: Query root: Root text: String }
  type Secret @hasRole(role: ADMIN) { id: ID! code: Code }
  enum Code { ALPHA BETA }
  input Filter { open: String hidden: Code @hasRole(role: ADMIN) }
  type Query implements Root {
    back: Payload @public
    secrets(filter: Filter!): [Secret] @hasRole(role: ADMIN)
    search(filter: Filter): String @public
  }
  type Mutation { touch: Payload @public }
`

function serve(options: Partial<IntrospectionOptions<TestContext>> = {}) {
  const resolvers = {
    Root: { __resolveType: () => 'Query' },
    Query: { back: () => ({ query: {}, root: {}, text: 'x' }), search: () => 'found' },
    Mutation: { touch: () => ({ query: {}, text: 'x' }) },
  }
  const schema = authorize(sdl, resolvers)
  const server = new ApolloServer<TestContext>({
    schema,
    introspection: true,
    includeStacktraceInErrorResponses: true,
    plugins: [
      introspectionPlugin<TestContext>({
        viewer: ({ viewer }) => viewer,
        introspection: 'by-role',
        suggestions: true,
        ...options,
      }),
      authorizationPlugin(schema),
    ],
  })
  return async (query: string, viewer: Viewer | null, variables: Record<string, unknown> = {}) => {
    const { body } = await server.executeOperation({ query, variables }, { contextValue: { viewer } })
    if (body.kind !== 'single') throw new Error('one result was expected')
    return JSON.parse(JSON.stringify(body.singleResult)) as ExecutionResult
  }
}

const types = '{ types { name } }'

describe('introspectionPlugin()', () => {
  it.each([
    `{ back { query { __schema ${types} } } }`,
    `{ back { root { ... on Query { __schema ${types} } } } }`,
    `{ back { ...A } } fragment A on Payload { root { ...B } } fragment B on Query { x: __type(name: "Secret") { name } }`,
    `mutation { touch { query { __schema ${types} } } }`,
    `{ __typename back { text query { __schema ${types} } } __schema ${types} }`,
    `{ ... on Root { back { text } } ... on Query { __schema ${types} } }`,
  ])('lets nobody at the whole schema by a detour: %s', async (query) => {
    const result = await serve()(query, member)
    expect(result.data ?? null).toBeNull()
    expect(errorsOf(result)).toEqual([['', 'BAD_REQUEST']])
    expect(JSON.stringify(result)).not.toContain('"Code"')
  })

  it('answers through every wrapping of the root', async () => {
    const query =
      '{ ...A } fragment A on Root { ... { ... on Query { ...B } } } fragment B on Query { __type(name: "Secret") { name } }'
    expect((await serve()(query, member)).data).toEqual({ __type: null })
    expect((await serve()(query, admin)).data).toEqual({ __type: { name: 'Secret' } })
  })

  it('shows the least where the viewer cannot be found out', async () => {
    const failing = serve({ viewer: () => Promise.reject(new Error('the session store is gone')) })
    const result = await failing('{ __type(name: "Query") { fields { name } } }', admin)
    expect(result.data).toEqual({ __type: { fields: [{ name: 'back' }, { name: 'search' }] } })
    const strict = serve({ viewer: () => Promise.reject(new Error('gone')), introspection: 'signed-in' })
    expect(errorsOf(await strict(`{ __schema ${types} }`, admin))).toEqual([['', 'UNAUTHENTICATED']])
  })

  it('takes roles that are no list for none', async () => {
    const odd = serve({ viewer: () => ({ id: 'x', roles: 'ADMIN' as unknown as string[] }) })
    expect((await odd('{ __type(name: "Secret") { name } }', admin)).data).toEqual({ __type: null })
  })

  it.each<[string, Record<string, unknown>]>([
    ['{ search(filter: { hiden: ALPHA }) }', {}],
    ['query ($f: Filter) { search(filter: $f) }', { f: { hiden: 'ALPHA' } }],
    ['query ($f: Filter) { search(filter: $f) }', { f: { hidden: 'ALPH' } }],
    ['{ secrets { id } }', {}],
    ['{ secrets(filter: {}) }', {}],
    ['{ search { id } secret }', {}],
  ])('words errors without names that the viewer does not see: %s', async (query, variables) => {
    const hidden = ['"hidden"', '"Code"', '"BETA"', '"ALPHA"', '"filter"', 'Secret', '"secrets"']
    const sent = `${query} ${JSON.stringify(variables)}`.split(/\W+/)
    const namesTold = async (viewer: Viewer) => {
      const { errors = [] } = await serve()(query, viewer, variables)
      expect(errors).not.toEqual([])
      const text = errors.map(({ message }) => message).join('\n')
      return hidden.filter((name) => text.includes(name) && !sent.includes(name.replaceAll('"', '')))
    }
    expect(await namesTold(member)).toEqual([])
    expect(await namesTold(admin)).not.toEqual([])
  })

  it('tells them in no stack either, where the server tells stacks', async () => {
    for (const [query, variables] of [
      ['{ search(filter: { hiden: ALPHA }) }', {}],
      ['query ($f: Filter) { search(filter: $f) }', { f: { hiden: 'ALPHA' } }],
    ] as const) {
      const { errors = [] } = await serve()(query, member, variables)
      expect(errors.map(({ extensions }) => extensions?.stacktrace)).not.toContain(undefined)
      expect(JSON.stringify(errors)).not.toContain('hidden')
      expect(JSON.stringify(await serve()(query, admin, variables))).toContain('hidden')
    }
  })

  it('leaves alone what a scalar of the host throws, whatever that is', async () => {
    const thrown = new Error('hidden only by the host')
    for (const fault of ['a text', 7, Object.freeze(new Error('frozen')), thrown]) {
      const schema = authorize('scalar Odd type Query { take(odd: Odd): String @public }', {
        Odd: new GraphQLScalarType({
          name: 'Odd',
          parseValue() {
            throw fault
          },
        }),
      })
      const server = new ApolloServer<TestContext>({
        schema,
        plugins: [
          introspectionPlugin<TestContext>({ viewer: () => null, introspection: 'by-role', suggestions: true }),
        ],
      })
      const { body } = await server.executeOperation(
        { query: 'query ($odd: Odd) { take(odd: $odd) }', variables: { odd: 1 } },
        { contextValue: { viewer: null } },
      )
      if (body.kind !== 'single') throw new Error('one result was expected')
      expect(body.singleResult.errors?.map(({ extensions }) => extensions?.code)).toEqual(['BAD_USER_INPUT'])
    }
    expect(thrown.stack).toContain('hidden only by the host')
  })

  it('looks for faults past thirty that only the viewer has, and tells the rest without names', async () => {
    const told = async (unseen: number) => {
      const hidden = Array.from({ length: unseen }, (_, index) => `a${index}: secrets(filter: {}) { id }`).join(' ')
      const { errors = [] } = await serve()(`{ ${hidden} wrong }`, member)
      return errors.map(({ message }) => message)
    }
    expect(await told(30)).toEqual(['Cannot query field "wrong" on type "Query".'])
    expect(await told(31)).toEqual(['This does not fit the part of the schema that you can see'])
  })

  it('leaves other errors and answers alone', async () => {
    const run = serve()
    expect(await run('{ search(filter: { open: "x" }) }', anonymous)).toMatchObject({ data: { search: 'found' } })
    expect(errorsOf(await run('{ secrets(filter: {}) { id } }', anonymous))).toEqual([['secrets', 'UNAUTHENTICATED']])
    expect(errorsOf(await run('{ search', anonymous))).toEqual([['', 'GRAPHQL_PARSE_FAILED']])
  })

  it('answers from the schema that schemaForRoles() gives', async () => {
    const { data } = await serve()(`{ __schema ${types} }`, member)
    const names = Object.keys(schemaForRoles(authorize(sdl), ['MEMBER']).getTypeMap())
    expect(data).toEqual({ __schema: { types: expect.arrayContaining(names.map((name) => ({ name }))) } })
    expect(JSON.stringify(data)).not.toMatch(/Secret|Code/)
  })
})

describe('introspectionKind()', () => {
  it.each([
    ['{ a }', 'none'],
    ['{ __typename }', 'none'],
    ['{ __schema { types { name } } }', 'only'],
    ['{ __typename t: __type(name: "A") { name } ...F } fragment F on Query { __schema { types { name } } }', 'only'],
    ['{ a: __schema @skip(if: true) { types { name } } b }', 'mixed'],
    ['{ a { b { __type(name: "A") { name } } } }', 'mixed'],
    ['{ __schema: a }', 'none'],
    ['{ ...F ...F } fragment F on Query { ...G } fragment G on Query { __schema { types { name } } a }', 'mixed'],
  ])('of %s is %s', (text, kind) => {
    const document = parse(text)
    const [operation] = document.definitions
    if (operation?.kind !== 'OperationDefinition') throw new Error('an operation was expected')
    expect(introspectionKind(document, operation)).toBe(kind)
    expect(introspectionKind(document, operation)).toBe(kind)
  })
})

describe('introspectionPlugin(), given as much as a request holds', () => {
  const words = 'Did you mean '.repeat(7_500)

  it.each<[string, string, Record<string, unknown>]>([
    ['a value', 'query ($c: Code) { secrets(filter: { hidden: $c }) { id } }', { c: words }],
    ['the name of a field', 'query ($f: Filter!) { secrets(filter: $f) { id } }', { f: { [words]: 1 } }],
    ['a literal', `{ secrets(filter: { open: "${words}", hidden: "${words}" }) { id } }`, {}],
  ])('retells an error in no time where "Did you mean" is %s', async (_, query, variables) => {
    const execute = serve()
    await execute('{ search }', member)
    const start = performance.now()
    expect((await execute(query, member, variables)).errors).toHaveLength(1)
    expect(performance.now() - start).toBeLessThan(500)
  })
})
