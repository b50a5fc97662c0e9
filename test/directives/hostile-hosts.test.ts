import { type ExecutionResult, type GraphQLSchema, parse, printSchema } from 'graphql'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { schemaForRoles, smallestRoleSets, type Viewer, visibility } from '../../src/directives/index.ts'
import { runCompiled } from '../graphql/run-compiled.ts'
import { admin, authorize, editor, errorsOf, faultsOf, member, run } from './harness.ts'

// What a host hands in is taken at its word only where the word is exact.

describe('roles', () => {
  const schema = authorize(
    `enum Role { WRITER @grants(permissions: [WRITE]) READER @grants(permissions: [READ]) }
    enum Permission { READ WRITE }
    type Query { read: String @hasRole(role: READER) write: String @hasPermission(permission: WRITE) }`,
    { Query: { read: () => 'read', write: () => 'written' } },
  )
  const ask = (roles: unknown) => run(schema, '{ read write }', { id: '1', roles } as Viewer)

  it('are told apart however many were seen together before', async () => {
    expect((await ask(['READER', 'WRITER'])).data).toEqual({ read: 'read', write: 'written' })
    expect((await ask(['WRITER', 'READER', 'WRITER'])).data).toEqual({ read: 'read', write: 'written' })
    const made: unknown[] = [['READER WRITER'], ['READER', 'READER WRITER'], [['READER', 'WRITER']], ['']]
    for (const roles of made.slice(0, 1).concat(made.slice(2)))
      expect((await ask(roles)).data, JSON.stringify(roles)).toEqual({ read: null, write: null })
    expect((await ask(made[1])).data).toEqual({ read: 'read', write: null })
  })

  it.each([['__proto__'], ['constructor'], ['toString'], ['READER,WRITER'], ['reader'], ['READER '], ['READER\u0000']])(
    'are not %j',
    async (role) => {
      expect((await ask([role])).data).toEqual({ read: null, write: null })
      expect((await ask([role, role])).data).toEqual({ read: null, write: null })
    },
  )

  it('cannot be called what viewers are who are not signed in: the access matrix tells both by name', () => {
    const faults = faultsOf('enum Role { anonymous } enum Permission { _ } type Query { a: Int @public }')
    expect(faults).toContainEqual(
      expect.objectContaining({ coordinate: 'Role.anonymous', message: expect.stringContaining('not signed in') }),
    )
  })
})

describe('a viewer', () => {
  const schema = authorize('type Query { kept: String @auth(interactive: true) }', { Query: { kept: () => 'kept' } })

  it.each(['false', 'true', 1, {}])('is interactive by true alone, and not by %j', async (interactive) => {
    const viewer = { ...member, interactive } as unknown as Viewer
    expect(errorsOf(await run(schema, '{ kept }', viewer))).toEqual([['kept', 'FORBIDDEN']])
    expect((await run(schema, '{ kept }', { ...member, interactive: true })).data).toEqual({ kept: 'kept' })
  })
})

describe('an onError that throws', () => {
  const broken = () => {
    throw new Error('unheard')
  }
  const schema = authorize(
    `type Query { decided: String @allow(any: [{ policy: "broken" }]) lists: [Doc] @auth open: String @public }
    type Doc @hasAccess(level: READ, resource: "Doc") { id: ID! }`,
    { Query: { decided: () => 'a', lists: () => [{ id: '1' }, { id: '2' }], open: () => 'open' } },
    { onError: broken, access: broken, policies: { broken } },
  )

  it('keeps nobody waiting, lets nothing out, and ends no process', async () => {
    const told = vi.spyOn(console, 'error').mockImplementation(() => {})
    onTestFinished(() => told.mockRestore())
    const lost = vi.fn()
    process.on('unhandledRejection', lost)
    onTestFinished(() => void process.off('unhandledRejection', lost))
    const result = await run(schema, '{ decided lists { id } open }', member)
    expect(result.data).toEqual({ decided: null, lists: [null, null], open: 'open' })
    expect(
      errorsOf(result)
        .map(([path]) => path)
        .sort(),
    ).toEqual(['decided', 'lists.0', 'lists.1'])
    await new Promise(setImmediate)
    expect(lost).not.toHaveBeenCalled()
    expect(JSON.stringify(result)).not.toContain('unheard')
    expect(told.mock.calls.flat().map(String).join(' ')).toContain('unheard')
  })

  it('answers all the same where who asks cannot be told', async () => {
    const told = vi.spyOn(console, 'error').mockImplementation(() => {})
    onTestFinished(() => told.mockRestore())
    const unknown = authorize(
      'type Query { me: String @auth }',
      { Query: { me: () => 'me' } },
      {
        viewer: broken,
        onError: broken,
      },
    )
    expect((await run(unknown, '{ me }', member)).data).toEqual({ me: null })
  })
})

