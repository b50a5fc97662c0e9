import { createSecretKey } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ConfigError } from '../../src/errors.ts'
import { authenticate } from '../../src/identity/authenticate.ts'
import type { SignedIn } from '../../src/identity/identity.ts'
import { publishKeys } from '../../src/identity/json-web-key-set.ts'
import { signingAlgorithms } from '../../src/identity/key-entry.ts'
import { listKeys } from '../../src/identity/list-keys.ts'
import { reloadKeys } from '../../src/identity/reload-keys.ts'
import { retireKey } from '../../src/identity/retire-key.ts'
import { rotateKeys } from '../../src/identity/rotate-keys.ts'
import { createSealing } from '../../src/identity/sealing.ts'
import { twentyTimes, valuesOf } from '../contract/fixtures.ts'
import {
  createTestIdentity,
  home,
  loginByPassword,
  password,
  registerAda,
  type TestIdentity,
} from './create-test-identity.ts'

const origin = { actorId: null, ipAddress: null, userAgent: 'command line' }

let identity: TestIdentity
let ada: SignedIn
beforeEach(async () => {
  identity = await createTestIdentity()
  ada = await registerAda(identity)
})
afterEach(() => identity.opened.close())

const rotate = (input: Partial<Parameters<typeof rotateKeys>[1]> = {}) => {
  identity.clock.advance(1)
  return rotateKeys(identity, { algorithm: 'HS256', emergency: false, ...input }, origin)
}
/** Half a minute later. */
const reload = async () => {
  identity.clock.advance(30)
  await reloadKeys(identity)
}
const onRing = () => identity.keys.list().map(({ kid }) => kid)
const isSignedIn = async ({ token }: SignedIn) => (await authenticate(identity, token)).kind === 'signed-in'
const signIn = () => loginByPassword(identity, { email: ada.user.email, password }, home)
const events = async () =>
  (await identity.recorded())
    .filter(({ action }) => action.startsWith('SIGNING'))
    .map(({ action, detail }) => [action, detail])

describe('rotateKeys()', () => {
  it.each(signingAlgorithms)('makes a %s key that signs after a reload, and signs nobody out', async (algorithm) => {
    const { kid, retired, endedSessions } = await rotate({ algorithm })
    expect([retired, endedSessions]).toEqual([[], 0])
    expect(onRing()).toEqual(['test'])
    await reload()
    expect(onRing()).toEqual([kid, 'test'])
    expect(identity.keys.signing()).toMatchObject({ kid, algorithm })
    expect(await isSignedIn(ada)).toBe(true)
    expect(await isSignedIn(await signIn())).toBe(true)
    expect(await events()).toEqual([['SIGNING_KEY_ROTATED', kid]])
  })

  it('makes one that verifies at once and signs when every server knows it', async () => {
    const { kid } = await rotate()
    await reloadKeys(identity)
    expect(onRing()).toEqual([kid, 'test'])
    expect(identity.keys.signing().kid).toBe('test')
    identity.clock.advance(29)
    await reloadKeys(identity)
    expect(identity.keys.signing().kid).toBe('test')
    identity.clock.advance(1)
    await reloadKeys(identity)
    expect(identity.keys.signing().kid).toBe(kid)
  })

  it('makes one that signs at once in an emergency', async () => {
    const { kid } = await rotate({ emergency: true })
    await reloadKeys(identity)
    expect(identity.keys.signing().kid).toBe(kid)
  })

  it('keeps the key sealed: nothing of it stands in the database', async () => {
    const { kid } = await rotate()
    await reload()
    const bytes = identity.keys.find(kid)?.signingKey.export()
    const [record] = await identity.signingKeys.list()
    expect(bytes).toHaveLength(32)
    for (const encoding of ['base64', 'base64url', 'hex'] as const)
      expect(JSON.stringify(record)).not.toContain(bytes?.toString(encoding))
    expect(identity.sealing.open(record?.sealedKey ?? '', 'signing-key', kid)).not.toBeNull()
    // Under the name of another key it does not open.
    expect(identity.sealing.open(record?.sealedKey ?? '', 'signing-key', 'other')).toBeNull()
  })

  it('signs with the newest of several, and verifies with all', async () => {
    const first = await rotate({ algorithm: 'ES256' })
    await reload()
    const signedIn = await signIn()
    const second = await rotate()
    await reload()
    expect(onRing()).toEqual([second.kid, first.kid, 'test'])
    for (const one of [ada, signedIn]) expect(await isSignedIn(one)).toBe(true)
  })

  it('signs everybody out in an emergency: at once by the sessions, and for good by the keys', async () => {
    const before = await rotate({ algorithm: 'ES256' })
    await reload()
    const signedIn = await signIn()
    const { kid, retired, endedSessions } = await rotate({ emergency: true })
    expect(retired.toSorted()).toEqual([before.kid, 'test'].toSorted())
    expect(endedSessions).toBe(2)
    // No server has reloaded its keys yet.
    for (const one of [ada, signedIn]) expect(await isSignedIn(one)).toBe(false)
    await reload()
    expect(onRing()).toEqual([kid])
    for (const one of [ada, signedIn]) expect(identity.tokens.verify(one.token)).toHaveProperty('fault')
    expect(identity.devices.verify(ada.deviceToken, ada.user.id)).toBeNull()
    expect(await isSignedIn(await signIn())).toBe(true)
    expect(await events()).toEqual([
      ['SIGNING_KEY_ROTATED', before.kid],
      ['SIGNING_KEY_ROTATED', `${kid}, emergency`],
      ['SIGNING_KEY_RETIRED', before.kid],
      ['SIGNING_KEY_RETIRED', 'test'],
    ])
  })

  it('leaves one key that is good after emergencies of twenty at once', async () => {
    const results = await twentyTimes(() => rotate({ emergency: true }))
    expect(valuesOf(results)).toHaveLength(20)
    await reload()
    expect(onRing()).toHaveLength(1)
  })
})

