import { createHmac, createSecretKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createId } from '../../src/id.ts'
import { createTokenKind } from '../../src/identity/jwt.ts'
import { makeKeyEntry, readKeyEntry, type SigningAlgorithm, type SigningKey } from '../../src/identity/key-entry.ts'
import { createKeyRing } from '../../src/identity/key-ring.ts'
import { createSetClock } from './set-clock.ts'

const issuer = 'https://gatehouse.test'
const clock = createSetClock()
const iat = clock.now().getTime() / 1000
const claims = { iss: issuer, aud: issuer, sub: 'ada', iat, nbf: iat, exp: iat + 60 }

function makeKey(kid: string, algorithm: SigningAlgorithm): SigningKey {
  const key = readKeyEntry(makeKeyEntry(kid, algorithm))
  if (!('kid' in key)) throw new Error(key.join())
  return key
}

const keys = { HS256: makeKey('hs', 'HS256'), ES256: makeKey('es', 'ES256'), RS256: makeKey('rs', 'RS256') }
const all = Object.values(keys)
const tokensOf = (...ring: SigningKey[]) =>
  createTokenKind('test+jwt', { keys: createKeyRing(ring), issuer, audience: issuer, clock, createId })
const tokens = tokensOf(...all)

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** Signs whatever it is given, with whatever there is to sign with. */
function forge(header: object, algorithm: SigningAlgorithm, key: KeyObject): string {
  const text = `${encode({ typ: 'test+jwt', ...header })}.${encode(claims)}`
  const bytes =
    algorithm === 'HS256'
      ? createHmac('sha256', key).update(text).digest()
      : sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' })
  return `${text}.${bytes.toString('base64url')}`
}

const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey

describe.each(all)('a token signed by $algorithm', ({ kid, algorithm, signingKey, verificationKey }) => {
  const own = { alg: algorithm, kid }

  it('names its key and its algorithm, and is verified beside keys of the others', () => {
    const token = tokensOf(keys[algorithm], ...all).sign({ sub: 'ada', exp: iat + 60 })
    expect(JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString())).toEqual({
      alg: algorithm,
      typ: 'test+jwt',
      kid,
    })
    expect(tokens.verify(token)).toMatchObject({ claims: { sub: 'ada' } })
  })

  it('is verified as the tests forge it, when nothing is wrong with it', () => {
    expect(tokens.verify(forge(own, algorithm, signingKey))).toMatchObject({ claims: { sub: 'ada' } })
  })

  it.each(all.filter((other) => other.kid !== kid))('is refused under the kid of the $algorithm key', (other) => {
    expect(tokens.verify(forge({ alg: algorithm, kid: other.kid }, algorithm, signingKey))).toEqual({
      fault: "not the key's algorithm",
    })
    expect(tokens.verify(forge({ alg: other.algorithm, kid: other.kid }, algorithm, signingKey))).toHaveProperty(
      'fault',
      expect.stringMatching(/signature/),
    )
  })

  it.each(['none', 'HS384', 'HS512', 'ES384', 'RS384', 'RS512', 'PS256', 'EdDSA', '', algorithm.toLowerCase()])(
    'is refused when it says "%s"',
    (alg) => {
      const fault = { fault: "not the key's algorithm" }
      expect(tokens.verify(forge({ alg, kid }, algorithm, signingKey))).toEqual(fault)
    },
  )

  it.each<[string, unknown]>([
    ['crit', ['exp']],
    ['jku', 'https://evil.test/jwks.json'],
    ['jwk', verificationKey.type === 'public' ? verificationKey.export({ format: 'jwk' }) : {}],
    ['x5u', 'https://evil.test/cert'],
    ['x5c', ['MII']],
  ])('is refused with %s, though its signature is good', (name, value) => {
    expect(tokens.verify(forge({ ...own, [name]: value }, algorithm, signingKey))).toEqual({
      fault: 'a header parameter that no token of ours has',
    })
  })

  it('is refused when a key of the same algorithm signed it that is not ours', () => {
    const other = makeKey(kid, algorithm)
    expect(tokens.verify(forge(own, algorithm, other.signingKey))).toEqual({ fault: 'invalid signature' })
  })

  it('is refused without its key on the ring', () => {
    const others = tokensOf(...all.filter((other) => other.kid !== kid))
    expect(others.verify(forge(own, algorithm, signingKey))).toEqual({ fault: 'signed by an unknown key' })
  })
})

describe.each([keys.ES256, keys.RS256])('the public key of $algorithm', ({ kid, verificationKey }) => {
  it.each([
    ['PEM', verificationKey.export({ type: 'spki', format: 'pem' })],
    ['DER', verificationKey.export({ type: 'spki', format: 'der' })],
  ])('is no secret that HS256 could be signed with: %s', (_, bytes) => {
    const secret = createSecretKey(Buffer.from(bytes))
    for (const alg of ['HS256', keys.ES256.algorithm, keys.RS256.algorithm])
      expect(tokens.verify(forge({ alg, kid }, 'HS256', secret))).toHaveProperty('fault')
    // Nor under the kid of the symmetric key.
    expect(tokens.verify(forge({ alg: 'HS256', kid: 'hs' }, 'HS256', secret))).toEqual({ fault: 'invalid signature' })
  })

  it('verifies nothing that another signed in its name', () => {
    expect(tokens.verify(forge({ alg: 'RS256', kid }, 'RS256', stranger))).toHaveProperty('fault')
  })
})
