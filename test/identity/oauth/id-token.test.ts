import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import jsonwebtoken from 'jsonwebtoken'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../../src/clock.ts'
import { createLoginProviders, type LoginProvider } from '../../../src/identity/oauth/login-provider.ts'

const keys = generateKeyPairSync('rsa', { modulusLength: 2048 })
const otherKeys = generateKeyPairSync('rsa', { modulusLength: 2048 })
const clientId = 'gatehouse'
const clientSecret = 'what the provider gave this server, and nobody else'
const request = { state: 'the-state', nonce: 'the-nonce', codeVerifier: 'v'.repeat(43) }

/** What the provider's token endpoint answers with: a provider that was broken into answers with anything. */
let idToken = ''
let userInfo: Record<string, unknown> = {}
let issuer = ''
let server: Server
let provider: LoginProvider

beforeAll(async () => {
  server = createServer((incoming, response) => {
    const path = incoming.url?.split('?')[0]
    const jwk = { ...keys.publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256', use: 'sig' }
    const bodies: Record<string, unknown> = {
      '/.well-known/openid-configuration': {
        issuer,
        authorization_endpoint: `${issuer}/auth`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/jwks`,
        userinfo_endpoint: `${issuer}/me`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
      },
      '/jwks': { keys: [jwk] },
      '/token': { access_token: 'opaque', token_type: 'Bearer', expires_in: 60, id_token: idToken },
      '/me': userInfo,
    }
    response.writeHead(path !== undefined && path in bodies ? 200 : 404, { 'content-type': 'application/json' })
    response.end(JSON.stringify(bodies[path ?? ''] ?? {}))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  issuer = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  const settings = { id: 'one', name: 'One', issuer, clientId, clientSecret, scopes: ['openid', 'email'] }
  const made = createLoginProviders([settings], { publicUrl: 'https://gatehouse.test', clock: systemClock }).get('one')
  provider = made ?? expect.unreachable()
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})
beforeEach(() => {
  userInfo = { sub: 'penny', email: 'penny@example.com', email_verified: true }
})

/** An ID token as the provider makes it, but for what is given; `undefined` leaves a claim out. */
function make(
  claims: Record<string, unknown> = {},
  { key = keys.privateKey, ...header }: { key?: KeyObject | string; alg?: string; kid?: string } = {},
): string {
  const now = Math.floor(Date.now() / 1000)
  const all = { iss: issuer, sub: 'penny', aud: clientId, iat: now, exp: now + 60, nonce: request.nonce, ...claims }
  const { alg = 'RS256', kid = 'one' } = header
  const payload = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
  return jsonwebtoken.sign(payload, key, { algorithm: alg as 'RS256', header: { alg, kid } })
}

const redeem = () => provider.redeem(`code=c&state=${request.state}&iss=${encodeURIComponent(issuer)}`, request)

describe('an ID token', () => {
  it('says who somebody is, and the profile their address', async () => {
    idToken = make()
    expect(await redeem()).toEqual({
      issuer,
      subject: 'penny',
      email: 'penny@example.com',
      emailVerified: true,
      name: null,
    })
  })

  const hourAgo = Math.floor(Date.now() / 1000) - 3600
  const publicKeyText = keys.publicKey.export({ format: 'pem', type: 'spki' }).toString()
  it.each<[string, () => string]>([
    ['another key signed', () => make({}, { key: otherKeys.privateKey })],
    ['another key signed, under another name', () => make({}, { key: otherKeys.privateKey, kid: 'two' })],
    ['nobody signed', () => make({}, { key: '', alg: 'none' })],
    ['the public key signed, as a secret', () => hs256(publicKeyText)],
    ['the client secret signed', () => hs256(clientSecret)],
    ['was changed afterwards', () => make().replace(/\.[\w-]+\./, `.${encode({ ...decode(make()), sub: 'adam' })}.`)],
    ['is of another issuer', () => make({ iss: 'https://evil.example' })],
    ['is of the issuer, all but a slash', () => make({ iss: `${issuer}/` })],
    ['is for another client', () => make({ aud: 'another' })],
    ['is for another client too, which asked for it', () => make({ aud: [clientId, 'another'], azp: 'another' })],
    ['is of another sign-in', () => make({ nonce: 'another' })],
    ['is of no sign-in', () => make({ nonce: undefined })],
    ['is over', () => make({ iat: hourAgo, exp: hourAgo + 60 })],
    ['is never over', () => make({ exp: undefined })],
    ['names nobody', () => make({ sub: undefined })],
    ['is missing', () => ''],
    ['is none', () => 'a.b.c'],
  ])('proves nobody that %s', async (_, forge) => {
    idToken = forge()
    await expect(redeem()).rejects.toThrow()
  })

  it('is not believed beside the profile of somebody else', async () => {
    idToken = make()
    userInfo = { sub: 'adam', email: 'adam@example.com', email_verified: true }
    await expect(redeem()).rejects.toThrow()
  })

  it.each(['true', 1, 'yes', null, undefined, {}])('vouches for no address by %j', async (claim) => {
    idToken = make({ email: 'penny@example.com', email_verified: claim })
    expect(await redeem()).toMatchObject({ email: 'penny@example.com', emailVerified: false })
  })
})

/** As a library would make it that takes any bytes for a secret. */
function hs256(secret: string): string {
  const [, payload = ''] = make().split('.')
  const signed = `${encode({ alg: 'HS256', kid: 'one' })}.${payload}`
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const decode = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
