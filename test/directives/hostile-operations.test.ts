import { ApolloServer } from '@apollo/server'
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled'
import fastify from 'fastify'
import {
  type ExecutionResult,
  execute,
  GraphQLScalarType,
  type GraphQLSchema,
  parse,
  subscribe,
  validate,
} from 'graphql'
import mercurius from 'mercurius'
import { describe, expect, it, vi } from 'vitest'
import {
  authorizationPlugin,
  authorizeOperation,
  type ExecuteFunction,
  explainOperation,
  type Viewer,
} from '../../src/directives/index.ts'
import { prepareExecution } from '../../src/directives/prepare-execution.ts'
import { createExecutor } from '../../src/graphql/executor.ts'
import { formatted, runCompiled } from '../graphql/run-compiled.ts'
import { admin, anonymous, authorize, editor, errorsOf, member, run, type TestContext } from './harness.ts'

type Variables = Record<string, unknown>

/** The ways to one answer: without the plan, with it, and compiled. Fails where they differ. */
async function ask(schema: GraphQLSchema, source: string, viewer: Viewer | null, variableValues: Variables = {}) {
  const document = parse(source)
  expect(validate(schema, document)).toEqual([])
  const reference = await run(schema, source, viewer, variableValues)
  const contextValue = { viewer }
  const prepared = await prepareExecution(schema, { document, variableValues }, contextValue)
  if (!prepared) throw new Error('there is nothing to execute')
  const { document: ready, complete } = prepared.beginGuarded()
  const planned = complete(formatted(await execute({ schema, document: ready, contextValue, variableValues })))
  const compiled = await runCompiled({ schema, document, contextValue, variableValues })
  for (const other of [planned, compiled]) {
    const answer = JSON.parse(JSON.stringify(other)) as ExecutionResult
    expect(answer.data).toEqual(reference.data)
    expect(JSON.stringify(answer.data)).toBe(JSON.stringify(reference.data))
    expect(errorsOf(answer).sort()).toEqual(errorsOf(reference).sort())
  }
  return reference
}

/** An Apollo Server over a schema, executing compiled operations or not. */
function serve(schema: GraphQLSchema, isCompiled: boolean) {
  const execute: ExecuteFunction = createExecutor(schema, { formatError: (error) => error }).execute
  const server = new ApolloServer<TestContext>({
    schema,
    plugins: [ApolloServerPluginCacheControlDisabled(), authorizationPlugin(schema, isCompiled ? { execute } : {})],
  })
  return async (query: string, viewer: Viewer | null, variables: Variables = {}) => {
    const { body, http } = await server.executeOperation({ query, variables }, { contextValue: { viewer } })
    if (body.kind !== 'single') throw new Error('one result was expected')
    const result = JSON.parse(JSON.stringify(body.singleResult)) as ExecutionResult
    return { status: http.status, result }
  }
}

describe('a mutation with an argument that does not fit beside one that is denied', () => {
  const wrote = vi.fn(() => 1)
  const schema = authorize(
    `type Query { a: Int @public }
    input Change { level: Int @hasRole(role: ADMIN) text: String }
    type Mutation {
      save: Int @auth
      change(count: Int! = 1, secret: Int @hasRole(role: ADMIN), change: Change): Int @auth
    }`,
    { Mutation: { save: wrote, change: wrote } },
  )

  describe.each([
    ['compiled', true],
    ['by graphql-js', false],
  ])('executed %s', (_, isCompiled) => {
    const send = serve(schema, isCompiled)

    it.each(['secret: 1', 'change: { level: 1 }'])('is refused whole all the same for %s', async (denied) => {
      wrote.mockClear()
      const source = `mutation ($none: Int) { change(count: $none, ${denied}) save }`
      const { status, result } = await send(source, member, { none: null })
      expect(status).toBe(403)
      expect(errorsOf(result)).toEqual([['change', 'FORBIDDEN']])
      expect(wrote).not.toHaveBeenCalled()
    })

    it('runs what is beside it for whom nothing is denied', async () => {
      wrote.mockClear()
      const source = 'mutation ($none: Int) { change(count: $none, change: { text: "a" }) save }'
      const { status, result } = await send(source, member, { none: null })
      expect({ status, data: result.data }).toEqual({ status: undefined, data: { change: null, save: 1 } })
      expect(wrote).toHaveBeenCalledTimes(1)
    })
  })
})

