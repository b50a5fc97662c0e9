import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Answer, codes, type Json, refusals } from '../support/client.ts'
import { type House, openHouse } from '../support/house.ts'
import { refused } from './hostile-documents.ts'

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

interface Marked {
  anonymous: string
  cells: { role: string; decision: string }[]
}
interface Part extends Marked {
  path: string[]
  coordinate: string
  rules: (Marked & { text: string; coordinate: string; location: string | null })[]
}
interface Explained {
  explainAccess: {
    roles: string[]
    complete: boolean
    smallestRoleSets: { signedIn: boolean; roles: string[] }[]
    parts: Part[]
  } | null
}

const explain = /* GraphQL */ `
  query Explain($query: String!, $operationName: String, $variables: JSON) {
    explainAccess(query: $query, operationName: $operationName, variables: $variables) {
      roles
      complete
      smallestRoleSets { signedIn roles }
      parts {
        path
        coordinate
        ...Marks
        rules { text coordinate location anonymous cells { role decision } }
      }
    }
  }
  fragment Marks on AccessExplanationPart { anonymous cells { role decision } }
`

async function explained(variables: Json) {
  const { body } = await house.as.admin.execute<Explained>(explain, variables)
  expect(body.errors).toBeUndefined()
  return body.data?.explainAccess ?? expect.unreachable('there should be an explanation')
}

/** Of anonymous viewers, MEMBER, EDITOR and ADMIN, in this order. */
const marks = ({ anonymous, cells }: Marked) => [anonymous, ...cells.map(({ decision }) => decision)].join(' ')

/** One error at the field, and nothing else. */
function argumentAtFault(answer: Answer<Explained>): unknown {
  expect(answer.body.data).toEqual({ explainAccess: null })
  expect(refusals(answer)).toEqual([['BAD_USER_INPUT', 'explainAccess']])
  return answer.body.errors?.map(({ extensions }) => (extensions as { argument?: string }).argument)[0]
}

