import type { AuthenticationResponseJSON } from '@simplewebauthn/server'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AuthenticationError, InputError } from '../../../src/errors.ts'
import { authenticate } from '../../../src/identity/authenticate.ts'
import type { SignedIn } from '../../../src/identity/identity.ts'
import { beginPasskeyLogin } from '../../../src/identity/passkey/begin-passkey-login.ts'
import { beginPasskeyRegistration } from '../../../src/identity/passkey/begin-passkey-registration.ts'
import { finishPasskeyLogin } from '../../../src/identity/passkey/finish-passkey-login.ts'
import { finishPasskeyRegistration } from '../../../src/identity/passkey/finish-passkey-registration.ts'
import type { Passkey } from '../../../src/identity/passkey/passkey.ts'
import {
  createSoftwareAuthenticator,
  generateKey,
  type Mischief,
  type SoftwareAuthenticator,
} from '../../support/software-authenticator.ts'
import { clientAt, createTestIdentity, home, registerAda, suspend, type TestIdentity } from '../create-test-identity.ts'

const origin = 'https://gatehouse.test'
const browserKey = 'the key of this browser'
let identity: TestIdentity
let ada: SignedIn
let authenticator: SoftwareAuthenticator
let passkey: Passkey
beforeEach(async () => {
  identity = await createTestIdentity()
  ada = await registerAda(identity)
  authenticator = createSoftwareAuthenticator(origin)
  passkey = await enroll(authenticator)
})
afterEach(() => identity.opened.close())

async function enroll(made: SoftwareAuthenticator, mischief: Mischief = {}): Promise<Passkey> {
  const { user, session } = ada
  const response = made.create(await beginPasskeyRegistration(identity, { user, session }), mischief)
  return finishPasskeyRegistration(identity, { user, session, response, name: null }, home)
}

const begin = (client = home) => beginPasskeyLogin(identity, { browserKey }, client)
interface Answer {
  challenge: string
  response: unknown
}
const answer = async (mischief: Mischief = {}): Promise<Answer> => {
  const { challenge, options } = await begin()
  return { challenge, response: authenticator.get(options, mischief) }
}
const finish = (
  given: Answer,
  { key = browserKey, client = home }: { key?: string | null; client?: typeof home } = {},
) => finishPasskeyLogin(identity, { ...given, browserKey: key }, client)
const liveSessions = () => identity.sessions.listByUser(ada.user.id, identity.clock.now())

async function refused(attempt: Promise<unknown>): Promise<AuthenticationError> {
  const error = await attempt.then(
    () => null,
    (reason: unknown) => reason,
  )
  if (!(error instanceof AuthenticationError)) throw new Error(`${error} should be an AuthenticationError`)
  expect({ message: error.message, extensions: error.extensions }).toEqual({
    message: 'The passkey could not be verified',
    extensions: { code: 'INVALID_CREDENTIALS' },
  })
  expect((await identity.passkeys.find(passkey.id))?.lastUsedAt ?? null).toBeNull()
  expect(await liveSessions()).toEqual([ada.session])
  return error
}
const lastRecorded = async () => (await identity.recorded()).at(-1)
const failure = (detail: string, known = true) => ({
  action: 'LOGIN_FAILED',
  actorId: null,
  subject: known ? { type: 'User', id: ada.user.id } : null,
  detail,
  ipAddress: '192.0.2.1',
  userAgent: 'Test/1.0',
})

describe('beginPasskeyLogin()', () => {
  it('asks for any passkey of this relying party that verifies its user', async () => {
    const { challenge, options } = await begin()
    expect(options).toMatchObject({ rpId: 'gatehouse.test', userVerification: 'required', timeout: 300_000, challenge })
    expect(options.allowCredentials).toBeUndefined()
    expect(Buffer.from(challenge, 'base64url')).toHaveLength(32)
    expect((await begin()).challenge).not.toBe(challenge)
  })

  it('is begun thirty times a minute from one network, and no oftener', async () => {
    const client = clientAt('192.0.2.77')
    for (let count = 0; count < 30; count++) await begin(client)
    await expect(begin(client)).rejects.toMatchObject({ code: 'RATE_LIMITED', retryAfter: 60 })
    await begin(clientAt('192.0.2.78'))
    identity.clock.advance(60)
    await begin(client)
  })
})

