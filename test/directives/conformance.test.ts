import { graphql } from 'graphql'
import { describe, expect, it, vi } from 'vitest'
import { admin, anonymous, authorize, editor, errorsOf, member, run } from './harness.ts'

describe('@allow', () => {
  const schema = authorize(
    `type Doc { ownerId: ID text: String @allow(any: [{ owner: "ownerId", role: EDITOR }, { permission: MANAGE_ALL }]) }
    type Query { mine: Doc @public foreign: Doc @public }`,
    {
      Query: {
        mine: () => ({ ownerId: 'editor', text: 'mine' }),
        foreign: () => ({ ownerId: 'other', text: 'foreign' }),
      },
    },
  )

  it('needs every key of one rule', async () => {
    expect((await run(schema, '{ mine { text } }', editor)).data).toEqual({ mine: { text: 'mine' } })
    for (const [query, viewer] of [
      ['{ doc: foreign { text } }', editor],
      ['{ doc: mine { text } }', { id: 'editor', roles: ['MEMBER'] }],
    ] as const) {
      const result = await run(schema, query, viewer)
      expect(result.data).toEqual({ doc: { text: null } })
      expect(errorsOf(result)).toEqual([['doc.text', 'FORBIDDEN']])
    }
  })

  it('needs no more than one of its rules', async () => {
    expect((await run(schema, '{ foreign { text } }', admin)).data).toEqual({ foreign: { text: 'foreign' } })
  })
})

describe('@hasAccess', () => {
  it('asks about the id where the rule says that it stands, at the level that it names', async () => {
    const access = vi.fn((_: unknown, { ids }: { ids: readonly string[] }) => ids.map((id) => id === 'open'))
    const schema = authorize(
      `type Doc { id: ID }
      type Note { id: ID doc: Doc text: String @hasAccess(level: WRITE, resource: "Doc", id: "doc.id") }
      input Change { docId: ID }
      type Query { note(doc: ID): Note @public }
      type Mutation { change(by: Change): String @hasAccess(level: MANAGE, resource: "Doc", id: "args.by.docId") }`,
      {
        Query: { note: (_, { doc }) => ({ id: 'note', doc: { id: doc }, text: 'text' }) },
        Mutation: { change: () => 'changed' },
      },
      { access },
    )
    const read = await run(schema, '{ a: note(doc: "open") { text } b: note(doc: "shut") { text } }', member)
    expect(read.data).toEqual({ a: { text: 'text' }, b: { text: null } })
    expect(errorsOf(read)).toEqual([['b.text', 'FORBIDDEN']])
    const written = await run(schema, 'mutation { change(by: { docId: "shut" }) }', member)
    expect(written.data).toEqual({ change: null })
    expect(access.mock.calls.map(([, question]) => question)).toEqual([
      { resource: 'Doc', level: 'WRITE', ids: ['open', 'shut'] },
      { resource: 'Doc', level: 'MANAGE', ids: ['shut'] },
    ])
  })
})

describe('a policy', () => {
  it('gets the viewer, null for an anonymous one, and the object and arguments of each item', async () => {
    const judge = vi.fn((viewer: unknown, items: readonly unknown[]) => items.map(() => viewer !== null))
    const schema = authorize(
      'type Doc { id: ID text(as: String): String @allow(any: [{ policy: "judge" }]) } type Query { docs: [Doc] @public }',
      { Query: { docs: () => [{ id: '1' }, { id: '2' }] }, Doc: { text: () => 'text' } },
      { policies: { judge } },
    )
    expect((await run(schema, '{ docs { text(as: "x") } }', member)).errors).toBeUndefined()
    const refused = await run(schema, '{ docs { text } }', anonymous)
    expect(errorsOf(refused)).toEqual([
      ['docs.0.text', 'UNAUTHENTICATED'],
      ['docs.1.text', 'UNAUTHENTICATED'],
    ])
    const items = (args: object) => ['1', '2'].map((id) => ({ object: { id }, args }))
    expect(judge.mock.calls).toEqual([
      [member, items({ as: 'x' })],
      [null, items({})],
    ])
  })
})

