import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ConfigError, type ConfigProblem } from '../../src/errors.ts'
import { makeKeyEntry, signingAlgorithms } from '../../src/identity/key-entry.ts'
import { loadDevelopmentKey, parseSigningKeys } from '../../src/identity/keys.ts'

const secret = Buffer.alloc(32, 7).toString('base64url')

function problems(json: string): ConfigProblem[] {
  try {
    parseSigningKeys(json)
    return []
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return [...error.problems]
  }
}

describe('parseSigningKeys()', () => {
  it('reads the keys in their order', () => {
    const other = Buffer.alloc(48, 9).toString('base64url')
    const keys = parseSigningKeys(
      JSON.stringify([
        { kid: '2026-02', alg: 'HS256', secret },
        { kid: '2026-01', alg: 'HS256', secret: other },
      ]),
    )
    expect(keys.map(({ kid, algorithm }) => ({ kid, algorithm }))).toEqual([
      { kid: '2026-02', algorithm: 'HS256' },
      { kid: '2026-01', algorithm: 'HS256' },
    ])
    expect(keys.map(({ signingKey }) => signingKey.export())).toEqual([Buffer.alloc(32, 7), Buffer.alloc(48, 9)])
  })

  it.each(['', 'secret', '{}', '"text"', 'null'])('refuses %s, which is no list', (json) => {
    expect(problems(json)).toEqual([
      { variable: 'JWT_KEYS', problem: 'should be a JSON list of keys: [{ "kid", "alg", "secret" or "privateKey" }]' },
    ])
  })

  it('refuses a list without keys', () => {
    expect(problems('[]')).toEqual([{ variable: 'JWT_KEYS', problem: 'should hold at least one key' }])
  })

  it('refuses a secret of 31 bytes', () => {
    const short = Buffer.alloc(31, 7).toString('base64url')
    expect(problems(JSON.stringify([{ kid: 'a', alg: 'HS256', secret: short }]))).toEqual([
      { variable: 'JWT_KEYS', problem: 'key 1 needs a "secret" of at least 32 bytes' },
    ])
  })

  it('tells every fault at once and quotes no secret', () => {
    const json = JSON.stringify([
      { kid: '', alg: 'none', secret: 'p@ssw0rd' },
      { kid: 'twice', alg: 'HS256', secret },
      { kid: 'twice', alg: 'HS256', secret },
      'key',
      null,
      { kid: 'more', alg: 'HS256', secret, jku: 'https://example.com' },
    ])
    const found = problems(json).map(({ problem }) => problem)
    expect(found).toEqual([
      'key 1 needs a "kid" of 1 to 64 letters, digits, dots, hyphens and underscores',
      'key 1 needs an "alg": HS256, ES256, RS256',
      'key 4 should be an object',
      'key 5 should be an object',
      'key 6 has "jku", which is not a property of such a key',
      'should name each key differently, has "twice" twice',
    ])
    expect(found.join()).not.toContain('p@ssw0rd')
    expect(found.join()).not.toContain(secret)
  })
})

describe('loadDevelopmentKey()', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-keys-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  it('makes a key of 32 bytes once and gives it again', async () => {
    const path = join(folder, 'data', 'gatehouse.key')
    const [made] = await loadDevelopmentKey(path)
    const [again] = await loadDevelopmentKey(path)
    expect(made?.signingKey.symmetricKeySize).toBe(32)
    expect(again?.signingKey.equals(made?.signingKey as NonNullable<typeof made>['signingKey'])).toBe(true)
  })

  it('keeps it readable by its owner alone, and nothing beside it', async () => {
    const path = join(folder, 'gatehouse.key')
    await loadDevelopmentKey(path)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(await readdir(folder)).toEqual(['gatehouse.key'])
  })

  it('gives the same key to twenty who start at once', async () => {
    const path = join(folder, 'gatehouse.key')
    const loaded = await Promise.all(Array.from({ length: 20 }, () => loadDevelopmentKey(path)))
    const secrets = loaded.map(([key]) => key?.signingKey.export().toString('base64url'))
    expect(new Set(secrets).size).toBe(1)
    expect(await readFile(path, 'utf8')).toContain(secrets[0])
    expect(await readdir(folder)).toEqual(['gatehouse.key'])
  })

  it('makes different keys in different places', async () => {
    const [one] = await loadDevelopmentKey(join(folder, 'one.key'))
    const [other] = await loadDevelopmentKey(join(folder, 'other.key'))
    expect(one?.signingKey.export()).not.toEqual(other?.signingKey.export())
  })

  it('refuses a file without a key, and leaves it as it is', async () => {
    const path = join(folder, 'gatehouse.key')
    await writeFile(path, 'something else')
    await expect(loadDevelopmentKey(path)).rejects.toThrow(path)
    expect(await readFile(path, 'utf8')).toBe('something else')
  })
})

