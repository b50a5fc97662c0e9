import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createClient } from '../support/client.ts'
import { startServer, type TestServer } from '../support/server.ts'

describe('/dev/mail', () => {
  let server: TestServer
  const printed: string[] = []
  beforeEach(async () => {
    vi.spyOn(console, 'log').mockImplementation((text: string) => void printed.push(text))
    server = await startServer({
      env: { NODE_ENV: 'development' },
      intervals: { reloadKeys: 60_000, purge: 60_000, mails: 10 },
    })
  })
  afterEach(() => vi.restoreAllMocks())

  it('shows the mails of a development server, which prints them too, and their links', async () => {
    const client = createClient(server.url)
    expect((await client.send('/dev/mail')).text).toContain('None yet')
    await client.execute('mutation { requestPasswordReset(email: "member@example.com") }')
    await vi.waitFor(async () => expect((await client.send('/dev/mail')).text).toContain('Reset your password'))
    const page = await client.send('/dev/mail')
    expect(page.text).toMatch(/<a href="http:\/\/localhost:\d+\/reset-password#[\w-]{43}">/)
    expect(printed.join('\n')).toMatch(/A mail to member@example.com: Reset your password/)
  })

  it.each([
    ['a name that was rebound', { host: 'evil.example' }, 403],
    ['a proxy', { 'x-forwarded-for': '192.0.2.1' }, 404],
  ])('is not to be read through %s', async (_, headers, status) => {
    const answer = await server.server.inject({ url: '/dev/mail', headers: { host: 'localhost', ...headers } })
    expect(answer.statusCode).toBe(status)
    const local = await server.server.inject({ url: '/dev/mail', headers: { host: 'localhost' } })
    expect(local.statusCode).toBe(200)
  })

  it('is not to be read from another machine', async () => {
    const answer = await server.server.inject({
      url: '/dev/mail',
      headers: { host: 'localhost' },
      remoteAddress: '192.0.2.1',
    })
    expect(answer.statusCode).toBe(404)
  })
})
