import { ApolloServer } from '@apollo/server'
import { describe, expect, it } from 'vitest'
import { type AuthorizationOptions, authorizationPlugin, type Viewer } from '../../src/directives/index.ts'
import { admin, anonymous, authorize, member, run, type TestContext } from './harness.ts'

type Decisions = Parameters<NonNullable<AuthorizationOptions<TestContext>['onDecisions']>>[0]

const sdl = `
  type Query { open: Int @public secret: Int @hasRole(role: ADMIN) notes: [Note] @auth lots: [Cell!]! @auth }
  type Mutation { change: Int @auth destroy: Int @hasRole(role: ADMIN) }
  type Note @allow(any: [{ access: READ }]) { id: ID text: String @hasRole(role: ADMIN) }
  type Cell { secret: Int @hasRole(role: ADMIN) }
`
const resolvers = {
  Query: {
    open: () => 1,
    secret: () => 2,
    notes: () => [
      { id: 'mine', text: 'a' },
      { id: 'foreign', text: 'b' },
    ],
    lots: () => Array.from({ length: 500 }, () => ({ secret: 3 })),
  },
  Mutation: { change: () => 1, destroy: () => 2 },
}

function watch() {
  const told: { allowed: string[]; denied: [string, string][] }[] = []
  const onDecisions = ({ allowed, denied }: Decisions) =>
    told.push({ allowed: allowed.toSorted(), denied: [...denied].toSorted() })
  const access: AuthorizationOptions<TestContext>['access'] = (_, { ids }) => ids.map((id) => id === 'mine')
  return { told, schema: authorize(sdl, resolvers, { onDecisions, access }) }
}

async function tellOf(source: string, viewer: Viewer | null) {
  const { told, schema } = watch()
  const server = new ApolloServer<TestContext>({ schema, plugins: [authorizationPlugin(schema)] })
  await server.executeOperation({ query: source }, { contextValue: { viewer } })
  return told
}

describe('onDecisions() under authorizationPlugin()', () => {
  it.each([
    ['everything', '{ open secret }', admin, { allowed: ['Query.secret'], denied: [] }],
    ['nothing that bears a rule', '{ open }', anonymous, { allowed: [], denied: [] }],
    ['not all', '{ open secret again: secret }', member, { allowed: [], denied: [['Query.secret', 'FORBIDDEN']] }],
    ['nothing', '{ secret }', anonymous, { allowed: [], denied: [['Query.secret', 'UNAUTHENTICATED']] }],
    [
      'one of two objects',
      '{ notes { id } }',
      member,
      { allowed: ['Note', 'Query.notes'], denied: [['Note', 'FORBIDDEN']] },
    ],
    [
      'a field of none of five hundred',
      '{ lots { secret } }',
      member,
      { allowed: ['Query.lots'], denied: [['Cell.secret', 'FORBIDDEN']] },
    ],
    ['a mutation', 'mutation { change }', member, { allowed: ['Mutation.change'], denied: [] }],
    [
      'a mutation in part, which is refused whole',
      'mutation { change destroy }',
      member,
      { allowed: [], denied: [['Mutation.destroy', 'FORBIDDEN']] },
    ],
  ])('is told once of an operation that is allowed %s', async (_, source, viewer, decisions) => {
    expect(await tellOf(source, viewer)).toEqual([decisions])
  })
})

describe('onDecisions() without the plugin', () => {
  it('is told of each denial', async () => {
    const { told, schema } = watch()
    await run(schema, '{ secret notes { id } }', member)
    expect(told).toEqual([
      { allowed: [], denied: [['Query.secret', 'FORBIDDEN']] },
      { allowed: [], denied: [['Note', 'FORBIDDEN']] },
    ])
  })
})