describe('a resolveType that does not stay with its answer', () => {
  const item = { id: '1', word: 'secret' }
  const sdl = `
    interface Node { id: ID }
    type Open implements Node { id: ID }
    type Secret implements Node @hasRole(role: ADMIN) { id: ID word: String }
    union Any = Open | Secret
    type Query { node: Node @public nodes: [Node] @public any: Any @public text: Any @public }`
  const kinds = ['Open', 'Secret']
  const selection = '{ __typename ... on Open { id } ... on Secret { id word } }'

  it.each([
    ['at once', (name: string) => name],
    ['later', async (name: string) => name],
  ])('shows nothing of what it was not decided to be: %s', async (_, settle) => {
    for (const first of [0, 1]) {
      let calls = first
      const __resolveType = () => settle(kinds[calls++ % 2] ?? '')
      const schema = authorize(sdl, {
        Node: { __resolveType },
        Any: { __resolveType },
        Query: { node: () => item, nodes: () => [item, { ...item }, item], any: () => item, text: () => 'secret' },
      })
      for (const field of ['node', 'nodes', 'any', 'text', 'node', 'nodes']) {
        const source = `{ ${field} ${selection} again: ${field} ${selection} }`
        const compiled = { schema, document: parse(source), contextValue: { viewer: member } }
        for (const answer of [await run(schema, source, member), await runCompiled(compiled)])
          expect(JSON.stringify(answer), `${field} from ${first}`).not.toMatch(/secret/i)
      }
      expect(JSON.stringify((await run(schema, `{ nodes ${selection} }`, admin)).data)).toContain('"id":"1"')
    }
  })
})

describe('an object that a mutation makes another type of', () => {
  const sdl = `
    interface Node { id: ID word: String }
    type Open implements Node { id: ID word: String }
    type Secret implements Node @hasRole(role: ADMIN) { id: ID word: String }
    type Query { a: Int @public }
    type Mutation { turn: Node @auth }`

  it.each([
    ['without the plan', run],
    [
      'compiled',
      (schema: GraphQLSchema, source: string, viewer: Viewer | null) =>
        runCompiled({ schema, document: parse(source), contextValue: { viewer } }) as Promise<ExecutionResult>,
    ],
  ])('is decided anew by each field of the mutation: %s', async (_, ask) => {
    const item = { id: '1', word: 'kept', isSecret: true }
    const schema = authorize(sdl, {
      Node: { __resolveType: ({ isSecret }: typeof item) => (isSecret ? 'Secret' : 'Open') },
      Mutation: {
        turn() {
          item.isSecret = !item.isSecret
          return item
        },
      },
    })
    const source = 'mutation { first: turn { __typename word } second: turn { __typename word } }'
    const answer = await ask(schema, source, member)
    expect(answer.data).toEqual({ first: { __typename: 'Open', word: 'kept' }, second: null })
    expect(errorsOf(answer)).toEqual([['second', 'FORBIDDEN']])
    expect((await ask(schema, source, admin)).data).toMatchObject({ second: { __typename: 'Secret' } })
  })
})

