import { setTimeout as sleep } from 'node:timers/promises'
import type { GraphQLResolveInfo } from 'graphql'
import { describe, expect, it } from 'vitest'
import { accessMemory, type Viewer } from '../../src/directives/index.ts'
import { authorize, buildTestSchema, editor, errorsOf, member, run, type TestContext } from './harness.ts'

const sdl = `
  interface Paper { id: ID }
  type Doc implements Paper @allow(any: [{ access: READ }]) {
    id: ID
    grants: ID @allow(any: [{ access: MANAGE, resource: "Doc" }])
    secret: String @hasRole(role: ADMIN)
  }
  type Note implements Paper @allow(any: [{ access: READ }]) { id: ID }
  type Query {
    docs(ids: [ID!]!): [Doc] @auth
    papers(ids: [ID!]!): [Paper] @auth
    note(id: ID!): Note @auth
  }
  type Mutation { revoke(id: ID!): [Doc] @auth docs(ids: [ID!]!): [Doc] @auth }
`

interface House {
  /** Ids to which there is access. */
  granted: Set<string>
  asked: string[]
  /** For whom a list tells what it knows; the viewer unless told. */
  tellFor?: Viewer
  /** What the list knows; nothing unless told. */
  known: { resource: string; level: string; ids: string[] } | null
}

function createHouse() {
  const house: House = { granted: new Set(), asked: [], known: null }
  const list = (_: unknown, { ids }: { ids: string[] }, context: TestContext, info: GraphQLResolveInfo) => {
    const viewer = house.tellFor ?? context.viewer
    if (house.known && viewer) accessMemory(viewer, context, info)(house.known)
    return ids.map((id) => ({ __typename: id.startsWith('n') ? 'Note' : 'Doc', id, grants: id, secret: id }))
  }
  const schema = authorize(
    sdl,
    {
      Query: { docs: list, papers: list, note: (_, { id }) => ({ id }) },
      Mutation: {
        docs: list,
        revoke(_, { id }: { id: string }) {
          house.granted.delete(id)
          return []
        },
      },
    },
    {
      access(viewer, { resource, level, ids }) {
        house.asked.push(...ids.map((id) => `${viewer.id} ${level} ${resource} ${id}`))
        return ids.map((id) => house.granted.has(id))
      },
    },
  )
  return { house, schema }
}

const read = (...ids: string[]) => ({ resource: 'Doc', level: 'READ', ids })

