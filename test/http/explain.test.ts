import { describe, expect, it } from 'vitest'
import { createClient } from '../support/client.ts'
import { startServer } from '../support/server.ts'

const header = { 'x-explain-authorization': 'true' }

describe('x-explain-authorization', () => {
  it('tells in development why each coordinate is answered or not', async () => {
    const { url } = await startServer({ env: { NODE_ENV: 'development' } })
    const client = createClient(url)
    await client.login('member@example.com')
    const answer = await client.execute('{ me { name suspended } }', {}, header)
    const { extensions } = JSON.parse(answer.text)
    expect(extensions.authorization).toEqual([
      expect.objectContaining({ coordinate: 'Query.me', path: ['me'], decision: 'allow' }),
      { coordinate: 'User.name', path: ['me', 'name'], decision: 'allow', rules: [] },
      {
        coordinate: 'User.suspended',
        path: ['me', 'suspended'],
        decision: 'deny',
        code: 'FORBIDDEN',
        rules: [
          {
            rule: '@hasPermission(permission: [USER_READ])',
            standsOn: 'User.suspended',
            location: expect.stringMatching(/^schema\/identity\.graphql:\d+$/),
            decision: 'deny',
          },
        ],
      },
    ])
    const refused = await client.execute('mutation { publishDocument(id: "1") { id } }', {}, header)
    expect(refused.status).toBe(403)
    expect(JSON.parse(refused.text).extensions.authorization[0]).toMatchObject({ code: 'FORBIDDEN' })
  })

  it('tells nothing unasked, and nothing outside development', async () => {
    const development = createClient((await startServer({ env: { NODE_ENV: 'development' } })).url)
    expect(JSON.parse((await development.execute('{ me { name } }')).text)).not.toHaveProperty('extensions')
    const other = createClient((await startServer()).url)
    expect(JSON.parse((await other.execute('{ me { name } }', {}, header)).text)).not.toHaveProperty('extensions')
  })
})