describe('@auth(maxAge:)', () => {
  const start = Date.UTC(2030, 0, 1)
  let now = start
  const schema = authorize(
    `type Query { recent: String @auth(maxAge: 60) old: Vault @public }
    type Vault @auth(maxAge: 60) @allow(any: [{ owner: "id" }, { role: ADMIN }]) { id: ID }`,
    { Query: { recent: () => 'recent', old: () => ({ id: 'member' }) } },
    { now: () => now },
  )
  const since = (authenticatedAt: unknown) =>
    run(schema, '{ recent }', { ...member, authenticatedAt } as Viewer).then((result) => errorsOf(result))

  it('holds to the millisecond', async () => {
    expect(await since(new Date(start - 60_000))).toEqual([])
    expect(await since(new Date(start - 60_001))).toEqual([['recent', 'REAUTHENTICATION_REQUIRED']])
  })

  it('takes a time ahead of the clock for now: clocks of two machines differ', async () => {
    expect(await since(new Date(start + 5_000))).toEqual([])
  })

  it.each([
    ['a number', start],
    ['a text', new Date(start).toISOString()],
    ['no time', new Date(Number.NaN)],
    ['null', null],
    ['something like a date', { getTime: () => start }],
  ])('takes %s for too old', async (_, authenticatedAt) => {
    expect(await since(authenticatedAt)).toEqual([['recent', 'REAUTHENTICATION_REQUIRED']])
  })

  it('does not hold where the clock is broken', async () => {
    now = Number.NaN
    expect(await since(new Date(start))).toEqual([['recent', 'REAUTHENTICATION_REQUIRED']])
    now = start
  })

  it('is read by the same clock wherever rules are read', () => {
    const fresh = { ...admin, authenticatedAt: new Date(start) }
    expect(smallestRoleSets(schema, { document: parse('{ recent }') })).toEqual([[]])
    expect(visibility(schema, fresh, 'Vault')).toEqual({ kind: 'all' })
    expect(visibility(schema, fresh, 'Vault', start + 61_000)).toEqual({ kind: 'none' })
  })
})

describe('an object that cannot be read', () => {
  const broken = (property: string) =>
    Object.defineProperty({ id: 'broken', text: 'classified' }, property, {
      get: () => {
        throw new Error('at 10.0.0.1')
      },
    })
  const onError = vi.fn()
  const schema = authorize(
    `type Doc @allow(any: [{ owner: "ownerId" }, { role: ADMIN }]) { id: ID ownerId: ID text: String }
    type Query { docs: [Doc] @public strict: [Doc!] @public }`,
    {
      Query: Object.fromEntries(
        ['docs', 'strict'].map((name) => [
          name,
          () => [{ id: 'mine', ownerId: 'member', text: 'mine' }, broken('ownerId'), new Proxy({}, hostile)],
        ]),
      ),
    },
    { onError },
  )

  it('is withheld by itself with a masked error, and the cause is told to the host', async () => {
    const result = await run(schema, '{ docs { text } }', member)
    expect(result.data).toEqual({ docs: [{ text: 'mine' }, null, null] })
    expect(errorsOf(result)).toEqual([
      ['docs.1', 'INTERNAL_SERVER_ERROR'],
      ['docs.2', 'INTERNAL_SERVER_ERROR'],
    ])
    expect(JSON.stringify(result)).not.toContain('10.0.0.1')
    expect(onError.mock.calls.map(([cause, coordinate]) => [String(cause), coordinate])).toEqual([
      ['Error: at 10.0.0.1', 'Doc'],
      ['Error: trapped', 'Doc'],
    ])
    expect((await run(schema, '{ strict { text } }', member)).data).toEqual({ strict: null })
  })
})

const hostile: ProxyHandler<object> = {
  get(_, key) {
    // The executor asks whether it is a promise before anybody reads it.
    if (key === 'then' || typeof key === 'symbol') return undefined
    throw new Error('trapped')
  },
}