describe('a mutation with a condition that is null', () => {
  const wrote = vi.fn(() => ({ id: '1', text: 'text' }))
  const schema = authorize(
    `type Doc { id: ID text: String secret: String @hasRole(role: ADMIN) }
    type Query { a: Int @public }
    type Mutation { save: Doc @auth remove: Doc @hasRole(role: ADMIN) }`,
    { Mutation: { save: wrote, remove: wrote } },
  )
  const beside = 'save { id @include(if: $yes) }'

  describe.each([
    ['compiled', true],
    ['by graphql-js', false],
  ])('executed %s', (_, isCompiled) => {
    const send = serve(schema, isCompiled)

    it.each([
      ['the field beside it', `${beside} remove { id }`],
      ['the field before it', `remove { id } ${beside}`],
      ['a payload beside it', `${beside} more: save { secret }`],
      ['a payload deeper than another', 'save { id ... { text @skip(if: $yes) } } remove { id }'],
    ])('is refused whole all the same for %s', async (_, selection) => {
      wrote.mockClear()
      const { status, result } = await send(`mutation ($yes: Boolean = true) { ${selection} }`, member, { yes: null })
      expect(status).toBe(403)
      expect(result.data).toBeUndefined()
      expect(new Set(errorsOf(result).map(([, code]) => code))).toEqual(new Set(['FORBIDDEN']))
      expect(wrote).not.toHaveBeenCalled()
    })

    it('runs nothing where the condition stands at the top', async () => {
      wrote.mockClear()
      const query = 'mutation ($yes: Boolean = true) { save @include(if: $yes) { id } remove { id } }'
      const { result } = await send(query, member, { yes: null })
      expect(result.data ?? null).toBeNull()
      expect(result.errors).toHaveLength(1)
      expect(wrote).not.toHaveBeenCalled()
    })

    it('is told of its condition where nothing else is wrong', async () => {
      const { result } = await send(`mutation ($yes: Boolean = true) { ${beside} }`, member, { yes: null })
      expect(result.data).toEqual({ save: null })
      expect(result.errors?.[0]?.message).toContain('"if"')
    })
  })

  it('is decided as far as it goes', () => {
    const document = parse(`mutation ($yes: Boolean = true) { ${beside} remove { id } }`)
    const { denials } = authorizeOperation(schema, { document, variableValues: { yes: null }, viewer: member })
    expect(denials).toEqual([{ coordinate: 'Mutation.remove', path: ['remove'], code: 'FORBIDDEN' }])
  })
})

describe('names that every object has', () => {
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', 'then', 'toJSON', '__typename']
  const schema = authorize(
    `scalar Any
    type Doc { id: ID secret: String @hasRole(role: ADMIN) own: Doc @allow(any: [{ owner: "constructor" }]) constructor: String toString: Any any: Any }
    type Query { doc: Doc @public docs: [Doc] @public secret: String @hasRole(role: ADMIN) text: String @public any: Any @public }
    type Mutation { doc: Doc @public }`,
    Object.fromEntries(
      ['Query', 'Mutation'].map((root) => [
        root,
        {
          doc: () => ({ id: '1', secret: 'classified', own: { id: '2' } }),
          ...(root === 'Query' && {
            docs: () => [{ id: '1', secret: 'classified' }, null, { id: '2', secret: 'classified' }],
            secret: () => 'classified',
            text: () => 'text',
            any: () => JSON.parse('{ "__proto__": { "constructor": 1 }, "toString": 2 }'),
          }),
        },
      ]),
    ),
  )

  it.each(names)('are withheld and given as any other: %s', async (name) => {
    const denied = `{ ${name}: secret docs { id ${name}: secret } a: doc { ${name}: secret } }`
    const result = await ask(schema, denied, member)
    expect(JSON.stringify(result)).not.toContain('classified')
    expect(
      errorsOf(result)
        .map(([path]) => path)
        .sort(),
    ).toEqual([name, `a.${name}`, `docs.0.${name}`, `docs.2.${name}`].sort())
    expect(JSON.stringify((await ask(schema, denied, admin)).data).match(/classified/g)).toHaveLength(4)

    const below = `{ ${name}: docs { id secret } a: text @skip(if: true) }`
    expect(errorsOf(await ask(schema, below, member)).map(([path]) => path)).toEqual([
      `${name}.0.secret`,
      `${name}.2.secret`,
    ])
    const skipped = await ask(schema, `{ docs { id ${name}: secret @skip(if: true) } }`, member)
    expect(skipped.errors).toBeUndefined()
    expect(await ask(schema, `mutation { ${name}: doc { id } }`, anonymous)).not.toHaveProperty('errors')
  })

  it('belong to nobody where a rule reads them', async () => {
    const result = await ask(schema, '{ doc { own { id } } }', { id: 'Object', roles: [] })
    expect(errorsOf(result)).toEqual([['doc.own', 'FORBIDDEN']])
  })

  it('pass as keys of a scalar beside what is withheld', async () => {
    const { data } = await ask(schema, '{ any secret }', member)
    expect(JSON.stringify(data)).toBe('{"any":{"__proto__":{"constructor":1},"toString":2},"secret":null}')
  })
})

