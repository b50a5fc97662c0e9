import { mkdirSync, writeFileSync } from 'node:fs'
import { type IncomingMessage, get as request } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { brotliCompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { createClient } from '../support/client.ts'
import { createFolder, productionEnv, startServer } from '../support/server.ts'

const index = '<!doctype html><title>Gatehouse</title><script type="module" src="/console/assets/app-1a2b.js"></script>'
const script = 'console.log("Gatehouse")\n'
const secret = 'what nobody is to read'

/** A server beside a folder as the build makes it; `build` makes it later. */
async function open({ built = true, env = {} } = {}) {
  const parent = createFolder()
  const consoleFolder = join(parent, 'dist')
  const build = () => {
    mkdirSync(join(consoleFolder, 'assets'), { recursive: true })
    writeFileSync(join(parent, 'secret.txt'), secret)
    writeFileSync(join(consoleFolder, 'secret.txt'), secret)
    writeFileSync(join(consoleFolder, 'index.html'), index)
    writeFileSync(join(consoleFolder, 'assets', 'app-1a2b.js'), script)
    writeFileSync(join(consoleFolder, 'assets', 'app-1a2b.js.br'), brotliCompressSync(script))
    writeFileSync(join(consoleFolder, 'assets', '.hidden'), secret)
  }
  if (built) build()
  const { url } = await startServer({ consoleFolder, env })
  return { url, get: (path: string, headers = {}) => createClient(url).send(path, { headers }), build }
}

/** By the path as it stands: `fetch` would resolve its dots. */
async function getRaw(url: string, path: string): Promise<{ status: number | undefined; body: string }> {
  const { port } = new URL(url)
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  request({ port, path, agent: false }, resolve).on('error', reject)
  const answer = await promise
  return { status: answer.statusCode, body: await text(answer) }
}

describe('the console', () => {
  it('is a page that every path below it shows, and no cache keeps', async () => {
    const { get } = await open()
    for (const path of ['/console/', '/console/sign-in?from=%2Faccount', '/console/documents/0199/edit']) {
      const page = await get(path)
      expect([page.status, page.text]).toEqual([200, index])
      expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
      expect(page.headers.get('cache-control')).toBe('no-store')
      expect(page.headers.getSetCookie()).toEqual([])
    }
  })

  it('is found without the slash, with what was asked', async () => {
    const { get } = await open()
    const answers = [await get('/console'), await get('/console?from=%2F'), await get('/console?//evil.example')]
    expect(answers.map(({ status }) => status)).toEqual([308, 308, 308])
    expect(answers.map(({ headers }) => headers.get('location'))).toEqual([
      '/console/',
      '/console/?from=%2F',
      '/console/?//evil.example',
    ])
    expect((await get('/consoles')).status).toBe(404)
  })

  it.each([{}, productionEnv])('lets its pages load files of this server alone', async (env) => {
    const { get } = await open({ env })
    const { headers } = await get('/console/')
    const policy = new Map(
      (headers.get('content-security-policy') ?? '').split('; ').map((directive) => {
        const [name = '', ...sources] = directive.split(' ')
        return [name, sources]
      }),
    )
    expect(Object.fromEntries(policy)).toEqual({
      'default-src': ["'none'"],
      'script-src': ["'self'"],
      'style-src': ["'self'"],
      'img-src': ["'self'", 'data:'],
      'connect-src': ["'self'"],
      'base-uri': ["'none'"],
      'form-action': ["'none'"],
      'frame-ancestors': ["'none'"],
    })
    expect(Object.fromEntries(headers)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
    })
    expect(headers.has('strict-transport-security')).toBe(env === productionEnv)
  })

  it('lets browsers keep for a year what is named for its content, compressed where they take it', async () => {
    const { get } = await open()
    const plain = await get('/console/assets/app-1a2b.js', { 'accept-encoding': 'identity' })
    expect([plain.status, plain.text, plain.headers.get('content-encoding')]).toEqual([200, script, null])
    const compressed = await get('/console/assets/app-1a2b.js', { 'accept-encoding': 'br, gzip' })
    expect([compressed.status, compressed.text, compressed.headers.get('content-encoding')]).toEqual([
      200,
      script,
      'br',
    ])
    for (const { headers } of [plain, compressed]) {
      expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
      expect(headers.get('content-type')).toBe('application/javascript; charset=utf-8')
      expect(headers.get('vary')?.toLowerCase()).toContain('accept-encoding')
      expect(headers.get('content-security-policy')).toContain("default-src 'none'")
    }
  })

  it('answers for a file that is not there, so that no page passes for a script', async () => {
    const { get } = await open()
    const missing = await get('/console/assets/app-0000.js')
    expect(missing.status).toBe(404)
    expect(missing.headers.get('cache-control')).toBe('no-store')
    expect(missing.body).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] })
  })

  it.each([
    '/console/assets/../secret.txt',
    '/console/assets/../../secret.txt',
    '/console/assets/%2e%2e/secret.txt',
    '/console/assets/..%2f..%2fsecret.txt',
    '/console/assets/..%5c..%5csecret.txt',
    '/console/assets/%252e%252e/secret.txt',
    '/console/assets//../secret.txt',
    '/console/assets/.hidden',
    '/console/assets/%00',
    '/console/assets/',
    '/console/assets',
    '/console/secret.txt',
    '/console/../secret.txt',
    '/console/%2e%2e/%2e%2e/secret.txt',
  ])('hands out nothing but what the build made for it: %s', async (path) => {
    const { url } = await open()
    const { status, body } = await getRaw(url, path)
    expect([200, 400, 403, 404]).toContain(status)
    expect(body).not.toContain(secret)
    if (status === 200) expect(body).toBe(index)
  })

  it('takes no operation and nothing else that is sent to it', async () => {
    const { url } = await open()
    const headers = { 'content-type': 'application/json' }
    for (const path of ['/console/', '/console/assets/app-1a2b.js']) {
      const answer = await createClient(url).send(path, {
        method: 'POST',
        headers,
        body: '{"query":"{ session { id } }"}',
      })
      expect(answer.status).toBe(404)
      expect(answer.body.data).toBeUndefined()
    }
  })

  it('says how to build it where nobody has, and is there once somebody did', async () => {
    const { get, build } = await open({ built: false })
    const page = await get('/console/account')
    expect(page.status).toBe(503)
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(page.text).toContain('npm run build:console')
    expect((await get('/console/assets/app-1a2b.js')).status).toBe(404)
    build()
    expect((await get('/console/account')).text).toBe(index)
    expect((await get('/console/assets/app-1a2b.js')).text).toBe(script)
  })
})

describe('a link in a mail', () => {
  it.each(['/verify-email', '/reset-password'])('leads to the console where that is built: %s', async (path) => {
    const { get, build } = await open({ built: false })
    expect((await get(path)).text).toContain('mutation {')
    build()
    const answer = await get(`${path}?token=x`)
    expect(answer.status).toBe(303)
    // Without a hash of its own: browsers keep the one of the link, which has the token.
    expect(answer.headers.get('location')).toBe(`/console${path}`)
  })
})
