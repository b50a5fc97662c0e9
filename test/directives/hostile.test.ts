import { makeExecutableSchema } from '@graphql-tools/schema'
import {
  type DocumentNode,
  execute,
  type FieldNode,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  graphql,
  Kind,
  parse,
  subscribe,
} from 'graphql'
import { describe, expect, it } from 'vitest'
import { authorizeOperation, authorizeSchema, directiveTypeDefs, explainOperation } from '../../src/directives/index.ts'
import { prepareExecution } from '../../src/directives/prepare-execution.ts'
import { admin, anonymous, authorize, editor, errorsOf, member, run, type TestContext, testRoles } from './harness.ts'

const mine = { __typename: 'Secret', id: 'mine', ownerId: 'member', text: 'mine' }
const foreign = { __typename: 'Secret', id: 'foreign', ownerId: 'other', text: 'classified' }
const note = { __typename: 'Note', id: 'note' }

class Rows extends Array<unknown> {}

/** Something to be waited for that is no promise. */
function thenable(value: unknown, base: object = {}): PromiseLike<unknown> {
  const then: PromiseLike<unknown>['then'] = (fulfilled, rejected) => Promise.resolve(value).then(fulfilled, rejected)
  return Object.assign(base, { then })
}

/** Query builders are such: called to be narrowed, waited for to be run. */
const callable = (value: unknown) => thenable(value, () => {})

function* yielded() {
  yield mine
  yield foreign
}

const sdl = `
  interface Node { id: ID }
  interface Owned implements Node { id: ID ownerId: ID }
  type Secret implements Node & Owned @allow(any: [{ owner: "ownerId" }, { role: ADMIN }]) { id: ID ownerId: ID text: String }
  type Note implements Node { id: ID }
  union Hit = Secret | Note
  type Query { secret: Secret @public secrets: [Secret] @public node: Node @public hit: Hit @public hits: [[Hit]] @public }`