describe('accessMemory()', () => {
  it('asks no more for what a resolver found out', async () => {
    const { house, schema } = createHouse()
    house.known = read('1', '2')
    const result = await run(
      schema,
      '{ docs(ids: ["1", "2"]) { id } papers(ids: ["1"]) { ... on Doc { id } } }',
      member,
    )
    expect(result).toEqual({ data: { docs: [{ id: '1' }, { id: '2' }], papers: [{ id: '1' }] } })
    expect(house.asked).toEqual([])
  })

  it('asks for every other id, level and type', async () => {
    const { house, schema } = createHouse()
    house.known = read('1', 'n1')
    const result = await run(
      schema,
      '{ docs(ids: ["1", "2"]) { id grants } papers(ids: ["1", "n1"]) { id } note(id: "n1") { id } }',
      member,
    )
    expect(result.data).toEqual({
      docs: [{ id: '1', grants: null }, null],
      papers: [{ id: '1' }, null],
      note: null,
    })
    expect(errorsOf(result).sort()).toEqual([
      ['docs.0.grants', 'FORBIDDEN'],
      ['docs.1', 'FORBIDDEN'],
      ['note', 'FORBIDDEN'],
      ['papers.1', 'FORBIDDEN'],
    ])
    expect(house.asked.sort()).toEqual(['member MANAGE Doc 1', 'member READ Doc 2', 'member READ Note n1'])
  })

  it('answers no rule but that of access', async () => {
    const { house, schema } = createHouse()
    house.known = read('1')
    const result = await run(schema, '{ docs(ids: ["1"]) { id secret } }', member)
    expect(result.data).toEqual({ docs: [{ id: '1', secret: null }] })
    expect(errorsOf(result)).toEqual([['docs.0.secret', 'FORBIDDEN']])
  })

  it.each([
    ['another viewer', editor],
    ['one who is merely like them', { ...member }],
  ])('remembers nothing for %s', async (_, tellFor) => {
    const { house, schema } = createHouse()
    house.known = read('1')
    house.tellFor = tellFor
    const result = await run(schema, '{ docs(ids: ["1"]) { id } }', member)
    expect(result.data).toEqual({ docs: [null] })
    expect(errorsOf(result)).toEqual([['docs.0', 'FORBIDDEN']])
    expect(house.asked).toEqual(['member READ Doc 1'])
  })

  it('remembers nothing from one execution to another, of the same context too', async () => {
    const { house, schema } = createHouse()
    const context = { viewer: member }
    house.known = read('1')
    const source = '{ docs(ids: ["1"]) { id } }'
    expect((await run(schema, source, member, {}, context)).data).toEqual({ docs: [{ id: '1' }] })
    house.known = null
    expect((await run(schema, source, member, {}, context)).data).toEqual({ docs: [null] })
    const [told, untold] = await Promise.all([
      run(schema, source, member, {}, context),
      run(schema, '{ docs(ids: ["1"]) { id grants } }', member, {}, context),
    ])
    expect([told.data, untold.data]).toEqual([{ docs: [null] }, { docs: [null] }])
  })

  it('forgets at the next field of a mutation, and what its own field told', async () => {
    const { house, schema } = createHouse()
    house.granted.add('1')
    house.known = read('1', '2')
    const result = await run(
      schema,
      'mutation { a: docs(ids: ["1"]) { id } revoke(id: "1") { id } b: docs(ids: ["1", "2"]) { id } }',
      member,
    )
    expect(result.data).toEqual({ a: [{ id: '1' }], revoke: [], b: [null, null] })
    expect(errorsOf(result)).toEqual([
      ['b.0', 'FORBIDDEN'],
      ['b.1', 'FORBIDDEN'],
    ])
  })

  it("remembers nothing that was asked before a mutation's next field, and told after it", async () => {
    const granted = new Set(['1'])
    const asked: string[] = []
    const schema = authorize(
      `type Doc @allow(any: [{ access: READ }]) { id: ID }
      type Payload { docs: [Doc] @auth bad: ID! @auth later: [Doc] @auth }
      type Query { ok: ID @auth }
      type Mutation { first: Payload @auth revoke(id: ID!): Payload @auth }`,
      {
        Mutation: {
          first: () => ({}),
          revoke(_, { id }) {
            granted.delete(id)
            return {}
          },
        },
        Payload: {
          async docs(_, __, context, info) {
            const remember = accessMemory(context.viewer, context, info)
            const ids = [...granted]
            await sleep(20)
            remember(read(...ids))
            return ids.map((id) => ({ id }))
          },
          // It may not be null: the field of the mutation is over, and the list beside it is not.
          bad: () => Promise.reject(new Error('no')),
          async later() {
            await sleep(50)
            return [{ id: '1' }]
          },
        },
      },
      {
        access(_, { ids }) {
          asked.push(...ids)
          return ids.map((id) => granted.has(id))
        },
      },
    )
    const source = 'mutation { first { docs { id } bad } revoke(id: "1") { later { id } } }'
    const result = await run(schema, source, member)
    expect(result.data).toEqual({ first: null, revoke: { later: [null] } })
    expect(errorsOf(result)).toContainEqual(['revoke.later.0', 'FORBIDDEN'])
    expect(asked).toContain('1')
  })

  it('waits for a viewer who is found out late', async () => {
    const { house, schema } = createHouse()
    house.known = read('1')
    const viewer = Promise.resolve(member) as unknown as Viewer
    const result = await run(schema, '{ docs(ids: ["1"]) { id } }', member, {}, { viewer })
    // The list told it for the promise, who is nobody.
    expect(result.data).toEqual({ docs: [null] })
    house.tellFor = member
    expect((await run(schema, '{ docs(ids: ["1"]) { id } }', member, {}, { viewer })).data).toEqual({
      docs: [{ id: '1' }],
    })
  })

  it('refuses a schema that was not authorized', () => {
    const schema = buildTestSchema('type Query { a: ID }')
    const info = { schema } as GraphQLResolveInfo
    expect(() => accessMemory(member, {}, info)).toThrow(/not one that authorizeSchema gave/)
  })
})