describe('parseSigningKeys() of asymmetric keys', () => {
  const pem = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }).toString()
  const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const entry = (alg: string, privateKey: unknown) => JSON.stringify([{ kid: 'a', alg, privateKey }])
  const only = (problem: string) => [{ variable: 'JWT_KEYS', problem: `key 1 ${problem}` }]

  it.each([
    ['ES256', p256],
    ['RS256', rsa],
  ] as const)('reads a private key of %s and verifies with the public one', (algorithm, { privateKey, publicKey }) => {
    const [key] = parseSigningKeys(entry(algorithm, pem(privateKey)))
    expect(key?.algorithm).toBe(algorithm)
    expect(key?.signingKey.equals(privateKey)).toBe(true)
    expect(key?.verificationKey.equals(publicKey)).toBe(true)
  })

  it('reads several of several algorithms at once', () => {
    const json = JSON.stringify([
      { kid: 'es', alg: 'ES256', privateKey: pem(p256.privateKey) },
      { kid: 'rs', alg: 'RS256', privateKey: pem(rsa.privateKey) },
      { kid: 'hs', alg: 'HS256', secret },
    ])
    expect(parseSigningKeys(json).map(({ kid }) => kid)).toEqual(['es', 'rs', 'hs'])
  })

  it.each([
    ['ES256', 'of another curve', generateKeyPairSync('ec', { namedCurve: 'P-384' }), 'on the curve P-256'],
    [
      'ES256',
      'of a curve of the same size',
      generateKeyPairSync('ec', { namedCurve: 'secp256k1' }),
      'on the curve P-256',
    ],
    ['ES256', 'that is an RSA key', rsa, 'on the curve P-256'],
    ['ES256', 'that is an Ed25519 key', generateKeyPairSync('ed25519'), 'on the curve P-256'],
  ])('refuses a key for %s %s', (alg, _, { privateKey }, problem) => {
    expect(problems(entry(alg, pem(privateKey)))).toEqual(only(`needs a "privateKey" ${problem}`))
  })

  it.each([
    ['of 1024 bits', generateKeyPairSync('rsa', { modulusLength: 1024 })],
    ['that is an EC key', p256],
    ['that is for RSA-PSS alone', generateKeyPairSync('rsa-pss', { modulusLength: 2048 })],
  ])('refuses a key for RS256 %s', (_, { privateKey }) => {
    expect(problems(entry('RS256', pem(privateKey)))).toEqual(only('needs an RSA "privateKey" of at least 2048 bits'))
  })

  it.each([
    ['a public key', p256.publicKey.export({ type: 'spki', format: 'pem' })],
    [
      'an encrypted key',
      p256.privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'sesame' }),
    ],
    ['a text that is no PEM', 'p@ssw0rd'],
    ['no text', 1],
    ['nothing', undefined],
  ])('refuses %s where a private key belongs, and quotes nothing of it', (_, value) => {
    for (const alg of ['ES256', 'RS256'])
      expect(problems(entry(alg, value))).toEqual(only('needs a "privateKey" in PEM, not encrypted'))
  })

  it('refuses the key of one kind beside that of another', () => {
    const both = { kid: 'a', secret, privateKey: pem(p256.privateKey) }
    expect(problems(JSON.stringify([{ ...both, alg: 'HS256' }]))).toEqual(
      only('has "privateKey", which is not a property of such a key'),
    )
    expect(problems(JSON.stringify([{ ...both, alg: 'ES256' }]))).toEqual(
      only('has "secret", which is not a property of such a key'),
    )
  })
})

describe('makeKeyEntry()', () => {
  it.each(signingAlgorithms)('makes a %s key that is read again, and never the same twice', (algorithm) => {
    const made = [makeKeyEntry('a', algorithm), makeKeyEntry('a', algorithm)]
    const [one, other] = made.map((entry) => parseSigningKeys(JSON.stringify([entry]))[0])
    expect(one?.algorithm).toBe(algorithm)
    expect(one && other?.signingKey.equals(one.signingKey)).toBe(false)
  })
})
