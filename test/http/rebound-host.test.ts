import { describe, expect, it } from 'vitest'
import { createClient } from '../support/client.ts'
import { sendRaw } from '../support/send-raw.ts'
import { type Env, startServer } from '../support/server.ts'

const create = JSON.stringify({ query: 'mutation { createDocument(title: "Forged", body: "") { id } }' })

/** A server with a signed-in browser, whose cookie a page on a rebound name would not even have. */
async function open(env: Env = { NODE_ENV: 'development' }) {
  const { url } = await startServer({ env })
  const client = createClient(url)
  await client.login('member@example.com')
  const cookie = await client.jar.getCookieString(url)
  const count = async () => {
    const { body } = await client.execute<{ documents: { totalCount: number } }>('{ documents { totalCount } }')
    return body.data?.documents.totalCount
  }
  const send = (request: string, host: string, headers: readonly string[] = [], body = '') =>
    sendRaw(
      url,
      [
        `${request} HTTP/1.1`,
        `host: ${host}`,
        `cookie: ${cookie}`,
        // What a browser tells of a page on that very name.
        'sec-fetch-site: same-origin',
        `origin: http://${host}`,
        ...headers,
        `content-length: ${body.length}`,
        'connection: close',
        '',
        body,
      ].join('\r\n'),
    )
  const post = (host: string, headers: readonly string[] = []) =>
    send('POST /graphql', host, ['content-type: application/json', ...headers], create)
  return { send, post, count, before: (await count()) ?? 0 }
}

describe('a page on a name that was rebound to a development server', () => {
  it.each([
    'evil.example:4000',
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example:4000',
    'evil.example@localhost',
    '',
  ])('has no operation run: %j', async (host) => {
    const { post, count, before } = await open()
    const answer = await post(host)
    expect(answer).toMatch(/^HTTP\/1\.1 403 /)
    expect(answer).toContain('"FORBIDDEN"')
    expect(answer).toContain('nosniff')
    expect(await count()).toBe(before)
  })

  it.each(['/graphql?query={__typename}', '/graphql', '/dev/mail', '/health/live', '/nowhere'])(
    'reads nothing of %s',
    async (path) => {
      const { send } = await open()
      const read = (host: string) => send(`GET ${path}`, host, ['accept: text/html', 'apollo-require-preflight: x'])
      expect(await read('evil.example:4000')).toMatch(/^HTTP\/1\.1 403 /)
      expect(await read('localhost:4000')).not.toMatch(/^HTTP\/1\.1 403 /)
    },
  )

  it('cannot pass by what a proxy would say', async () => {
    const { post, send, count, before } = await open({ NODE_ENV: 'development', TRUST_PROXY: '1' })
    const proxied = ['x-forwarded-host: localhost']
    expect(await post('evil.example', proxied)).toMatch(/^HTTP\/1\.1 403 /)
    expect(await send('GET /dev/mail', 'evil.example', proxied)).toMatch(/^HTTP\/1\.1 403 /)
    expect(await count()).toBe(before)
  })

  it('is told so in words that help whoever runs the server under another name', async () => {
    const { post } = await open()
    expect(await post('gatehouse.test')).toContain('the host of PUBLIC_URL')
  })
})

describe('a development server', () => {
  it.each(['localhost:4000', '127.0.0.1:4000', '[::1]:4000', 'api.localhost'])('answers to %s', async (host) => {
    const { post, count, before } = await open()
    expect(await post(host)).toMatch(/^HTTP\/1\.1 200 /)
    expect(await count()).toBe(before + 1)
  })

  it('answers to the host of its public URL', async () => {
    const { url } = await startServer({ env: { NODE_ENV: 'development', PUBLIC_URL: 'https://dev.example.com' } })
    const answer = await sendRaw(url, 'GET /health/live HTTP/1.1\r\nhost: dev.example.com\r\nconnection: close\r\n\r\n')
    expect(answer).toMatch(/^HTTP\/1\.1 200 /)
  })
})
