import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ConfigError, type ConfigProblem } from '../../src/errors.ts'
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