describe('retireKey()', () => {
  it('puts a key out of use and forgets it', async () => {
    const { kid } = await rotate()
    await reload()
    const signedIn = await signIn()
    await rotate()
    await retireKey(identity, kid, origin)
    await reload()
    expect(await isSignedIn(signedIn)).toBe(false)
    expect(await isSignedIn(ada)).toBe(true)
    expect((await identity.signingKeys.list()).find((key) => key.kid === kid)?.sealedKey).toBe('')
  })

  it('puts a key of the configuration out of use, which stays so', async () => {
    await rotate()
    await retireKey(identity, 'test', origin)
    for (let times = 0; times < 2; times++) {
      await reload()
      expect(onRing()).not.toContain('test')
    }
    expect(await isSignedIn(ada)).toBe(false)
    expect((await events()).at(-1)).toEqual(['SIGNING_KEY_RETIRED', 'test'])
  })

  it.each([
    ['a key that is not there', 'nothing', 'NOT_FOUND'],
    ['the last key', 'test', 'CONFLICT'],
  ])('refuses %s, and changes nothing', async (_, kid, code) => {
    await expect(retireKey(identity, kid, origin)).rejects.toMatchObject({ code })
    expect(await identity.signingKeys.list()).toEqual([])
    expect(await events()).toEqual([])
  })

  it('refuses a key that was retired before', async () => {
    await rotate()
    await retireKey(identity, 'test', origin)
    await expect(retireKey(identity, 'test', origin)).rejects.toMatchObject({ code: 'CONFLICT' })
  })

  it('leaves one of two whom two retire at once', async () => {
    const { kid } = await rotate()
    const results = await Promise.allSettled(['test', kid].map((one) => retireKey(identity, one, origin)))
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    await reload()
    expect(onRing()).toHaveLength(1)
  })
})

describe('reloadKeys()', () => {
  it('names keys that another master key sealed, and goes on with the others', async () => {
    const { kid } = await rotate()
    const other = { ...identity, sealing: createSealing(createSecretKey(Buffer.alloc(32, 6))) }
    await expect(reloadKeys(other)).rejects.toThrow(ConfigError)
    await expect(reloadKeys(other)).rejects.toThrow(`MASTER_KEY: should be the one under which signing key ${kid}`)
    expect(onRing()).toEqual(['test'])
    // Which is no reason to keep a key that was retired.
    const next = await rotateKeys(other, { algorithm: 'HS256', emergency: true }, origin)
    await reloadKeys(other)
    expect(onRing()).toEqual([next.kid])
  })

  it('leaves nothing to sign or verify with when every key was retired', async () => {
    await identity.signingKeys.retire({ kid: 'test', algorithm: 'HS256' }, identity.clock.now())
    await expect(reloadKeys(identity)).rejects.toThrow('JWT_KEYS: should hold a key that is not retired')
    expect(await isSignedIn(ada)).toBe(false)
    await expect(signIn()).rejects.toThrow(TypeError)
  })
})

describe('listKeys()', () => {
  it('tells every key, newest first, and nothing secret', async () => {
    const { kid } = await rotate({ algorithm: 'RS256' })
    const now = identity.clock.now()
    await retireKey(identity, 'test', origin)
    expect(await listKeys(identity)).toEqual([
      { kid, algorithm: 'RS256', origin: 'made', createdAt: now, retiredAt: null },
      { kid: 'test', algorithm: 'HS256', origin: 'configured', createdAt: null, retiredAt: now },
    ])
  })
})

describe('publishKeys()', () => {
  it('publishes what verifies and is no secret, and nothing more of it', async () => {
    const es = await rotate({ algorithm: 'ES256' })
    const rs = await rotate({ algorithm: 'RS256' })
    expect(publishKeys(identity.keys)).toEqual({ keys: [] })
    await reload()
    const text = expect.stringMatching(/^[\w-]+$/)
    expect(publishKeys(identity.keys)).toEqual({
      keys: [
        { kid: rs.kid, alg: 'RS256', use: 'sig', kty: 'RSA', n: text, e: 'AQAB' },
        { kid: es.kid, alg: 'ES256', use: 'sig', kty: 'EC', crv: 'P-256', x: text, y: text },
      ],
    })
    await retireKey(identity, rs.kid, origin)
    await reload()
    expect(publishKeys(identity.keys).keys.map(({ kid }) => kid)).toEqual([es.kid])
  })
})
