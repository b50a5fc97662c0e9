import { createHmac, createSecretKey, generateKeyPairSync } from 'node:crypto'
import jsonwebtoken from 'jsonwebtoken'
import { describe, expect, it } from 'vitest'
import { createId } from '../../src/id.ts'
import { createTokenKind } from '../../src/identity/jwt.ts'
import { createKeyRing } from '../../src/identity/key-ring.ts'
import type { SigningKey } from '../../src/identity/keys.ts'
import type { Session } from '../../src/identity/session.ts'
import { createSessionTokens } from '../../src/identity/token.ts'
import type { User } from '../../src/identity/user.ts'
import { createSetClock } from './set-clock.ts'

const issuer = 'https://gatehouse.test'
const audience = 'gatehouse'
const secret = Buffer.alloc(32, 1)
const lifetime = 3600

function createKey(kid: string, bytes: Buffer): SigningKey {
  const key = createSecretKey(bytes)
  return { kid, algorithm: 'HS256', signingKey: key, verificationKey: key }
}

const key = createKey('one', secret)
const otherKey = createKey('two', Buffer.alloc(32, 2))

function createFixture(keys: readonly SigningKey[] = [key]) {
  const clock = createSetClock()
  const now = clock.now()
  const tokens = createSessionTokens({ keys: createKeyRing(keys), issuer, audience, clock, createId })
  const user: User = {
    id: 'ada',
    name: 'Ada Lovelace',
    email: 'ada@example.com',
    emailVerified: true,
    suspended: false,
    roles: ['MEMBER', 'EDITOR'],
    createdAt: now,
  }
  const session: Session = {
    id: 'session-1',
    user: { id: 'ada' },
    kind: 'BROWSER',
    name: null,
    permissions: null,
    methods: ['PASSWORD'],
    userAgent: null,
    ipAddress: null,
    createdAt: now,
    authenticatedAt: now,
    lastUsedAt: now,
    expiresAt: new Date(now.getTime() + lifetime * 1000),
    endsAt: new Date(now.getTime() + 2 * lifetime * 1000),
  }
  return { clock, tokens, user, session, seconds: now.getTime() / 1000 }
}

const { seconds: iat } = createFixture()
const claims = { iss: issuer, aud: audience, sub: 'ada', sid: 'session-1', iat, nbf: iat, exp: iat + lifetime }
const header = { alg: 'HS256', typ: 'session+jwt', kid: 'one' }

function encode(value: unknown): string {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
}

/** Signs whatever it is given, as an attacker with the key would: each test changes one thing. */
function forge(head: unknown, payload: unknown, hash = 'sha256'): string {
  const text = `${encode(head)}.${encode(payload)}`
  return `${text}.${createHmac(hash, secret).update(text).digest('base64url')}`
}

function without(name: keyof typeof claims): Record<string, unknown> {
  return Object.fromEntries(Object.entries(claims).filter(([claim]) => claim !== name))
}

describe('createSessionTokens()', () => {
  it('makes a token with the claims that the design names, and nothing about the person', () => {
    const { tokens, session, user } = createFixture()
    const decoded = jsonwebtoken.decode(tokens.issue(session, user), { complete: true })
    expect(decoded?.header).toEqual(header)
    expect(decoded?.payload).toEqual({
      ...claims,
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
      auth_time: iat,
      amr: ['pwd'],
      roles: ['MEMBER', 'EDITOR'],
    })
  })

  it.each<[string, Session['methods'], string[]]>([
    ['a code by mail', ['EMAIL_CODE'], ['otp']],
    ['a second factor', ['PASSWORD', 'TOTP'], ['pwd', 'otp', 'mfa']],
    ['a recovery code', ['OAUTH', 'RECOVERY_CODE'], ['otp', 'mfa']],
    ['a passkey, which is two factors', ['PASSKEY'], ['pop', 'user', 'mfa']],
    ['a provider, for which there is no name', ['OAUTH'], []],
  ])('names %s as RFC 8176 does', (_, methods, amr) => {
    const { tokens, session, user } = createFixture()
    expect(tokens.verify(tokens.issue({ ...session, methods }, user))).toMatchObject({ claims: { amr } })
  })

  it('verifies what it made', () => {
    const { tokens, session, user } = createFixture()
    expect(tokens.verify(tokens.issue(session, user))).toMatchObject({
      claims: { sub: 'ada', sid: 'session-1', iat, exp: iat + lifetime, roles: ['MEMBER', 'EDITOR'] },
    })
  })

  it('verifies what the tests forge when nothing is wrong with it', () => {
    expect(createFixture().tokens.verify(forge(header, claims))).toMatchObject({ claims: { sid: 'session-1' } })
  })

  it('needs a key to sign with, and verifies nothing without one', () => {
    const { tokens, session, user } = createFixture([])
    expect(() => tokens.issue(session, user)).toThrow(TypeError)
    expect(tokens.verify(forge(header, claims))).toEqual({ fault: 'signed by an unknown key' })
  })
})