describe('finishPasskeyLogin()', () => {
  it.each([-8, -7, -257] as const)(
    'signs in by a passkey of algorithm %i, which is both factors',
    async (algorithm) => {
      authenticator = createSoftwareAuthenticator(origin, algorithm)
      const { id } = await enroll(authenticator)
      const given = await answer()
      identity.clock.advance(299)
      const { session, user, token } = await finish(given)
      expect(user).toEqual(ada.user)
      expect(session).toMatchObject({ methods: ['PASSKEY'], kind: 'BROWSER', authenticatedAt: identity.clock.now() })
      expect(await authenticate(identity, token)).toMatchObject({ kind: 'signed-in', session: { id: session.id } })
      expect(await identity.passkeys.find(id)).toMatchObject({ counter: 2, lastUsedAt: identity.clock.now() })
      expect(await lastRecorded()).toEqual({
        action: 'LOGIN_SUCCEEDED',
        actorId: ada.user.id,
        subject: { type: 'Session', id: session.id },
        detail: null,
        ipAddress: '192.0.2.1',
        userAgent: 'Test/1.0',
      })
    },
  )

  it('ends the session that the browser was signed in with, and adopts none', async () => {
    const given = { ...(await answer()), browserKey, currentSession: ada.session }
    const { session } = await finishPasskeyLogin(identity, given, home)
    expect(await liveSessions()).toEqual([session])
    expect((await identity.sessions.findRecord(ada.session.id))?.ended?.reason).toBe('ROTATED')
  })

  it.each<[string, Mischief]>([
    ['made on a page of another origin', { origin: 'https://gatehouse.example' }],
    ['made on another port', { origin: 'https://gatehouse.test:8443' }],
    ['made for another relying party', { rpId: 'example.com' }],
    ['made in a page inside another', { clientData: { crossOrigin: true } }],
    ['made in a page inside another, in words', { clientData: { crossOrigin: 'true' } }],
    ['made in a page inside a named one', { clientData: { topOrigin: 'https://evil.example' } }],
    ['that answers a registration', { clientData: { type: 'webauthn.create' } }],
    ['made with nobody there', { userPresent: false }],
    ['made without verifying its user', { userVerified: false }],
    ['backed up though that cannot be', { backup: { eligible: false, state: true } }],
    ['signed by another key', { signingKey: generateKey(-7).privateKey }],
    ['signed by a key of another type', { signingKey: generateKey(-257).privateKey }],
    ['of another user’s handle', { userHandle: Buffer.from('another-user').toString('base64url') }],
    ['with more after the user’s handle', { userHandle: 'AAAA' }],
  ])('refuses an answer %s, and the challenge is used up', async (_, mischief) => {
    const { challenge, options } = await begin()
    await refused(finish({ challenge, response: authenticator.get(options, mischief) }))
    expect(await lastRecorded()).toEqual(failure('passkey not proved'))
    await refused(finish({ challenge, response: authenticator.get(options) }))
    expect(await lastRecorded()).toEqual(failure('no such challenge'))
  })

  it('refuses an answer to a challenge other than the one that is handed back', async () => {
    const [one, other] = [await answer(), await answer()]
    await refused(finish({ challenge: one.challenge, response: other.response }))
    expect(await lastRecorded()).toEqual(failure('no such challenge'))
  })

  it('refuses one whose signed data was changed afterwards', async () => {
    const { challenge, options } = await begin()
    const response = authenticator.get(options)
    const data = Buffer.from(response.response.authenticatorData, 'base64url')
    data.writeUInt32BE(99, 33)
    const authenticatorData = data.toString('base64url')
    await refused(
      finish({ challenge, response: { ...response, response: { ...response.response, authenticatorData } } }),
    )
    expect(await identity.passkeys.find(passkey.id)).toEqual(passkey)
  })

  it('refuses a passkey that nobody registered, and one that was removed', async () => {
    const { challenge, options } = await begin()
    const stranger = createSoftwareAuthenticator(origin)
    const { id } = ada.user
    const userHandle = Buffer.from(id).toString('base64url')
    await refused(finish({ challenge, response: stranger.get(options, { userHandle }) }))
    expect(await lastRecorded()).toEqual(failure('unknown passkey', false))
    await identity.passkeys.delete(passkey)
    await refused(finish(await answer()))
  })

  it.each([1, 0])('refuses a counter that did not go on, %i, and records it', async (counter) => {
    await refused(finish(await answer({ counter })))
    expect(await lastRecorded()).toEqual(failure('passkey counter did not go on'))
    expect(await identity.passkeys.find(passkey.id)).toEqual(passkey)
    await finish(await answer({ counter: 7 }))
  })

  it('suspects no copy where the signature is not the passkey’s', async () => {
    await refused(finish(await answer({ counter: 0, signingKey: generateKey(-7).privateKey })))
    expect(await lastRecorded()).toEqual(failure('passkey not proved'))
  })

  it('counts nothing for an authenticator that keeps no counter', async () => {
    authenticator = createSoftwareAuthenticator(origin)
    const { id } = await enroll(authenticator, { counter: 0 })
    for (let count = 0; count < 2; count++) await finish(await answer({ counter: 0 }))
    expect(await identity.passkeys.find(id)).toMatchObject({ counter: 0, lastUsedAt: identity.clock.now() })
  })

  it('notes whether the passkey is backed up by now', async () => {
    await finish(await answer({ backup: { eligible: true, state: true } }))
    expect(await identity.passkeys.find(passkey.id)).toMatchObject({ backedUp: true })
  })

  it('accepts a challenge in the browser that asked for it alone, and for five minutes', async () => {
    const given = await answer()
    await refused(finish(given, { key: 'the key of another browser' }))
    await refused(finish(given, { key: null }))
    await refused(finish(given, { key: '' }))
    identity.clock.advance(300)
    await refused(finish(given))
    expect(await lastRecorded()).toEqual(failure('no such challenge'))
  })

  it('accepts an answer once, of twenty that come at once', async () => {
    const given = await answer()
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => finish(given)))
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(await liveSessions()).toHaveLength(2)
  })

  it('never takes the challenge of a registration, nor gives one', async () => {
    const { challenge } = await beginPasskeyRegistration(identity, ada)
    const response = authenticator.get({ challenge, rpId: 'gatehouse.test' })
    await refused(finish({ challenge, response }))

    const begun = await begin()
    const options = await beginPasskeyRegistration(identity, ada)
    const made = createSoftwareAuthenticator(origin).create({ ...options, challenge: begun.challenge })
    const registration = { user: ada.user, session: ada.session, response: made, name: null }
    await expect(finishPasskeyRegistration(identity, registration, home)).rejects.toThrow(InputError)
    expect(await identity.passkeys.listByUser(ada.user.id)).toEqual([passkey])
  })

  it('refuses a suspended user', async () => {
    await suspend(identity, identity.clock.now())
    await refused(finish(await answer()))
    expect(await lastRecorded()).toEqual(failure('suspended account'))
  })

  it.each<[string, (response: AuthenticationResponseJSON) => unknown]>([
    ['response.id', () => 0],
    ['response.response.clientDataJSON', (response) => ({ ...response, response: [] })],
    ['response.response.authenticatorData', (response) => changed(response, { authenticatorData: null })],
    ['response.response.signature', (response) => changed(response, { signature: '' })],
    ['response.response.signature', (response) => changed(response, { signature: { length: 1 } })],
    ['response.response.userHandle', (response) => changed(response, { userHandle: undefined })],
  ])('names what is not as it should be, and asks nothing of anybody: %s', async (argument, change) => {
    const { challenge, options } = await begin()
    const response = change(authenticator.get(options))
    const events = await identity.recorded()
    await expect(finish({ challenge, response })).rejects.toMatchObject({ code: 'BAD_USER_INPUT', argument })
    expect(await identity.recorded()).toEqual(events)
  })

  it('is tried thirty times a minute from one network; a browser that signed in before counts by itself', async () => {
    const client = clientAt('192.0.2.79')
    const stranger = createSoftwareAuthenticator(origin)
    const { options } = await begin()
    const wrong = { challenge: 'none', response: stranger.get(options, { userHandle: 'AAAA' }) }
    for (let count = 0; count < 30; count++) await refused(finish(wrong, { client }))
    const given = await answer()
    await expect(finish(given, { client })).rejects.toMatchObject({ code: 'RATE_LIMITED', retryAfter: 60 })
    await finish(given, { client: { ...client, deviceToken: ada.deviceToken } })
  })

  it('writes nothing when the last of its writes fails', async () => {
    const audit = { ...identity.audit, append: () => Promise.reject(new TypeError('disk full')) }
    const input = { ...(await answer()), browserKey }
    await expect(finishPasskeyLogin({ ...identity, audit }, input, home)).rejects.toThrow('disk full')
    expect(await liveSessions()).toEqual([ada.session])
    expect(await identity.passkeys.find(passkey.id)).toEqual(passkey)
  })
})

function changed(response: AuthenticationResponseJSON, change: object): unknown {
  return { ...response, response: { ...response.response, ...change } }
}
