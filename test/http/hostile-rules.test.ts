import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { codes, type Json } from '../support/client.ts'
import { dataOf, everybody, type House, openHouse, type Person } from '../support/house.ts'

let house: House
let id: string
beforeAll(async () => {
  house = await openHouse()
  id = await house.createDocument()
})
afterAll(() => house.close())

// A body that is found nowhere else.
const secretly = 'classified words'

describe('a document of somebody else', () => {
  beforeAll(async () => {
    await house.as.member.execute(`mutation { updateDocument(id: "${id}", body: "${secretly}") { id } }`)
  })

  const ways: [query: string, variables?: Json][] = [
    ['query ($id: ID!) { document(id: $id) { __typename body } }'],
    ['query ($id: ID!) { __proto__: document(id: $id) { constructor: body } }'],
    ['query ($id: ID!) { then: node(id: $id) { ... on Node { ...F } } } fragment F on Document { toJSON: body }'],
    ['query ($id: ID!, $y: Boolean = true) { node(id: $id) { ... on Document @include(if: $y) { body } } }'],
    [
      'query ($id: ID!, $y: Boolean = true) { node(id: $id) { id @skip(if: $y) ... on Document { body } } }',
      { y: null },
    ],
    [
      'query ($id: ID!) { a: node(id: $id) { id } b: document(id: $id) { owner { name } } c: document(id: $id) { body } }',
    ],
    ['mutation ($id: ID!) { updateDocument(id: $id) { body } }'],
    ['mutation ($id: ID!) { publishDocument(id: $id) { body } }'],
    ['mutation ($id: ID!) { shareDocument(id: $id, with: { everyone: true }, level: READ) { id } }'],
    [
      'query ($id: ID!) { documents(filter: { search: "classified" }) { totalCount edges { node { id body } } } node(id: $id) { id } }',
    ],
  ]
  it.each(ways)('is told to no stranger and no anonymous viewer by %s', async (query, variables = {}) => {
    const before = house.dump()
    for (const person of ['anonymous', 'stranger'] as const) {
      const answer = await house.as[person].execute(query, { id, ...variables })
      expect(answer.text).not.toContain(secretly)
      expect(answer.text).not.toContain('"Document"')
      expect(answer.body.errors?.length).toBeGreaterThan(0)
      expect(new Set(codes(answer))).not.toContain('INTERNAL_SERVER_ERROR')
    }
    expect(house.dump().documents).toEqual(before.documents)
    expect(house.dump().access_grants).toEqual(before.access_grants)
  })

  it('is told to its owner by them', async () => {
    for (const [query] of ways.slice(0, 4)) {
      const { text } = await house.as.member.execute(query, { id })
      expect(text).toContain(secretly)
    }
  })

  it('stays apart from what others are told of the same operation at once', async () => {
    const query = 'query ($id: ID!) { document(id: $id) { body mayChange grants { id } } me { id email suspended } }'
    const alone = new Map<Person, unknown>()
    for (const person of everybody) alone.set(person, (await house.as[person].execute(query, { id })).body.data)
    expect(new Set([...alone.values()].map((data) => JSON.stringify(data))).size).toBe(everybody.length)
    const people = Array.from({ length: 30 }, (_, index) => everybody[index % everybody.length] ?? 'anonymous')
    const answers = await Promise.all(people.map((person) => house.as[person].execute(query, { id })))
    for (const [index, person] of people.entries()) expect(answers[index]?.body.data).toEqual(alone.get(person))
  })
})

describe('a mutation that holds something refused', () => {
  it.each([
    [
      'with a condition that is null',
      'createDocument(title: "x", body: "") { id @include(if: $yes) } suspendUser(userId: $id) { id }',
    ],
    [
      'under names that objects have',
      '__proto__: createDocument(title: "x", body: "") { id } then: suspendUser(userId: $id) { id }',
    ],
    [
      'deep in a payload',
      'createDocument(title: "x", body: "") { owner { ... on Node { ... on User { suspended } } } }',
    ],
  ])('writes nothing: %s', async (_, selection) => {
    const before = house.dump().documents
    const given = ['$id', '$yes'].filter((name) => selection.includes(name))
    const types: Json = { $id: 'ID!', $yes: 'Boolean = true' }
    const declared = given.length > 0 ? `(${given.map((name) => `${name}: ${types[name]}`).join(', ')})` : ''
    const variables: Json = {
      ...(given.includes('$id') && { id: house.ids.stranger }),
      ...(given.includes('$yes') && { yes: null }),
    }
    const answer = await house.as.member.execute(`mutation ${declared} { ${selection} }`, variables)
    expect([answer.status, new Set(codes(answer))]).toEqual([403, new Set(['FORBIDDEN'])])
    expect(answer.body.data).toBeUndefined()
    expect(answer.headers.get('cache-control')).toBe('private, no-store')
    expect(house.dump().documents).toEqual(before)
  })
})

