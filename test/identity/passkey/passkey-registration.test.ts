import { createPrivateKey } from 'node:crypto'
import { type RegistrationResponseJSON, verifyRegistrationResponse } from '@simplewebauthn/server'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ConflictError, InputError } from '../../../src/errors.ts'
import type { SignedIn } from '../../../src/identity/identity.ts'
import { beginPasskeyRegistration } from '../../../src/identity/passkey/begin-passkey-registration.ts'
import { finishPasskeyRegistration } from '../../../src/identity/passkey/finish-passkey-registration.ts'
import { register } from '../../../src/identity/register.ts'
import {
  type Cbor,
  coseKey,
  createSoftwareAuthenticator,
  generateKey,
  type Mischief,
  signWith,
} from '../../support/software-authenticator.ts'
import {
  createTestIdentity,
  home,
  loginByPassword,
  password,
  registerAda,
  type TestIdentity,
} from '../create-test-identity.ts'

const origin = 'https://gatehouse.test'
let identity: TestIdentity
let ada: SignedIn
beforeEach(async () => {
  identity = await createTestIdentity()
  ada = await registerAda(identity)
})
afterEach(() => identity.opened.close())

const begin = (who: SignedIn = ada) => beginPasskeyRegistration(identity, who)
const finish = (response: unknown, { who = ada, name = null }: { who?: SignedIn; name?: string | null } = {}) =>
  finishPasskeyRegistration(identity, { user: who.user, session: who.session, response, name }, home)
const make = async (mischief: Mischief = {}, authenticator = createSoftwareAuthenticator(origin)) =>
  authenticator.create(await begin(), mischief)
const passkeysOf = ({ user }: SignedIn = ada) => identity.passkeys.listByUser(user.id)
const registrations = async () => (await identity.recorded()).filter(({ action }) => action === 'PASSKEY_REGISTERED')

async function refused(attempt: Promise<unknown>): Promise<InputError> {
  const error = await attempt.then(
    () => null,
    (reason: unknown) => reason,
  )
  if (!(error instanceof InputError)) throw new Error(`${error} should be an InputError`)
  expect(await passkeysOf()).toEqual([])
  expect(await registrations()).toEqual([])
  return error
}

describe('beginPasskeyRegistration()', () => {
  it('asks for a discoverable passkey of this user, verified, of one of three algorithms, without attestation', async () => {
    const options = await begin()
    expect(options).toMatchObject({
      rp: { id: 'gatehouse.test', name: 'Gatehouse' },
      user: {
        id: Buffer.from(ada.user.id).toString('base64url'),
        name: 'Ada@Example.com',
        displayName: 'Ada Lovelace',
      },
      pubKeyCredParams: [-8, -7, -257].map((alg) => ({ alg, type: 'public-key' })),
      authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
      attestation: 'none',
      timeout: 300_000,
      excludeCredentials: [],
    })
    expect(Buffer.from(options.challenge, 'base64url')).toHaveLength(32)
  })

  it('never gives a challenge twice, and keeps none that could be used', async () => {
    const challenges = [await begin(), await begin()].map(({ challenge }) => challenge)
    expect(challenges[0]).not.toBe(challenges[1])
    const { db, tables } = identity.opened.database
    const rows = await db.select().from(tables.oneTimeSecrets)
    expect(rows).toHaveLength(1)
    for (const challenge of challenges) expect(JSON.stringify(rows)).not.toContain(challenge)
  })

  it('has the browser leave out the passkeys that the user has', async () => {
    const { credentialId } = await finish(await make())
    expect((await begin()).excludeCredentials).toEqual([
      { id: credentialId, type: 'public-key', transports: ['internal'] },
    ])
  })

  it('refuses an eleventh, and so does the end of the ceremony', async () => {
    for (let count = 0; count < 9; count++) await finish(await make())
    const late = await make()
    const { db, tables } = identity.opened.database
    const [known] = await passkeysOf()
    if (!known) throw new Error('there should be a passkey')
    await db.insert(tables.passkeys).values({ ...known, id: 'tenth', credentialId: 'tenth' })
    await expect(begin()).rejects.toThrow(ConflictError)
    await expect(finish(late)).rejects.toThrow(ConflictError)
    expect(await passkeysOf()).toHaveLength(10)
  })
})

