import { type ExecutionResult, execute, parse, subscribe } from 'graphql'
import { describe, expect, it, vi } from 'vitest'
import { beginEvent, type Viewer } from '../../src/directives/index.ts'
import { admin, anonymous, authorize, editor, errorsOf, member, type TestContext } from './harness.ts'

const events = [
  { id: '1', ownerId: 'member', price: 1 },
  { id: '2', ownerId: 'other', price: 2 },
]
const source = vi.fn(async function* (_: unknown, __: unknown, context: TestContext) {
  for (const changed of events) yield { changed, secret: changed, priced: changed }
  context.viewer = null
  yield { changed: events[0], secret: events[0], priced: events[0] }
  yield { changed: events[0], secret: events[0], priced: events[0] }
})
const schema = authorize(
  `type Doc @allow(any: [{ owner: "ownerId" }, { role: ADMIN }]) { id: ID ownerId: ID price: Int @hasRole(role: EDITOR) }
  type Secret @hasRole(role: ADMIN) { id: ID }
  type Query { a: String @public }
  type Subscription {
    changed(limit: Int @hasRole(role: ADMIN)): Doc @auth
    secret: Secret @auth
    priced(id: ID): Doc @hasAccess(level: READ, resource: "Doc")
  }`,
  { Subscription: { changed: { subscribe: source }, secret: { subscribe: source }, priced: { subscribe: source } } },
  { access: (viewer, { ids }) => ids.map((id) => id === viewer.id) },
)

async function collect(query: string, viewer: Viewer | null) {
  source.mockClear()
  const contextValue: TestContext = { viewer }
  const result = await subscribe({ schema, document: parse(query), contextValue })
  if (!(Symbol.asyncIterator in result)) return { refused: errorsOf(result), events: [] }
  const seen: ExecutionResult[] = []
  for await (const event of result) seen.push(JSON.parse(JSON.stringify(event)))
  return { refused: [], events: seen }
}

describe('a subscription', () => {
  it.each([
    ['its field rule', 'subscription { changed { id } }', anonymous, 'changed', 'UNAUTHENTICATED'],
    ['a rule on an argument', 'subscription { changed(limit: 1) { id } }', member, 'changed', 'FORBIDDEN'],
    ['the rule of its payload type', 'subscription { secret { id } }', editor, 'secret', 'FORBIDDEN'],
    ['a data rule', 'subscription { x: priced(id: "other") { id } }', member, 'x', 'FORBIDDEN'],
  ])('is refused by %s before its source starts', async (_, query, viewer, path, code) => {
    expect((await collect(query, viewer)).refused).toEqual([[path, code]])
    expect(source).not.toHaveBeenCalled()
  })

  it('decides each event for itself', async () => {
    const { events: seen } = await collect('subscription { changed { id price } }', member)
    expect(seen[0]?.data).toEqual({ changed: { id: '1', price: null } })
    expect(errorsOf(seen[0] ?? {})).toEqual([['changed.price', 'FORBIDDEN']])
    expect(seen[1]?.data).toEqual({ changed: null })
    expect(errorsOf(seen[1] ?? {})).toEqual([['changed', 'FORBIDDEN']])
    expect(JSON.stringify(seen)).not.toContain('other')
  })

  it('gives an allowed viewer every event', async () => {
    const { events: seen } = await collect('subscription { changed { id price } }', admin)
    expect(seen.slice(0, 2)).toEqual([
      { data: { changed: { id: '1', price: 1 } } },
      { data: { changed: { id: '2', price: 2 } } },
    ])
  })
})