describe('viewers at once', () => {
  const build = () =>
    authorize(
      `type Doc @allow(any: [{ owner: "ownerId" }, { role: ADMIN }]) { ownerId: ID text: String note: String @hasRole(role: EDITOR) }
      type Query { docs(skip: Int): [Doc] @auth who: String @public }`,
      {
        Query: {
          who: async (_: unknown, __: unknown, { viewer }: TestContext) => viewer?.id,
          docs: async () => {
            await new Promise((resolve) => setTimeout(resolve, Math.random() * 5))
            return ['member', 'editor', 'admin'].map(async (ownerId) => ({ ownerId, text: `of ${ownerId}`, note: 'n' }))
          },
        },
      },
      { viewer: async ({ viewer }) => viewer },
    )
  const query = 'query ($n: Int) { who docs(skip: $n) { text note } }'
  const viewers = [anonymous, member, editor, admin, { ...admin, permissions: [] }]

  it.each([
    ['one compiled operation', true],
    ['one document', false],
  ])('each get their own answer of %s', async (_, isCompiled) => {
    const schema = build()
    const send = serve(schema, isCompiled)
    const expected = await Promise.all(viewers.map((viewer) => run(schema, query, viewer)))
    const many = Array.from({ length: 40 }, (_, index) => index % viewers.length)
    const answers = await Promise.all(many.map((index) => send(query, viewers[index] ?? null)))
    for (const [place, index] of many.entries()) {
      expect(answers[place]?.result.data).toEqual(expected[index]?.data)
      expect(errorsOf(answers[place]?.result ?? {}).sort()).toEqual(errorsOf(expected[index] ?? {}).sort())
    }
  })

  it('each get their own answer of one query that Mercurius has compiled', async () => {
    const schema = build()
    const server = fastify()
    const people = new Map(viewers.map((viewer, index) => [String(index), viewer]))
    const context = ({ headers }: { headers: Record<string, unknown> }) => ({
      viewer: people.get(String(headers['x-user'])) ?? null,
    })
    await server.register(mercurius, { schema, jit: 1, context })
    const send = async (index: number) => {
      const headers = { 'x-user': String(index) }
      return (await server.inject({ method: 'POST', url: '/graphql', headers, payload: { query } })).json()
    }
    const expected = await Promise.all(viewers.map((viewer) => run(schema, query, viewer)))
    for (let round = 0; round < 3; round++) {
      const answers = await Promise.all(viewers.map((_, index) => send(index)))
      expect(answers.map(({ data }) => data)).toEqual(expected.map(({ data }) => data))
    }
    await server.close()
  })
})