describe('finishPasskeyRegistration()', () => {
  it.each([-8, -7, -257] as const)('keeps a passkey of algorithm %i, and records it', async (algorithm) => {
    const response = await make({}, createSoftwareAuthenticator(origin, algorithm))
    identity.clock.advance(299)
    const passkey = await finish(response, { name: '  Ada’s phone ' })
    expect(passkey).toEqual({
      id: expect.any(String),
      userId: ada.user.id,
      credentialId: response.id,
      publicKey: expect.stringMatching(/^[\w-]+$/),
      algorithm,
      counter: 1,
      transports: ['internal'],
      backedUp: false,
      name: 'Ada’s phone',
      createdAt: identity.clock.now(),
      lastUsedAt: null,
    })
    expect(await passkeysOf()).toEqual([passkey])
    expect(await registrations()).toEqual([
      {
        action: 'PASSKEY_REGISTERED',
        actorId: ada.user.id,
        subject: { type: 'User', id: ada.user.id },
        detail: null,
        ipAddress: '192.0.2.1',
        userAgent: 'Test/1.0',
      },
    ])
  })

  it('calls it a passkey when its user does not say what to, and refuses names that will not do', async () => {
    expect(await refused(finish(await make(), { name: ' ' }))).toMatchObject({ argument: 'name' })
    expect(await finish(await make())).toMatchObject({ name: 'Passkey' })
  })

  it('notes that it is backed up', async () => {
    expect(await finish(await make({ backup: { eligible: true, state: true } }))).toMatchObject({ backedUp: true })
  })

  it('takes the attestation that a key gives itself, which some browsers leave in', async () => {
    const sig = (signed: Uint8Array, key: Parameters<typeof signWith>[0]) => new Uint8Array(signWith(key, signed))
    const response = await make({
      attestation: (signed, key) => ({
        fmt: 'packed',
        attStmt: new Map<string, Cbor>([
          ['alg', -7],
          ['sig', sig(signed, key)],
        ]),
      }),
    })
    expect(await finish(response)).toMatchObject({ algorithm: -7 })
  })

  const stranger = generateKey(-7)
  const withKey = (change: (key: ReturnType<typeof coseKey>) => void): Mischief => {
    const publicKey = coseKey(stranger.publicKey, -7)
    change(publicKey)
    return { publicKey }
  }
  it.each<[string, Mischief]>([
    ['made on a page of another origin', { origin: 'https://gatehouse.example' }],
    ['made on another port', { origin: 'https://gatehouse.test:8443' }],
    ['made on a subdomain', { origin: 'https://www.gatehouse.test' }],
    ['made without TLS', { origin: 'http://gatehouse.test' }],
    ['made for another relying party', { rpId: 'example.com' }],
    ['made in a page inside another', { clientData: { crossOrigin: true } }],
    ['made in a page inside another, in words', { clientData: { crossOrigin: 'true' } }],
    ['made in a page inside a named one', { clientData: { topOrigin: 'https://evil.example' } }],
    ['made in a page inside one of its own', { clientData: { crossOrigin: false, topOrigin: origin } }],
    ['that answers another ceremony', { clientData: { type: 'webauthn.get' } }],
    ['that answers another challenge', { clientData: { challenge: 'A'.repeat(43) } }],
    ['made with nobody there', { userPresent: false }],
    ['made without verifying its user', { userVerified: false }],
    ['backed up though that cannot be', { backup: { eligible: false, state: true } }],
    ['of an algorithm that was not offered', withKey((key) => key.set(3, -35))],
    ['of RSA with SHA-1', { publicKey: coseKey(generateKey(-257).publicKey, -65535) }],
    ['of a key of another type than its algorithm’s', { publicKey: coseKey(generateKey(-257).publicKey, -7) }],
    ['of a key on another curve than its algorithm’s', withKey((key) => key.set(-1, 2))],
    ['of a key on a curve nobody knows', withKey((key) => key.set(-1, 99))],
    ['of a key of no algorithm', withKey((key) => key.delete(3))],
    ['of a key as long as a book', withKey((key) => key.set(-2, new Uint8Array(2000)))],
    ['with an id longer than ids may be', { credentialId: new Uint8Array(1024) }],
    ['with an attestation nobody knows', { attestation: () => ({ fmt: 'homemade', attStmt: new Map() }) }],
    ['with "none" and a statement', { attestation: () => ({ fmt: 'none', attStmt: new Map([['alg', -7]]) }) }],
    [
      'with the signature of another key',
      {
        attestation: (signed) => ({
          fmt: 'packed',
          attStmt: new Map<string, Cbor>([
            ['alg', -7],
            ['sig', new Uint8Array(signWith(stranger.privateKey, signed))],
          ]),
        }),
      },
    ],
  ])('refuses one %s, and the challenge is used up', async (_, mischief) => {
    const options = await begin()
    const authenticator = createSoftwareAuthenticator(origin)
    expect(await refused(finish(authenticator.create(options, mischief)))).toMatchObject({
      argument: 'response',
      message: 'The response must answer, in time, the registration last begun in this session',
    })
    if (mischief.clientData?.challenge === undefined) await refused(finish(authenticator.create(options)))
  })

  it('looks at no certificate, though the library would accept it: checking one fetches what it points to', async () => {
    const attest = (format: string) => (signed: Uint8Array) => ({
      fmt: format,
      attStmt: new Map<string, Cbor>([
        ['alg', -7],
        ['sig', new Uint8Array(signWith(attestationKey, signed))],
        ['x5c', [new Uint8Array(attestationCertificate)]],
      ]),
    })
    const response = await make({ attestation: attest('packed') })
    const library = await verifyRegistrationResponse({
      response,
      expectedChallenge: () => true,
      expectedOrigin: origin,
      expectedRPID: 'gatehouse.test',
    })
    expect(library.verified).toBe(true)
    await refused(finish(response))
    for (const format of ['apple', 'android-key', 'android-safetynet', 'tpm', 'fido-u2f'])
      await refused(finish(await make({ attestation: attest(format) })))
  })

  it.each<[string, (response: RegistrationResponseJSON) => unknown]>([
    ['response.id', () => null],
    ['response.id', () => 'text'],
    ['response.id', () => []],
    ['response.id', ({ id: _, ...response }) => response],
    ['response.id', (response) => ({ ...response, id: `${response.id}=` })],
    ['response.rawId', (response) => ({ ...response, rawId: `${response.id}A` })],
    ['response.type', (response) => ({ ...response, type: 'password' })],
    ['response.response.clientDataJSON', (response) => ({ ...response, response: null })],
    ['response.response.clientDataJSON', (response) => changed(response, { clientDataJSON: 'bm8' })],
    ['response.response.clientDataJSON', (response) => changed(response, { clientDataJSON: encode(null) })],
    ['response.response.clientDataJSON', (response) => changed(response, { clientDataJSON: encode({ challenge: 1 }) })],
    ['response.response.attestationObject', (response) => changed(response, { attestationObject: ['oA'] })],
    ['response', (response) => changed(response, { attestationObject: 'oA' })],
    ['response', (response) => changed(response, { attestationObject: 'AAAA' })],
    ['response', (response) => ({ ...response, id: 'AAAA', rawId: 'AAAA' })],
  ])('names what is not as it should be: %s', async (argument, change) => {
    expect(await refused(finish(change(await make())))).toMatchObject({ argument })
  })

  it('accepts a challenge once, for five minutes, and the latest alone', async () => {
    const earlier = await make()
    const late = await make()
    await refused(finish(earlier))
    identity.clock.advance(300)
    await refused(finish(late))

    const response = await make()
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => finish(response)))
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(await passkeysOf()).toHaveLength(1)
    expect(await registrations()).toHaveLength(1)
  })

  it('accepts it in the session that it was begun in alone, and by its user alone', async () => {
    const other = await loginByPassword(identity, { email: 'ada@example.com', password }, home)
    const bob = await register(identity, { email: 'bob@example.com', password, name: 'Bob' }, home)
    const response = await make()
    await refused(finish(response, { who: other }))
    await refused(finish(response, { who: bob }))
    expect(await passkeysOf(bob)).toEqual([])
    await finish(response)
  })

  it('keeps none for a session that ended while the passkey was being verified', async () => {
    const response = await make()
    const consume: typeof identity.oneTimeSecrets.consume = async (shown) => {
      const challenge = await identity.oneTimeSecrets.consume(shown)
      await identity.sessions.end(ada.session.id, 'REVOKED', identity.clock.now())
      return challenge
    }
    const slow = { ...identity, oneTimeSecrets: { ...identity.oneTimeSecrets, consume } }
    const late = finishPasskeyRegistration(slow, { ...ada, response, name: null }, home)
    await expect(late).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
    expect(await passkeysOf()).toEqual([])
    expect(await registrations()).toEqual([])
  })

  it('leaves a passkey to the user who has it', async () => {
    const bob = await register(identity, { email: 'bob@example.com', password, name: 'Bob' }, home)
    const authenticator = createSoftwareAuthenticator(origin)
    const passkey = await finish(authenticator.create(await begin()))
    const response = authenticator.create(await begin(bob))
    await expect(finish(response, { who: bob })).rejects.toThrow(ConflictError)
    expect(await passkeysOf(bob)).toEqual([])
    expect(await identity.passkeys.findByCredentialId(passkey.credentialId)).toEqual(passkey)
  })

  it('writes nothing when the last of its writes fails', async () => {
    const audit = { ...identity.audit, append: () => Promise.reject(new TypeError('disk full')) }
    const input = { user: ada.user, session: ada.session, response: await make(), name: null }
    await expect(finishPasskeyRegistration({ ...identity, audit }, input, home)).rejects.toThrow('disk full')
    expect(await passkeysOf()).toEqual([])
  })
})

