import { describe, expect, it } from 'vitest'
import { createClient } from '../support/client.ts'
import { productionEnv, startServer } from '../support/server.ts'

const page = { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8', 'sec-fetch-site': 'none' } }

async function openPage() {
  const { url } = await startServer({ env: { NODE_ENV: 'development' } })
  const client = createClient(url)
  return { client, answer: await client.send('/graphql', page) }
}

/** The directives of a content security policy by name, each with its sources. */
function readPolicy(text: string): Map<string, string[]> {
  return new Map(
    text.split(';').map((directive) => {
      const [name = '', ...sources] = directive.trim().split(/\s+/)
      return [name, sources]
    }),
  )
}

/** What the page loads, as the directive that governs it and the address. */
function readResources(html: string): [directive: string, url: string][] {
  const find = (directive: string, pattern: RegExp) =>
    [...html.matchAll(pattern)].map(([, url = '']): [string, string] => [directive, url])
  return [
    ...find('script-src', /<script[^>]* src="(https:[^"]+)"/g),
    ...find('style-src', /<link\s+href="(https:[^"]+)"\s+rel="stylesheet"/g),
    ...find('img-src', /<link\s+rel="(?:apple-touch-)?icon"\s+href="(https:[^"]+)"/g),
    ...find('manifest-src', /<link\s+rel="manifest"\s+href="(https:[^"]+)"/g),
    // What the embedded script makes a frame of.
    ['frame-src', 'https://sandbox.embed.apollographql.com/'],
  ]
}

describe('the page at /graphql in development', () => {
  it('is Apollo Sandbox, embedded and sending cookies', async () => {
    const { answer } = await openPage()
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('text/html')
    const [, config = ''] = /embeddedSandboxConfig = (\{.*\});/.exec(answer.text) ?? []
    expect(JSON.parse(config)).toMatchObject({ initialState: { includeCookies: true }, runTelemetry: false })
  })

  it('may load all that it needs by both of its policies, and nothing else', async () => {
    const { answer } = await openPage()
    const header = readPolicy(answer.headers.get('content-security-policy') ?? '')
    const [, meta = ''] = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(answer.text) ?? []
    const resources = readResources(answer.text)
    expect(new Set(resources.map(([directive]) => directive)).size).toBe(5)
    for (const [directive, url] of resources) {
      expect(header.get(directive), url).toContain(new URL(url).origin)
      expect(readPolicy(meta).get(directive), url).toContain(new URL(url).origin)
    }
    // Its inline scripts and styles bear a nonce that only the page's own policy knows: a nonce here would be another.
    for (const directive of ['script-src', 'style-src']) {
      expect(header.get(directive)).toContain("'unsafe-inline'")
      expect(header.get(directive)?.join(' ')).not.toMatch(/nonce-|sha256-/)
      expect(readPolicy(meta).get(directive)?.join(' ')).toMatch(/'nonce-/)
    }
    // The page itself sends the operations that the frame asks for.
    expect(header.get('connect-src')).toEqual(["'self'"])
    expect(header.get('default-src')).toEqual(["'none'"])
    expect(header.get('frame-ancestors')).toEqual(["'none'"])
  })

  it('signs in, and is then signed in, as a page of the same origin', async () => {
    const { client } = await openPage()
    const headers = { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' }
    const login = `mutation { login(email: "member@example.com", password: "open sesame in development") { __typename } }`
    expect((await client.execute(login, {}, headers)).body).toEqual({ data: { login: { __typename: 'Session' } } })
    const me = await client.execute('{ me { email } }', {}, headers)
    expect(me.body).toEqual({ data: { me: { email: 'member@example.com' } } })
  })
})

describe('in production', () => {
  /** A browser behind the proxy that ends HTTPS. */
  async function open() {
    const { url } = await startServer({ env: { ...productionEnv, INTROSPECTION: 'off' } })
    return createClient(url, productionEnv.PUBLIC_URL)
  }

  it('is no page, and says so as it says of every request without an operation', async () => {
    const answer = await (await open()).send('/graphql', page)
    expect(answer.status).toBe(400)
    expect(answer.text).not.toMatch(/<html|EmbeddedSandbox/i)
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
  })

  it('binds cookies to the host, for HTTPS alone, and tells browsers to keep to it', async () => {
    const client = await open()
    const { headers } = await client.execute(
      `mutation { register(email: "nina@example.com", password: "correct horse battery", name: "Nina") { __typename } }`,
    )
    expect(headers.getSetCookie()).toEqual([
      expect.stringMatching(/^__Host-session=[\w.-]+; Max-Age=604800; Path=\/; HttpOnly; Secure; SameSite=Lax$/),
      expect.stringMatching(/^__Host-device=[\w.-]+; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Lax$/),
    ])
    expect(headers.get('strict-transport-security')).toBe('max-age=31536000')
    expect((await client.execute('{ me { name } }')).body).toEqual({ data: { me: { name: 'Nina' } } })
  })

  it('reads no cookie by its name in development', async () => {
    const client = await open()
    await client.execute(
      `mutation { register(email: "nina@example.com", password: "correct horse battery", name: "Nina") { __typename } }`,
    )
    const token = await client.cookie('__Host-session')
    expect(token).toBeDefined()
    const answer = await client.execute('{ session { id } }', {}, { cookie: `session=${token}` })
    expect(answer.body).toEqual({ data: { session: null } })
  })

  it('explains no decision to anybody', async () => {
    const answer = await (await open()).execute('{ me { id } }', {}, { 'x-explain-authorization': 'true' })
    expect(answer.body).not.toHaveProperty('extensions')
  })
})
