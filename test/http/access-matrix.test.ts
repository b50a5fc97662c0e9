import { describe, expect, it } from 'vitest'
import { accessMatrix } from '../../src/directives/index.ts'
import { createExecutableSchema } from '../../src/graphql/schema.ts'
import { codes, createClient } from '../support/client.ts'
import { startServer } from '../support/server.ts'

interface Rule {
  text: string
  coordinate: string
  location: string | null
  anonymous: string
  cells: { role: string; decision: string }[]
}
interface Row {
  coordinate: string
  anonymous: string
  cells: { role: string; decision: string }[]
  owner: string | null
  rules: Rule[]
  typeRules: Rule[]
}

const query = /* GraphQL */ `
  {
    accessMatrix {
      roles
      rows {
        coordinate
        anonymous
        cells { role decision }
        owner
        rules { ...Rule }
        typeRules { ...Rule }
      }
    }
  }
  fragment Rule on AccessMatrixRule { text coordinate location anonymous cells { role decision } }
`

describe('accessMatrix', () => {
  it('gives an administrator the matrix of the schema that is running', async () => {
    const { url } = await startServer()
    const admin = createClient(url)
    await admin.login('admin@example.com')
    const { body } = await admin.execute<{ accessMatrix: { roles: string[]; rows: Row[] } }>(query)
    expect(body.errors).toBeUndefined()
    const { roles, rows } = body.data?.accessMatrix ?? { roles: [], rows: [] }
    expect(roles).toEqual(['MEMBER', 'EDITOR', 'ADMIN'])
    const told = rows.map(({ coordinate, anonymous, cells }) => [
      coordinate,
      Object.fromEntries([
        ['anonymous', anonymous.toLowerCase()],
        ...cells.map(({ role, decision }) => [role, decision.toLowerCase()]),
      ]),
    ])
    expect(Object.fromEntries(told)).toEqual(accessMatrix(createExecutableSchema()))
  })

  it('tells the rules of an element and of its type, with where they stand', async () => {
    const { url } = await startServer()
    const admin = createClient(url)
    await admin.login('admin@example.com')
    const { body } = await admin.execute<{ accessMatrix: { rows: Row[] } }>(query)
    const row = (coordinate: string) => body.data?.accessMatrix.rows.find((found) => found.coordinate === coordinate)
    expect(row('User.email')).toMatchObject({ anonymous: 'DENY', owner: 'ALLOW', typeRules: [] })
    expect(row('Document.grants')?.rules).toEqual([
      {
        text: expect.stringMatching(/^@allow\(any: \[\{ access: MANAGE, .*DOCUMENT_MANAGE_ANY/),
        coordinate: 'Document.grants',
        location: expect.stringMatching(/^schema\/documents\.graphql:\d+$/),
        anonymous: 'DENY',
        cells: [
          { role: 'MEMBER', decision: 'CONDITIONAL' },
          { role: 'EDITOR', decision: 'CONDITIONAL' },
          { role: 'ADMIN', decision: 'ALLOW' },
        ],
      },
    ])
    expect(row('Document.grants')?.typeRules.map(({ coordinate }) => coordinate)).toEqual(['Document', 'Document'])
    expect(row('Query.session')?.rules).toMatchObject([
      { text: '@public', coordinate: 'Query.session', location: null, anonymous: 'ALLOW' },
    ])
  })

  it.each([
    ['a stranger', null, 'UNAUTHENTICATED'],
    ['a member', 'member@example.com', 'FORBIDDEN'],
    ['an editor', 'editor@example.com', 'FORBIDDEN'],
  ])('is nothing for %s', async (_, email, code) => {
    const { url } = await startServer()
    const client = createClient(url)
    if (email) await client.login(email)
    const answer = await client.execute(query)
    expect(answer.body.data).toEqual({ accessMatrix: null })
    expect(answer.body.errors?.map(({ path }) => path)).toEqual([['accessMatrix']])
    expect(codes(answer)).toEqual([code])
  })
})