describe('an object that the viewer may not see', () => {
  it.each<[string, () => unknown]>([
    ['a promise', () => Promise.resolve(foreign)],
    ['a promise of a promise', () => Promise.resolve(Promise.resolve(foreign))],
    ['something to be waited for', () => thenable(foreign)],
    ['a function to be waited for', () => callable(foreign)],
    ['a function', () => () => foreign],
    ['a Map', () => new Map(Object.entries(foreign))],
    ['a Proxy', () => new Proxy(foreign, {})],
    ['an object without a prototype', () => Object.assign(Object.create(null), foreign)],
    ['an object that inherits everything', () => Object.create(foreign)],
    ['an owner that is a function', () => ({ ...foreign, ownerId: () => 'member' })],
    ['an owner that is a promise', () => ({ ...foreign, ownerId: Promise.resolve('member') })],
    ['an owner that prints as the viewer', () => ({ ...foreign, ownerId: { toString: () => 'member' } })],
    ['an owner in a list', () => ({ ...foreign, ownerId: ['member'] })],
  ])('is withheld as %s', async (_, give) => {
    const schema = authorize(sdl, { Query: { secret: give } })
    const result = await run(schema, '{ a: secret { __typename id text } }', member)
    expect(result.data).toEqual({ a: null })
    expect(errorsOf(result)).toEqual([['a', 'FORBIDDEN']])
  })

  it.each<[string, () => unknown]>([
    ['a list', () => [mine, foreign]],
    ['a promise of a list', () => Promise.resolve([mine, foreign])],
    ['a list of promises', () => [Promise.resolve(mine), Promise.resolve(foreign)]],
    ['a promise of a list of promises', () => Promise.resolve([Promise.resolve(mine), Promise.resolve(foreign)])],
    ['something to be waited for', () => thenable([mine, foreign])],
    ['a function to be waited for', () => callable([mine, foreign])],
    ['a list of functions to be waited for', () => [callable(mine), callable(foreign)]],
    ['a Set', () => new Set([mine, foreign])],
    ['the values of a Map', () => new Map(Object.entries({ mine, foreign })).values()],
    ['a generator', yielded],
    ['a subclass of Array', () => Rows.from([mine, foreign])],
    ['a Proxy of a list', () => new Proxy([mine, foreign], {})],
  ])('is withheld in %s, and the others are not', async (_, give) => {
    const schema = authorize(sdl, { Query: { secrets: give } })
    const result = await run(schema, '{ secrets { text } }', member)
    expect(result.data).toEqual({ secrets: [{ text: 'mine' }, null] })
    expect(errorsOf(result)).toEqual([['secrets.1', 'FORBIDDEN']])
    expect((await run(schema, '{ secrets { text } }', admin)).data).toEqual({
      secrets: [{ text: 'mine' }, { text: 'classified' }],
    })
  })

  it.each([
    ['an interface', '{ node { __typename id } }', 'node'],
    ['an interface of its interface', '{ node { ... on Owned { ... on Node { id } } } }', 'node'],
    ['a union', '{ hit { ... on Node { id } } }', 'hit'],
    ['a fragment on itself', '{ hit { ...F } } fragment F on Hit { ... on Owned { ownerId } }', 'hit'],
    ['lists of lists of a union', '{ hits { ... on Owned { id } } }', 'hits.0.0'],
  ])('is withheld by %s', async (_, query, path) => {
    const schema = authorize(sdl, {
      Query: { node: () => foreign, hit: () => foreign, hits: () => [Promise.resolve([callable(foreign), note])] },
    })
    const result = await run(schema, query, member)
    expect(JSON.stringify(result.data)).not.toMatch(/foreign|other|Secret/)
    expect(errorsOf(result)).toEqual([[path, 'FORBIDDEN']])
  })

  it('is withheld where the host tells types its own way', async () => {
    const schema = authorize(sdl, { Query: { node: () => ({ ...foreign, __typename: 'Note' }) } })
    const result = await graphql({
      schema,
      source: '{ node { id ... on Secret { text } } }',
      contextValue: { viewer: member },
      typeResolver: () => 'Secret',
    })
    expect(JSON.stringify(result.data)).not.toContain('classified')
  })

  it('is withheld where its type is told in a promise, by a custom resolveType', async () => {
    const schema = authorize(sdl, {
      Node: { __resolveType: async () => 'Secret' },
      Query: { node: () => ({ ...foreign, __typename: 'Note' }) },
    })
    const result = await run(schema, '{ node { id } }', member)
    expect(result.data).toEqual({ node: null })
    expect(errorsOf(result)).toEqual([['node', 'FORBIDDEN']])
  })

  it('is counted among more than a hundred without its type', async () => {
    const schema = authorize(sdl, { Query: { hits: () => [Array.from({ length: 150 }, () => foreign)] } })
    const document = parse('{ hits { ... on Node { id } } }')
    const contextValue = { viewer: member }
    const prepared = await prepareExecution(schema, { document }, contextValue)
    if (!prepared) throw new Error('there is nothing to execute')
    const { document: ready, complete } = prepared.beginGuarded()
    const { data } = await execute({ schema, document: ready, contextValue })
    const { errors } = complete({ data })
    expect(errors?.at(-1)?.extensions).toEqual({ code: 'FORBIDDEN', omitted: { Hit: 50 } })
    expect(JSON.stringify(errors)).not.toContain('Secret')
  })

  it('is withheld in an event, told by an interface', async () => {
    const schema = authorize(`${sdl} type Subscription { feed: Node @public }`, {
      Subscription: {
        feed: {
          async *subscribe() {
            yield { feed: note }
            yield { feed: Promise.resolve(foreign) }
          },
        },
      },
    })
    const stream = await subscribe({
      schema,
      document: parse('subscription { feed { id } }'),
      contextValue: { viewer: member },
    })
    if (!(Symbol.asyncIterator in stream)) throw new Error('there is no stream')
    const events = []
    for await (const event of stream) events.push(JSON.parse(JSON.stringify(event)))
    expect(events.map(({ data }) => data)).toEqual([{ feed: { id: 'note' } }, { feed: null }])
    expect(errorsOf(events[1])).toEqual([['feed', 'FORBIDDEN']])
  })
})

describe('a rule on an input field of a @oneOf input', () => {
  const schema = authorize(
    `input Pick @oneOf { id: ID email: String @hasRole(role: ADMIN) }
    type Query { find(by: Pick!): String @public }`,
    { Query: { find: () => 'found' } },
  )

  it.each([
    ['{ find(by: { email: "x" }) }', {}],
    ['query ($by: Pick!) { find(by: $by) }', { by: { email: 'x' } }],
    ['query ($email: String!) { find(by: { email: $email }) }', { email: 'x' }],
  ])('holds for %s', async (query, variables) => {
    const result = await run(schema, query, member, variables)
    expect(result.data).toEqual({ find: null })
    expect(errorsOf(result)).toEqual([['find', 'FORBIDDEN']])
    expect((await run(schema, query, admin, variables)).data).toEqual({ find: 'found' })
  })

  it('does not hold back the other choice', async () => {
    expect(await run(schema, '{ find(by: { id: 1 }) }', anonymous)).toEqual({ data: { find: 'found' } })
  })
})