describe('a policy', () => {
  type Answer = (items: readonly unknown[]) => unknown
  const items = ['1', '2', '3'].map((id) => ({ id, text: 'classified' }))
  const ask = (answer: Answer) => {
    const policies = { mine: ((_: unknown, asked: readonly unknown[]) => answer(asked)) as never }
    const schema = authorize(
      `type Doc @allow(any: [{ policy: "mine" }]) { id: ID text: String } type Query { docs: [Doc] @public }`,
      { Query: { docs: () => items } },
      { policies, onError: () => {} },
    )
    return run(schema, '{ docs { text } }', member)
  }

  it.each<[string, Answer]>([
    ['throws', () => expect.unreachable('thrown')],
    ['rejects', () => Promise.reject(new Error('rejected'))],
    ['answers too few', () => [true, true]],
    ['answers too many', () => [true, true, true, true]],
    ['answers one for all', () => true],
    ['answers with holes', () => Object.assign([], { length: 3 })],
    ['answers in words', () => ['true', 'true', 'true']],
    ['answers in numbers', () => [1, 1, 1]],
    ['answers objects without allow', () => [{}, {}, {}]],
    ['answers allow in a promise', (asked) => asked.map(() => ({ allow: Promise.resolve(true) }))],
    ['answers promises', (asked) => asked.map(() => Promise.resolve(true))],
    ['answers something like a list', () => ({ 0: true, 1: true, 2: true, length: 3 })],
    ['answers a Set', (asked) => new Set(asked)],
    ['takes items away and answers for the rest', (asked) => (asked as unknown[]).splice(1) && [true]],
    ['gives its items back', (asked) => asked],
  ])('that %s lets nobody in', async (_, answer) => {
    const result = await ask(answer)
    expect(result.data).toEqual({ docs: [null, null, null] })
    expect(new Set(errorsOf(result).map(([, code]) => code))).toEqual(new Set(['INTERNAL_SERVER_ERROR']))
  })

  it('that turns its items about still answers for them in their order', async () => {
    const result = await ask((asked) => {
      const ids = (asked as { object: { id: string } }[]).map(({ object }) => object.id)
      ;(asked as unknown[]).reverse()
      return ids.map((id) => id === '1')
    })
    expect(result.data).toEqual({ docs: [{ text: 'classified' }, null, null] })
  })

  it('that never answers keeps the value, and the response, waiting', async () => {
    const never = ask(() => new Promise(() => {}))
    const soon = new Promise((resolve) => setTimeout(resolve, 20, 'nothing yet'))
    expect(await Promise.race([never, soon])).toBe('nothing yet')
  })
})

describe('the schema that a role sees', () => {
  it('shows the defaults of places that it may fill and others may not', () => {
    const schema = authorize(`
      enum Colour { RED BLUE }
      scalar Money
      input Paint { colour: Colour! = RED @hasRole(role: EDITOR) price: Money = 5 @hasRole(role: EDITOR) secret: Int = 7 @hasRole(role: ADMIN) }
      type Query { paint(with: Paint = { colour: BLUE, secret: 1 }, mix: [Colour!] = [RED] @hasRole(role: EDITOR)): String @public }`)
    const text = printSchema(schemaForRoles(schema, editor.roles))
    for (const part of ['colour: Colour! = RED', 'price: Money = 5', 'mix: [Colour!] = [RED]'])
      expect(text).toContain(part)
    expect(text).not.toContain('secret')
    expect(printSchema(schemaForRoles(schema, null))).not.toMatch(/colour:|price|secret/)
  })
})

describe('@reads of an interface’s field', () => {
  it('carries the rules of all that implement it', async () => {
    const schema = authorize(
      `interface Party { name: String email: String @hasRole(role: MEMBER) }
      type Firm implements Party { name: String email: String }
      type Person implements Party @auth { name: String email: String @hasRole(role: ADMIN) }
      input Filter { email: String @reads(field: "Party.email") name: String @reads(field: "Party.name") }
      type Query { find(by: Filter): String @public }`,
      { Query: { find: () => 'found' } },
    )
    const find = async (by: string, viewer: Viewer | null) =>
      errorsOf(await run(schema, `{ find(by: { ${by}: "x" }) }`, viewer))[0]?.[1] ?? 'found'
    expect(await find('email', editor)).toBe('FORBIDDEN')
    expect(await find('email', admin)).toBe('found')
    expect(await find('name', null)).toBe('UNAUTHENTICATED')
    expect(await find('name', member)).toBe('found')
  })
})
