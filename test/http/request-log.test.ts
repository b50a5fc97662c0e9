import { describe, expect, it } from 'vitest'
import { createLogger } from '../../src/http/logger.ts'
import { createClient } from '../support/client.ts'
import { startServer } from '../support/server.ts'

async function open() {
  const lines: Record<string, unknown>[] = []
  const logger = createLogger('trace', { write: (line) => lines.push(JSON.parse(line)) })
  const server = await startServer({ logger })
  return { ...server, lines, client: createClient(server.url) }
}

describe('the log', () => {
  it('has a line for each request, with its id and the name of its operation, and nothing that was sent', async () => {
    const { client, lines } = await open()
    const answers = [
      await client.execute('query WhoAmI { session { id } }'),
      await client.execute(`query ${'x'.repeat(65)} { session { id } }`),
      await client.execute('query Broken { nothing }'),
      await client.send('/nowhere?token=secret'),
    ]
    // Written once the answer is out.
    await expect.poll(() => lines.filter(({ msg }) => msg === 'request')).toHaveLength(answers.length)
    const ids = answers.map(({ headers }) => headers.get('x-request-id'))
    const line = { level: 30, time: expect.any(String), msg: 'request', ms: expect.any(Number) }
    const post = { ...line, method: 'POST', path: '/graphql' }
    expect(lines.filter(({ msg }) => msg === 'request')).toEqual([
      { ...post, requestId: ids[0], status: 200, operation: 'WhoAmI' },
      { ...post, requestId: ids[1], status: 200 },
      { ...post, requestId: ids[2], status: 400 },
      { ...line, requestId: ids[3], method: 'GET', path: '/nowhere', status: 404 },
    ])
  })

  it('has the cause of what clients are told nothing about, under the id that they are told', async () => {
    const { client, lines, database } = await open()
    await database.close()
    const answer = await client.execute('mutation { login(email: "a@example.com", password: "x") { __typename } }')
    expect(answer.body).toMatchObject({ data: { login: null }, errors: [{ message: 'Internal server error' }] })
    const requestId = answer.body.errors?.[0]?.extensions.correlationId
    expect(requestId).toBe(answer.headers.get('x-request-id'))
    const faults = lines.filter(({ level }) => level === 50)
    expect(faults).toMatchObject([
      { requestId, path: 'login', msg: 'a field failed', err: { stack: expect.any(String) } },
    ])
  })
})