describe('explainAccess', () => {
  it('marks each part of an operation for everyone, with the rules behind it', async () => {
    const { roles, parts, complete, smallestRoleSets } = await explained({
      query: '{ document(id: "1") { head: title grants { id } owner { email suspended } } }',
    })
    expect(roles).toEqual(['MEMBER', 'EDITOR', 'ADMIN'])
    expect(complete).toBe(true)
    expect(parts.map((part) => [part.path.join('.'), part.coordinate, marks(part)])).toEqual([
      ['document', 'Query.document', 'DENY ALLOW ALLOW ALLOW'],
      ['document', 'Document', 'DENY CONDITIONAL ALLOW ALLOW'],
      ['document.head', 'Document.title', 'ALLOW ALLOW ALLOW ALLOW'],
      ['document.grants', 'Document.grants', 'DENY CONDITIONAL CONDITIONAL ALLOW'],
      ['document.grants.id', 'AccessGrant.id', 'ALLOW ALLOW ALLOW ALLOW'],
      ['document.owner', 'Document.owner', 'ALLOW ALLOW ALLOW ALLOW'],
      ['document.owner.email', 'User.email', 'DENY CONDITIONAL CONDITIONAL ALLOW'],
      ['document.owner.suspended', 'User.suspended', 'DENY DENY DENY ALLOW'],
    ])
    expect(smallestRoleSets).toEqual([{ signedIn: true, roles: ['ADMIN'] }])
    const rules = parts[1]?.rules ?? []
    expect(rules.map((rule) => [rule.text.split('(')[0], rule.coordinate, marks(rule)])).toEqual([
      ['@hasPermission', 'Document', 'DENY ALLOW ALLOW ALLOW'],
      ['@allow', 'Document', 'DENY CONDITIONAL ALLOW ALLOW'],
    ])
    expect(rules[0]?.location).toMatch(/^schema\/documents\.graphql:\d+$/)
  })

  it.each([
    ['{ session { id } }', [{ signedIn: false, roles: [] }]],
    ['{ me { id } }', [{ signedIn: true, roles: [] }]],
    [
      'mutation { publishDocument(id: "1") { version } }',
      [
        { signedIn: true, roles: ['EDITOR'] },
        { signedIn: true, roles: ['ADMIN'] },
      ],
    ],
  ])('tells who may run %s', async (query, sets) => {
    expect((await explained({ query })).smallestRoleSets).toEqual(sets)
  })

  it('counts the arguments that the variables give, in the operation that is named', async () => {
    const query = 'query A { me { id } } query B($id: ID!) { user(id: $id) { name } }'
    const { parts } = await explained({ query, operationName: 'B', variables: { id: 'x' } })
    expect(parts.map(({ coordinate }) => coordinate)).toEqual(['Query.user', 'User.name'])
  })

  it('runs nothing of what it explains', async () => {
    const before = house.dump()
    const { parts } = await explained({
      query: 'mutation { createDocument(title: "New", body: "") { id } revokeOtherSessions }',
    })
    expect(parts.map(({ coordinate }) => coordinate)).toContain('Mutation.createDocument')
    expect(house.dump()).toEqual(before)
  })

  it.each([
    ['anonymous', 'UNAUTHENTICATED'],
    ['stranger', 'FORBIDDEN'],
    ['member', 'FORBIDDEN'],
    ['editor', 'FORBIDDEN'],
  ] as const)('is nothing for %s', async (person, code) => {
    const answer = await house.as[person].execute(explain, { query: '{ me { id } }' })
    expect(answer.body.data).toEqual({ explainAccess: null })
    expect(codes(answer)).toEqual([code])
    expect(answer.body.errors?.[0]?.path).toEqual(['explainAccess'])
    expect(answer.text).not.toContain('schema/')
  })

  it.each([
    [
      'query',
      'text that is no operation',
      { query: 'hello' },
      /^The text cannot be read, in line 1: Syntax Error: Unexpected Name "hello"/,
    ],
    ['query', 'nothing', { query: '' }, /Unexpected <EOF>/],
    ['query', 'a field that is none', { query: '{ me { nothing } }' }, /Cannot query field "nothing" on type "User"/],
    ['query', 'fragments alone', { query: 'fragment F on User { id }' }, /Fragment "F" is never used/],
    ['operationName', 'one of several', { query: 'query A { me { id } } query B { me { id } }' }, /must name one/],
    ['operationName', 'one that is none', { query: 'query A { me { id } }', operationName: 'C' }, /must name one/],
    ['variables', 'no object', { query: '{ me { id } }', variables: [1] }, /must be an object/],
    ['variables', 'one too few', { query: 'query ($id: ID!) { user(id: $id) { id } }' }, /"\$id" of required type/],
    [
      'variables',
      'one that does not fit',
      { query: 'query ($n: Int) { users(first: $n) { totalCount } }', variables: { n: 'x' } },
      /\$n/,
    ],
  ])('tells that %s is at fault: %s', async (argument, _, variables, message) => {
    const answer = await house.as.admin.execute<Explained>(explain, variables)
    expect(argumentAtFault(answer)).toBe(argument)
    expect(answer.body.errors?.[0]?.message).toMatch(message)
  })

  const texts = refused.flatMap(({ name, body: { query, variables } }) => (variables ? [] : [[name, query] as const]))
  it.each(texts)('refuses %s as it refuses to run it', async (name, query) => {
    const start = performance.now()
    const answer = await house.as.admin.execute<Explained>(explain, { query })
    // A text of 100 KB does not fit into a request beside this one.
    if (answer.status === 413) expect(query.length).toBeGreaterThan(50_000)
    else expect(argumentAtFault(answer)).toBe(name === 'operations by the hundred' ? 'operationName' : 'query')
    expect(performance.now() - start).toBeLessThan(2000)
  })

  it('tells the first thousand parts of an operation that has more, and in time', async () => {
    const nodes = Array.from({ length: 10 }, (_, index) => `n${index}: node(id: "${index}") { ...N }`)
    const user = 'id name email emailVerified roles suspended createdAt'
    const session = 'id kind current methods permissions userAgent ipAddress createdAt lastUsedAt expiresAt'
    const fragments = `
      fragment U on User { ${user} sessions { ${session} user { ${user} } } authenticators { id } }
      fragment N on Node {
        ... on User { ...U }
        ... on Document { title body published version createdAt owner { ...U } }
        ... on Session { ${session} user { ...U } }
      }`
    const start = performance.now()
    const few = await explained({ query: `{ ${nodes.slice(0, 4)} } ${fragments}` })
    const many = await explained({ query: `{ ${nodes} } ${fragments}` })
    expect([few.complete, many.complete]).toEqual([true, false])
    expect(few.parts.length).toBeLessThan(1000)
    expect(many.parts).toHaveLength(1000)
    expect(performance.now() - start).toBeLessThan(2000)
  })
})