describe('SessionTokens.verify()', () => {
  const whole = forge(header, claims)
  const [head = '', body = '', signature = ''] = whole.split('.')
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  const signedByRsa = jsonwebtoken.sign(claims, rsa, { algorithm: 'RS256', header: { ...header, alg: 'RS256' } })

  it.each<[string, string, string]>([
    ['nothing', '', 'not a token'],
    ['garbage', 'garbage', 'not a token'],
    ['a header that is no JSON', `${encode('{')}.${body}.${signature}`, 'not a token'],
    ['a header that is null', `${encode('null')}.${body}.${signature}`, 'not a token'],
    [
      'a header that is a list',
      `${encode([header])}.${body}.${signature}`,
      'a header parameter that no token of ours has',
    ],
    [
      'a header with __proto__',
      forge(`{"__proto__":{},${JSON.stringify(header).slice(1)}`, claims),
      'a header parameter that no token of ours has',
    ],
    ['two parts', `${head}.${body}`, 'not a token'],
    ['four parts', `${whole}.${signature}`, 'not a token'],
    ['an empty header', `.${body}.${signature}`, 'not a token'],
    ['an empty payload', `${head}..${signature}`, 'not a token'],
    ['an empty signature', `${head}.${body}.`, 'not a token'],
    ['a space before it', ` ${whole}`, 'not a token'],
    ['a line break after it', `${whole}\n`, 'not a token'],
    ['4097 bytes', forge(header, { ...claims, filling: 'x'.repeat(4096) }), 'not a token'],
    ['a wrong signature', `${head}.${body}.${encode('wrong')}`, 'invalid signature'],
    ['a changed payload', `${head}.${encode({ ...claims, sub: 'bob' })}.${signature}`, 'invalid signature'],
    ['another secret', jsonwebtoken.sign(claims, otherKey.signingKey, { header }), 'invalid signature'],
    ['alg none', `${encode({ ...header, alg: 'none' })}.${body}.${signature}`, "not the key's algorithm"],
    ['alg none and no signature', `${encode({ ...header, alg: 'none' })}.${body}.`, 'not a token'],
    ['HS512 by the same bytes', forge({ ...header, alg: 'HS512' }, claims, 'sha512'), "not the key's algorithm"],
    ['RS256', signedByRsa, "not the key's algorithm"],
    ['no alg', forge({ typ: header.typ, kid: header.kid }, claims), "not the key's algorithm"],
    ['another typ', forge({ ...header, typ: 'device+jwt' }, claims), 'made for another purpose'],
    ['the generic typ', forge({ ...header, typ: 'JWT' }, claims), 'made for another purpose'],
    ['a typ in capitals', forge({ ...header, typ: 'SESSION+JWT' }, claims), 'made for another purpose'],
    ['no typ', forge({ alg: header.alg, kid: header.kid }, claims), 'made for another purpose'],
    ['an unknown kid', forge({ ...header, kid: 'three' }, claims), 'signed by an unknown key'],
    ['the kid __proto__', forge({ ...header, kid: '__proto__' }, claims), 'signed by an unknown key'],
    ['the kid constructor', forge({ ...header, kid: 'constructor' }, claims), 'signed by an unknown key'],
    ['a kid in a list', forge({ ...header, kid: ['one'] }, claims), 'signed by an unknown key'],
    ['no kid', forge({ alg: header.alg, typ: header.typ }, claims), 'signed by an unknown key'],
    [
      'another issuer',
      forge(header, { ...claims, iss: 'https://evil.test' }),
      'jwt issuer invalid. expected: https://gatehouse.test',
    ],
    ['no issuer', forge(header, without('iss')), 'jwt issuer invalid. expected: https://gatehouse.test'],
    ['another audience', forge(header, { ...claims, aud: 'elsewhere' }), 'jwt audience invalid. expected: gatehouse'],
    ['no audience', forge(header, without('aud')), 'jwt audience invalid. expected: gatehouse'],
    ['two audiences', forge(header, { ...claims, aud: [audience, 'elsewhere'] }), 'for several audiences'],
    ['no subject', forge(header, without('sub')), 'no subject'],
    ['a subject that is a number', forge(header, { ...claims, sub: 1 }), 'no subject'],
    ['no session', forge(header, without('sid')), 'no session'],
    ['an empty session', forge(header, { ...claims, sid: '' }), 'no session'],
    ['a session that is a list', forge(header, { ...claims, sid: ['session-1'] }), 'no session'],
    ['no exp', forge(header, without('exp')), 'no expiration time'],
    ['an exp that is a text', forge(header, { ...claims, exp: String(claims.exp) }), 'invalid exp value'],
    ['an exp that is null', forge(header, { ...claims, exp: null }), 'invalid exp value'],
    [
      'an exp without end',
      forge(header, '{"iss":"https://gatehouse.test","aud":"gatehouse","sub":"ada","sid":"s","iat":1,"exp":1e999}'),
      'no expiration time',
    ],
    ['no iat', forge(header, without('iat')), 'no time of issue'],
    ['an iat ahead', forge(header, { ...claims, iat: iat + 31 }), 'issued in the future'],
    ['an nbf ahead', forge(header, { ...claims, nbf: iat + 31 }), 'issued in the future'],
    ['an nbf that is a text', forge(header, { ...claims, nbf: 'soon' }), 'invalid nbf value'],
    ['a payload that is no JSON', forge(header, 'claims'), 'jwt audience invalid. expected: gatehouse'],
    ['a payload that is null', forge(header, 'null'), 'jwt audience invalid. expected: gatehouse'],
  ])('refuses %s', (_, token, fault) => {
    expect(createFixture().tokens.verify(token)).toEqual({ fault })
  })

  it.each<[string, unknown]>([
    ['jku', 'https://evil.test/keys'],
    ['jwk', { kty: 'oct', k: encode('attacker') }],
    ['x5u', 'https://evil.test/cert'],
    ['x5c', ['MII']],
    ['crit', ['exp']],
    ['b64', false],
    ['zip', 'DEF'],
  ])('refuses the header parameter %s', (name, value) => {
    const fault = 'a header parameter that no token of ours has'
    expect(createFixture().tokens.verify(forge({ ...header, [name]: value }, claims))).toEqual({ fault })
  })

  it('never throws, whatever the text', () => {
    const { tokens } = createFixture()
    const texts = [
      '\0',
      '💥.💥.💥',
      'a'.repeat(1_000_000),
      '.'.repeat(4096),
      `${head}.${body}.ü`,
      `${head}.ü.${signature}`,
    ]
    for (const text of texts) expect(tokens.verify(text)).toHaveProperty('fault')
    for (let length = 0; length < whole.length; length++)
      expect(tokens.verify(whole.slice(0, length))).toHaveProperty('fault')
  })

  it('allows the clocks to differ by 30 seconds, and not by one more', () => {
    const { tokens, clock } = createFixture()
    expect(tokens.verify(forge(header, { ...claims, nbf: iat + 30, iat: iat + 30 }))).toHaveProperty('claims')
    clock.advance(lifetime + 29)
    expect(tokens.verify(whole)).toHaveProperty('claims')
    clock.advance(1)
    expect(tokens.verify(whole)).toEqual({ fault: 'jwt expired' })
  })

  it('reads an expired token where only a session is to be ended, and a forged one never', () => {
    const { tokens, clock } = createFixture()
    clock.advance(30 * 86_400)
    expect(tokens.verify(whole, { ignoreExpiration: true })).toMatchObject({ claims: { sid: 'session-1' } })
    expect(tokens.verify(`${head}.${body}.${encode('wrong')}`, { ignoreExpiration: true })).toEqual({
      fault: 'invalid signature',
    })
  })

  it('takes roles that are no list for none', () => {
    const { tokens } = createFixture()
    expect(tokens.verify(forge(header, { ...claims, roles: 'ADMIN' }))).toMatchObject({ claims: { roles: [] } })
  })
})