describe('rules of one value', () => {
  const asked = vi.fn()
  const answer = (verdict: 'yes' | 'no' | 'broken') => (_: unknown, items: readonly unknown[]) => {
    asked(verdict)
    if (verdict === 'broken') throw new Error('broken')
    return items.map(() => verdict === 'yes')
  }
  const schema = authorize(
    `interface Sealed @hasRole(role: ADMIN) { id: ID }
    type Doc implements Sealed @hasRole(role: EDITOR) { id: ID price: Int @hasPermission(permission: MANAGE_ALL) }
    type Account @hasRole(role: EDITOR) { number: Int @allow(any: [{ policy: "yes" }]) balance: Int @hasRole(role: MEMBER) }
    type Query {
      doc: Doc @public
      account: Account @public
      yesOrBroken: Int @allow(any: [{ policy: "broken" }, { policy: "yes" }])
      noOrBroken: Int @allow(any: [{ policy: "no" }, { policy: "broken" }])
      yesAndBroken: Int @allow(any: [{ policy: "yes" }]) @allow(any: [{ policy: "broken" }])
      noAndBroken: Int @allow(any: [{ policy: "broken" }]) @allow(any: [{ policy: "no" }])
      roleAndBroken: Int @allow(any: [{ policy: "broken" }]) @hasRole(role: ADMIN)
    }`,
    {
      Query: {
        doc: () => ({ id: '1', price: 1 }),
        account: () => ({ number: 1, balance: 1 }),
        yesOrBroken: () => 1,
        noOrBroken: () => 1,
        yesAndBroken: () => 1,
        noAndBroken: () => 1,
        roleAndBroken: () => 1,
      },
    },
    { policies: { yes: answer('yes'), no: answer('no'), broken: answer('broken') }, onError: () => {} },
  )

  it.each([
    ['yesOrBroken', []],
    ['noOrBroken', [['noOrBroken', 'INTERNAL_SERVER_ERROR']]],
    ['yesAndBroken', [['yesAndBroken', 'INTERNAL_SERVER_ERROR']]],
    ['noAndBroken', [['noAndBroken', 'FORBIDDEN']]],
  ])(
    'come with a failure among them to the stricter answer across rules, to the milder within one: %s',
    async (field, expected) => {
      const result = await run(schema, `{ ${field} }`, editor)
      expect(errorsOf(result)).toEqual(expected)
      expect(result.data).toEqual({ [field]: expected.length === 0 ? 1 : null })
    },
  )

  it('are not asked where the viewer alone decides', async () => {
    asked.mockClear()
    expect(errorsOf(await run(schema, '{ roleAndBroken }', editor))).toEqual([['roleAndBroken', 'FORBIDDEN']])
    expect(asked).not.toHaveBeenCalled()
  })

  it('on a field add to those of its type, and loosen none', async () => {
    const result = await run(schema, '{ account { number balance } }', member)
    expect(result.data).toEqual({ account: null })
    expect(errorsOf(result)).toEqual([['account', 'FORBIDDEN']])
    expect((await run(schema, '{ account { number balance } }', editor)).errors).toBeUndefined()
  })

  it('on a type and its interfaces make one null and one error together', async () => {
    const result = await run(schema, '{ doc { id price } }', member)
    expect(result.data).toEqual({ doc: null })
    expect(errorsOf(result)).toEqual([['doc', 'FORBIDDEN']])
    expect(errorsOf(await run(schema, '{ doc { id price } }', editor))).toEqual([['doc', 'FORBIDDEN']])
  })
})

describe('a denial', () => {
  it('tells where and with what code, and nothing of the rule, with status 200 left as it is', async () => {
    const schema = authorize('type Query { a: String @hasRole(role: ADMIN) }', { Query: { a: () => 'a' } })
    const { errors } = await graphql({ schema, source: '{ a }', contextValue: { viewer: member } })
    expect(JSON.parse(JSON.stringify(errors))).toEqual([
      {
        message: "You don't have permission to view this",
        locations: [{ line: 1, column: 3 }],
        path: ['a'],
        extensions: { code: 'FORBIDDEN' },
      },
    ])
  })
})

describe('the viewer of an operation', () => {
  it('stays who they were when it began', async () => {
    const schema = authorize('type Query { a: String @public b: String @hasRole(role: ADMIN) }', {
      Query: {
        a: (_, __, context) => {
          context.viewer = admin
          return 'a'
        },
        b: () => 'b',
      },
    })
    const result = await run(schema, '{ a b }', member)
    expect(result.data).toEqual({ a: 'a', b: null })
    expect(errorsOf(result)).toEqual([['b', 'FORBIDDEN']])
  })

  it('is asked for once more by a @signsIn field, right after its resolver', async () => {
    const steps: string[] = []
    const schema = authorize(
      `type Session { id: ID name: String @auth twice: String @auth } type Query { a: Int @public }
      type Mutation { login: Session @public @signsIn }`,
      {
        Mutation: {
          login: async () => {
            steps.push('resolved')
            return { id: '1', name: 'name', twice: 'twice' }
          },
        },
      },
      {
        established: () => {
          steps.push('asked')
          return member
        },
      },
    )
    const result = await run(schema, 'mutation { login { name twice } }', anonymous)
    expect(result.data).toEqual({ login: { name: 'name', twice: 'twice' } })
    expect(steps).toEqual(['resolved', 'asked'])
  })
})