describe('beginEvent()', () => {
  const items = Array.from({ length: 150 }, (_, id) => ({ id, a: 'a' }))
  const crowded = authorize(
    `type Item { id: ID a: String @hasRole(role: ADMIN) }
    type Query { a: Int @public }
    type Subscription { items: [Item] @auth }`,
    { Subscription: { items: { subscribe: () => source } } },
  )
  const document = parse(
    'subscription One { items { ...rest } } subscription Two { items { id } } fragment rest on Item { a }',
  )
  const answer = async (viewer: Viewer | null, operationName: string) => {
    const contextValue: TestContext = { viewer }
    const begun = await beginEvent(crowded, { document, operationName }, contextValue)
    const event = { schema: crowded, document: begun.document, contextValue, rootValue: { items } }
    const { data, errors } = await execute(event)
    return begun.complete({ data, errors: errors?.map((error) => error.toJSON()) })
  }

  it('has the denials past a hundred of one event counted, and none of those told left out', async () => {
    for (let event = 0; event < 2; event++) {
      const { data, errors = [] } = await answer(member, 'One')
      expect(data?.items).toEqual(items.map(() => ({ a: null })))
      expect(errors).toHaveLength(101)
      expect(errors[99]).toMatchObject({ path: ['items', 99, 'a'], extensions: { code: 'FORBIDDEN' } })
      expect(errors[100]?.extensions).toEqual({ code: 'FORBIDDEN', omitted: { 'Item.a': 50 } })
    }
  })

  it('leaves to those who are allowed what they are allowed', async () => {
    expect(await answer(admin, 'One')).toEqual({ data: { items: items.map(() => ({ a: 'a' })) } })
    expect((await answer(member, 'Two')).errors).toBeUndefined()
    expect((await answer(anonymous, 'Two')).errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }])
  })

  it('refuses a document without that operation', async () => {
    await expect(beginEvent(crowded, { document, operationName: 'Three' }, {})).rejects.toThrow(TypeError)
  })
})

describe('an event stream', () => {
  const stop = vi.fn()
  const never = {
    [Symbol.asyncIterator]: () => never,
    next: () => new Promise<never>(() => {}),
    return: async () => {
      stop()
      return { done: true as const, value: undefined }
    },
  }
  const feed = vi.fn(async function* (_: unknown, __: unknown, context: TestContext) {
    try {
      yield { feed: 1, open: 1 }
      if (context.viewer) context.viewer = { ...context.viewer, ...change }
      else context.viewer = member
      if (change.id === '') context.viewer = null
      yield { feed: 2, open: 2 }
      yield { feed: 3, open: 3 }
    } finally {
      stop()
    }
  })
  let change: Partial<Viewer> = {}
  const streams = authorize(
    'type Query { a: Int @public } type Subscription { feed: Int @hasRole(role: EDITOR) open: Int @public never: Int @public }',
    {
      Subscription: {
        feed: { subscribe: feed },
        open: { subscribe: feed },
        never: { subscribe: () => never },
      },
    },
  )
  const read = async (query: string, viewer: Viewer | null) => {
    stop.mockClear()
    const stream = await subscribe({ schema: streams, document: parse(query), contextValue: { viewer } })
    const seen: [unknown, unknown][] = []
    if (Symbol.asyncIterator in stream) {
      for await (const event of stream) seen.push([Object.values(event.data ?? {})[0], errorsOf(event)])
    }
    return seen
  }

  it('ends after the event at which the viewer lost what it takes, and closes its source', async () => {
    change = { roles: ['MEMBER'] }
    expect(await read('subscription { feed }', editor)).toEqual([
      [1, []],
      [null, [['feed', 'FORBIDDEN']]],
    ])
    expect(stop).toHaveBeenCalledOnce()
  })

  it('ends with UNAUTHENTICATED when the session does', async () => {
    change = { id: '' }
    expect(await read('subscription { feed }', editor)).toEqual([
      [1, []],
      [null, [['feed', 'UNAUTHENTICATED']]],
    ])
  })

  it('goes on while nothing is taken away', async () => {
    change = { roles: ['ADMIN'] }
    expect(await read('subscription { feed }', editor)).toHaveLength(3)
  })

  it('ends with the session that it was opened with, public or not', async () => {
    change = { id: '' }
    expect(await read('subscription { open }', editor)).toHaveLength(2)
  })

  it('can be ended by its reader while it waits for an event', async () => {
    stop.mockClear()
    const document = parse('subscription { never }')
    const stream = await subscribe({ schema: streams, document, contextValue: { viewer: member } })
    if (!(Symbol.asyncIterator in stream)) throw new Error('expected a stream')
    void stream.next()
    await stream.return(undefined)
    expect(stop).toHaveBeenCalledOnce()
  })
})