describe('an operation that a resolver makes of the one it is in', () => {
  const build = () =>
    authorize(`type Query { free: String @public again: String @public kept: String @hasRole(role: ADMIN) }`, {
      Query: {
        free: () => 'free',
        kept: () => 'classified',
        async again(_: unknown, __: unknown, contextValue: unknown, info: GraphQLResolveInfo) {
          const field: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: 'kept' } }
          const definition = {
            ...info.operation,
            selectionSet: { kind: Kind.SELECTION_SET, selections: [field] } as const,
          }
          const document: DocumentNode = { kind: Kind.DOCUMENT, definitions: [definition] }
          const { data, errors } = await execute({ schema: info.schema, document, contextValue })
          return JSON.stringify({ data, codes: errors?.map(({ extensions }) => extensions.code) })
        },
      },
    })

  it('is decided for itself, though the other was allowed outright', async () => {
    const schema = build()
    const document = parse('{ free again }')
    const contextValue = { viewer: member }
    const prepared = await prepareExecution(schema, { document }, contextValue)
    if (!prepared) throw new Error('there is nothing to execute')
    const result = await execute({ schema, document: prepared.beginGuarded().document, contextValue })
    expect(JSON.parse(String(result.data?.again))).toEqual({ data: { kept: null }, codes: ['FORBIDDEN'] })
  })
})

describe('a type that several documents describe', () => {
  const parts = [
    'type Doc @hasRole(role: EDITOR) { id: ID text: String @hasRole(role: EDITOR) }',
    'type Doc @hasPermission(permission: READ_ALL) { text: String @hasRole(role: ADMIN) }',
    'extend type Doc @hasRole(role: ADMIN)',
    'type Query { doc: Doc @public }',
  ]

  it.each([
    ['before', [directiveTypeDefs, testRoles, ...parts]],
    ['after', [...parts, testRoles, directiveTypeDefs]],
  ])('keeps the rules of all of them, with the definitions %s', async (_, typeDefs) => {
    const schema = authorizeSchema<TestContext>(
      makeExecutableSchema({ typeDefs, resolvers: { Query: { doc: () => ({ id: '1', text: 'text' }) } } }),
      { viewer: ({ viewer }) => viewer },
    )
    expect((await run(schema, '{ doc { id text } }', admin)).errors).toBeUndefined()
    expect(errorsOf(await run(schema, '{ doc { id } }', editor))).toEqual([['doc', 'FORBIDDEN']])
    expect(errorsOf(await run(schema, '{ doc { id } }', { ...admin, permissions: [] }))).toEqual([['doc', 'FORBIDDEN']])
  })
})