describe('key rotation', () => {
  it('signs with the newest key and verifies with all', () => {
    const before = createFixture([key])
    const token = before.tokens.issue(before.session, before.user)
    const { tokens, session, user } = createFixture([otherKey, key])
    expect(tokens.verify(token)).toHaveProperty('claims')
    const newer = tokens.issue(session, user)
    expect(jsonwebtoken.decode(newer, { complete: true })?.header.kid).toBe('two')
    expect(tokens.verify(newer)).toHaveProperty('claims')
    expect(before.tokens.verify(newer)).toEqual({ fault: 'signed by an unknown key' })
  })

  it('refuses what a key signed that is no longer there', () => {
    const { tokens, session, user } = createFixture([key])
    expect(createFixture([otherKey]).tokens.verify(tokens.issue(session, user))).toHaveProperty('fault')
  })

  it('refuses a token that names one key and is signed by another', () => {
    const { tokens } = createFixture([otherKey, key])
    expect(tokens.verify(forge({ ...header, kid: 'two' }, claims))).toEqual({ fault: 'invalid signature' })
  })
})

describe('createTokenKind()', () => {
  it('refuses every other kind', () => {
    const context = { keys: createKeyRing([key]), issuer, audience, clock: createSetClock(), createId }
    const kinds = ['session+jwt', 'device+jwt', 'api+jwt'].map((typ) => createTokenKind(typ, context))
    const accepted = kinds.map((maker) =>
      kinds.map((reader) => 'claims' in reader.verify(maker.sign({ sub: 'ada', exp: iat + 60 }))),
    )
    expect(accepted).toEqual([
      [true, false, false],
      [false, true, false],
      [false, false, true],
    ])
  })
})