describe('explainAccess, held against what happens', () => {
  interface Part {
    path: string[]
    coordinate: string
    anonymous: string
    cells: { role: string; decision: string }[]
  }
  const explain = /* GraphQL */ `
    query ($query: String!, $variables: JSON) {
      explainAccess(query: $query, variables: $variables) {
        smallestRoleSets { signedIn roles }
        parts { path coordinate anonymous cells { role decision } }
      }
    }
  `
  const explained = async (query: string, variables?: unknown) =>
    dataOf(
      await house.as.admin.execute<{
        explainAccess: { smallestRoleSets: { signedIn: boolean; roles: string[] }[]; parts: Part[] }
      }>(explain, { query, ...(variables !== undefined && { variables }) }),
    ).explainAccess
  const roles: Partial<Record<Person, string>> = { member: 'MEMBER', editor: 'EDITOR', admin: 'ADMIN' }

  it.each([
    ['{ me { id suspended email } users { totalCount } }'],
    ['query ($y: Boolean = true) { me { id @include(if: $y) } auditEvents(first: 1) { totalCount } }'],
    ['{ __proto__: me { constructor: suspended then: name } }'],
    ['{ accessMatrix { roles } explainAccess(query: "{ me { id } }") { complete } }'],
    [
      '{ ...Q } fragment Q on Query { me { ... on Node { ...U } } } fragment U on User { sessions { ipAddress } suspended }',
    ],
  ])('tells of %s what everybody meets', async (query) => {
    const { parts, smallestRoleSets } = await explained(query)
    for (const person of ['anonymous', 'member', 'editor', 'admin'] as const) {
      const answer = await house.as[person].execute(query)
      const denied = parts.filter(({ anonymous, cells }) => {
        const cell = cells.find(({ role }) => role === roles[person])
        return (person === 'anonymous' ? anonymous : cell?.decision) === 'DENY'
      })
      const met = (answer.body.errors ?? []).map(({ path = [] }) =>
        path.filter((key) => typeof key === 'string').join('.'),
      )
      // What is below a denied place is not reached.
      const places = denied.map(({ path }) => path.join('.'))
      const highest = places.filter((place) => !places.some((other) => place.startsWith(`${other}.`)))
      expect(new Set(met), person).toEqual(new Set(highest))
      const maySet = smallestRoleSets.some(({ signedIn, roles: held }) =>
        person === 'anonymous' ? !signedIn : held.every((role) => role === roles[person]),
      )
      if (maySet) expect(met, person).toEqual([])
    }
  })

  it.each<[string, string, unknown, RegExp | null]>([
    ['names that objects have for variables', '{ me { id } }', { constructor: 2, toString: { valueOf: 1 } }, null],
    ['a subscription', 'subscription { documentChanged(id: "1") { title } }', undefined, null],
    ['introspection', '{ __schema { types { name } } }', undefined, null],
    ['a condition that is null', 'query ($y: Boolean = true) { me { id @include(if: $y) } }', { y: null }, null],
    ['what nobody may', 'mutation ($id: ID!) { deleteAccount(userId: $id) }', {}, /\$id/],
  ])('bears %s, and runs nothing', async (_, query, variables, fault) => {
    const before = house.dump()
    const answer = await house.as.admin.execute(explain, { query, ...(variables !== undefined && { variables }) })
    if (fault) {
      expect(codes(answer)).toEqual(['BAD_USER_INPUT'])
      expect(answer.body.errors?.[0]?.message).toMatch(fault)
    } else expect(answer.body.errors).toBeUndefined()
    expect(house.dump()).toEqual(before)
  })

  it('bears prototype keys in the text, and changes no prototype', async () => {
    const text = `{ explainAccess(query: "query ($id: ID!) { user(id: $id) { id } }", variables: { __proto__: { id: 1 }, id: "2" }) { parts { coordinate } } }`
    const { explainAccess } = dataOf(await house.as.admin.execute(text))
    expect(explainAccess).toEqual({ parts: [{ coordinate: 'Query.user' }, { coordinate: 'User.id' }] })
    expect(codes(await house.as.admin.execute(text.replace(', id: "2"', '')))).toEqual(['BAD_USER_INPUT'])
  })

  it('takes a variable that is not given for not given, in both its parts', async () => {
    const query = 'query ($first: Int, $search: String) { users(first: $first, search: $search) { totalCount } }'
    const { parts, smallestRoleSets } = await explained(query)
    expect(parts.map(({ coordinate }) => coordinate)).toEqual(['Query.users', 'UserConnection.totalCount'])
    expect(smallestRoleSets).toEqual([{ signedIn: true, roles: ['ADMIN'] }])
  })
})