describe('a document that is small and selects through many types', () => {
  const names = Array.from({ length: 8 }, (_, index) => `T${index}`)
  const many = `interface Node { next: Node id: ID }
    ${names.map((name) => `type ${name} implements Node { next: Node id: ID hidden: ID @hasRole(role: ADMIN) }`).join(' ')}
    type Query { node: Node @public } type Mutation { save: Node @public }`
  /** The same field twice on each level: every level has two selection sets that come together. */
  const twice = (levels: number) => `${'next { '.repeat(levels)}id${' }'.repeat(levels)}`
  const query = (operation: string, field: string) =>
    `${operation} { ${field} { ${twice(6)} } ${field} { ${twice(6)} ${names.map((name) => `... on ${name} { ${twice(6)} }`).join(' ')} } }`

  it.each([
    [
      'decided',
      (schema: GraphQLSchema, document: DocumentNode) => authorizeOperation(schema, { document, viewer: member }),
    ],
    [
      'explained',
      (schema: GraphQLSchema, document: DocumentNode) => explainOperation(schema, { document, viewer: member }),
    ],
  ])('is %s in no time', (_, read) => {
    const schema = authorize(many)
    for (const document of [parse(query('query', 'node')), parse(query('mutation', 'save'))]) {
      const start = performance.now()
      read(schema, document)
      expect(performance.now() - start).toBeLessThan(1_000)
    }
  })

  it('is denied where it comes to more than can be decided', () => {
    const schema = authorize(many)
    const levels = 16
    // Each chain is narrowed to one type on a level of its own: every path of types has another set of them.
    const chains = Array.from({ length: levels }, (_, chain) => {
      const open = Array.from({ length: levels }, (_, level) => (level === chain ? 'next { ... on T0 {' : 'next {'))
      return `save { ${open.join(' ')} id ${'}'.repeat(levels + 1)} }`
    })
    const document = parse(`mutation { ${chains.join(' ')} }`)
    const start = performance.now()
    expect(authorizeOperation(schema, { document, viewer: member }).allowed).toBe(false)
    expect(explainOperation(schema, { document, viewer: member }).length).toBeLessThanOrEqual(1_000)
    expect(performance.now() - start).toBeLessThan(5_000)
  })

  it('is decided as exactly as any other', () => {
    const schema = authorize(many)
    const denied = names.map((name) => `... on ${name} { hidden }`).join(' ')
    const some = names
      .slice(1)
      .map((name) => `... on ${name} { hidden }`)
      .join(' ')
    const decide = (selection: string) =>
      authorizeOperation(schema, { document: parse(`mutation { ${selection} }`), viewer: member }).allowed
    expect(decide(`save { id next { id } } save { next { ${denied} } }`)).toBe(false)
    expect(decide(`save { id next { id } } save { next { ${some} } }`)).toBe(true)
    expect(decide(`save { next { ... on T0 { hidden } } } save { next { ${some} } }`)).toBe(false)
  })
})

describe('a mutation that takes away what it was allowed by', () => {
  const sdlOf = (payload: string) => `
    type Doc @hasAccess(level: READ) { id: ID text: String }
    type Left { doc: Doc }
    type Query { ok: String @public }
    type Mutation { leave(id: ID): ${payload} @hasAccess(level: READ, resource: "Doc") }`
  const doc = { id: '1', text: 'classified' }

  it.each([
    ['itself', 'Doc', (after: unknown) => after, '{ text }', 'leave'],
    ['in its payload', 'Left', (after: unknown) => ({ doc: after }), '{ doc { text } }', 'leave.doc'],
  ])('no longer gives it %s', async (_, payload, give, selection, path) => {
    let shared = true
    const leave = async () => {
      shared = false
      return give(doc)
    }
    const schema = authorize(sdlOf(payload), { Mutation: { leave } }, { access: (_, { ids }) => ids.map(() => shared) })
    const result = await run(schema, `mutation { leave(id: "1") ${selection} }`, member)
    expect(errorsOf(result)).toEqual([[path, 'FORBIDDEN']])
    expect(JSON.stringify(result.data)).not.toContain('classified')
    expect(shared).toBe(false)
  })
})

describe('a mutation whose variables do not fit', () => {
  it('is not looked through for every fault', () => {
    const schema = authorize(
      'input Change { title: String } type Query { ok: String @public } type Mutation { save(change: Change): String @auth }',
    )
    const document = parse('mutation ($change: Change) { save(change: $change) }')
    const change = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`k${index}`, 1]))
    const start = performance.now()
    const decide = () => authorizeOperation(schema, { document, variableValues: { change }, viewer: member })
    expect(decide).toThrow('Field "k0" is not defined by type "Change"')
    expect(performance.now() - start).toBeLessThan(500)
  })
})

describe('variables that are nested deeper than their type', () => {
  it('are explained as far as they fit', () => {
    const schema = authorize(
      'input Pick { ids: [[ID]] hidden: ID @hasRole(role: ADMIN) } type Query { find(by: [Pick]): String @public }',
    )
    const document = parse('query ($by: [Pick]) { find(by: $by) }')
    const coordinatesOf = (by: unknown) =>
      explainOperation(schema, { document, variableValues: { by }, viewer: member }).map(({ coordinate }) => coordinate)
    const deep = JSON.parse(`${'['.repeat(20_000)}${']'.repeat(20_000)}`)
    expect(coordinatesOf(deep)).toEqual(['Query.find'])
    expect(coordinatesOf([{ ids: deep, hidden: 1 }])).toEqual(['Query.find', 'Pick.hidden'])
    expect(coordinatesOf({ hidden: 1 })).toEqual(['Query.find', 'Pick.hidden'])
    expect(coordinatesOf([[{ hidden: 1 }]])).toEqual(['Query.find'])
  })
})