describe('a scalar of the application with a rule on its place', () => {
  const fallback = { kind: 'default' }
  const Any = new GraphQLScalarType({ name: 'Any', parseValue: (value) => (value === 'default' ? fallback : value) })
  const find = vi.fn((_: unknown, args: unknown) => JSON.stringify(args))
  const schema = authorize(
    `scalar Any
    input By { any: Any = "default" @hasRole(role: ADMIN) open: Any }
    type Query { find(by: By, any: Any @hasRole(role: ADMIN)): String @public }`,
    { Any, Query: { find } },
  )

  it.each<[string, string, Variables?]>([
    ['a literal', '{ find(any: { a: [1] }) }'],
    ['a variable within a literal', 'query ($v: Int) { find(any: { a: $v }) }'],
    ['a variable', 'query ($v: Any) { find(any: $v) }', { v: { a: 1 } }],
    ['null', 'query ($v: Any) { find(any: $v) }', { v: null }],
    ['what is read as the default', '{ find(by: { any: "default" }) }'],
    ['what is read as the default, by variable', 'query ($v: By) { find(by: $v) }', { v: { any: 'default' } }],
    ['a field by variable', 'query ($v: Any) { find(by: { any: $v }) }', { v: 0 }],
  ])('holds for %s', async (_, source, variables) => {
    find.mockClear()
    expect(errorsOf(await ask(schema, source, member, variables))).toEqual([['find', 'FORBIDDEN']])
    expect(find).not.toHaveBeenCalled()
    expect((await ask(schema, source, admin, variables)).errors).toBeUndefined()
  })

  it('does not hold for what is inside the scalar, nor for the default', async () => {
    const result = await ask(schema, '{ find(by: { open: { any: 1 } }) }', anonymous)
    expect(JSON.parse(String(result.data?.find))).toEqual({ by: { any: fallback, open: { any: 1 } } })
  })
})

describe('a source of events that is a function', () => {
  it('ends with the rule that let it begin', async () => {
    let isShared = true
    async function* events() {
      for (let event = 1; event <= 4; event++) {
        isShared = event < 2
        yield { told: `event ${event}` }
      }
    }
    const schema = authorize(
      'type Query { a: Int @public } type Doc { id: ID } type Subscription { told(id: ID): String @hasAccess(level: READ, resource: "Doc") }',
      { Subscription: { told: { subscribe: () => Object.assign(() => {}, { [Symbol.asyncIterator]: events }) } } },
      { access: (_, { ids }) => ids.map(() => isShared) },
    )
    const document = parse('subscription { told(id: "1") }')
    const stream = await subscribe({ schema, document, contextValue: { viewer: member } })
    if (!(Symbol.asyncIterator in stream)) throw new Error('there is no stream')
    const answers: ExecutionResult[] = []
    for await (const answer of stream) answers.push(answer)
    expect(answers.map(({ data }) => data?.told)).toEqual(['event 1', null])
    expect(errorsOf(answers[1] ?? {})).toEqual([['told', 'FORBIDDEN']])
  })
})

describe('an explanation', () => {
  const schema = authorize(
    `input Filter { price: Int @hasRole(role: ADMIN) deep: [Filter] }
    type Query { find(filter: Filter, limit: Int @hasRole(role: EDITOR)): String @public }`,
    { Query: { find: () => 'found' } },
  )
  const operation =
    'query ($f: Filter = { deep: { price: 1 } }, $p: Int, $l: Int) { find(filter: $f, limit: $l) other: find(filter: { price: $p }) }'
  const deniedOf = (variableValues?: Variables) =>
    explainOperation(schema, { document: parse(operation), viewer: member, ...(variableValues && { variableValues }) })
      .filter(({ decision }) => decision === 'deny')
      .map(({ path, coordinate }) => `${path.join('.')} ${coordinate}`)

  it.each<[string, Variables, string[]]>([
    ['the operation’s own defaults', {}, ['find Filter.price']],
    ['what takes their place', { f: {}, p: 1 }, ['other Filter.price']],
    ['null', { f: null, l: null }, ['find Query.find(limit:)']],
  ])('counts as the rules do %s', async (_, variables, expected) => {
    expect(deniedOf(variables)).toEqual(expected)
    const { denials } = authorizeOperation(schema, {
      document: parse(operation),
      variableValues: variables,
      viewer: member,
    })
    expect(denials.map(({ path }) => path.join('.'))).toEqual(expected.map((line) => line.split(' ')[0]))
    const told = errorsOf(await ask(schema, operation, member, variables))
    expect(told.map(([path]) => path)).toEqual(expected.map((line) => line.split(' ')[0]))
  })

  it('takes every variable for given where nobody says which are', () => {
    expect(deniedOf()).toEqual(['find Query.find(limit:)', 'other Filter.price'])
  })
})