function changed(response: RegistrationResponseJSON, change: object): unknown {
  return { ...response, response: { ...response.response, ...change } }
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

// A certificate as makers of authenticators give them, for a key that stands beside it. It is good from 2000 to 9998.
const attestationKey = createPrivateKey({
  key: Buffer.from(
    'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgnBOgwuUcMveJStkaHCDG1rwXHmEZLFFaFg/lfCzZGWGhRANCAAQ0cTtEVksYN+' +
      'jfr/xXf5pe9nJRG+T6MdDF5A8von/z49QhJspDnRGyC01h6E3K5A5WwR8WbJIHfw6yX9ImsTwp',
    'base64',
  ),
  format: 'der',
  type: 'pkcs8',
})
const attestationCertificate = Buffer.from(
  'MIIBvTCCAWSgAwIBAgIBATAKBggqhkjOPQQDAjBPMQswCQYDVQQGEwJYWDENMAsGA1UECgwEVGVzdDEiMCAGA1UECwwZQXV0aGVudGljYXRvci' +
    'BBdHRlc3RhdGlvbjENMAsGA1UEAwwEVGVzdDAgFw0wMDAxMDEwMDAwMDBaGA85OTk5MDEwMTAwMDAwMFowTzELMAkGA1UEBhMCWFgxDTALBgNV' +
    'BAoMBFRlc3QxIjAgBgNVBAsMGUF1dGhlbnRpY2F0b3IgQXR0ZXN0YXRpb24xDTALBgNVBAMMBFRlc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBw' +
    'NCAAQ0cTtEVksYN+jfr/xXf5pe9nJRG+T6MdDF5A8von/z49QhJspDnRGyC01h6E3K5A5WwR8WbJIHfw6yX9ImsTwpoy8wLTAMBgNVHRMBAf8E' +
    'AjAAMB0GA1UdDgQWBBSY5/SYCMPkX4HHCG+x6aMTurZFaDAKBggqhkjOPQQDAgNHADBEAiB/kqtg60C+yAun5bbsFYn3Um6Q3wYvkWOzsa3zLs' +
    '5qRwIgRCMP2zjEG/cjw7PRMP25htETaTVoz8YtLCYCeNGm3w0=',
  'base64',
)
