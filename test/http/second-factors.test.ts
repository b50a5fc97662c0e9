import { Secret, TOTP } from 'otpauth'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createSetClock } from '../identity/set-clock.ts'
import {
  BeginTotpEnrollmentDocument,
  ChangePasswordDocument,
  CompleteSecondFactorDocument,
  ConfirmTotpEnrollmentDocument,
  CreateApiTokenDocument,
  CurrentSessionDocument,
  LoginDocument,
  MyAuthenticatorsDocument,
  ReauthenticateDocument,
  RegenerateRecoveryCodesDocument,
  RegisterDocument,
  RemoveAuthenticatorDocument,
} from '../support/__generated__/operations.ts'
import { type Answer, type Client, createClient, refusals } from '../support/client.ts'
import { dataOf, type House, openHouse } from '../support/house.ts'

const password = 'correct horse battery staple'
const clock = createSetClock()
let house: House
beforeAll(async () => {
  house = await openHouse({ clock })
})
afterAll(() => house.close())

const open = () => createClient(house.server.url)
let count = 0

/** A new user with an app, in a browser of theirs, and a minute later: no code that was used is the current one. */
async function enroll() {
  // Ten accounts an hour are what one client may make.
  clock.advance(360)
  const email = `user-${++count}@example.com`
  const client = open()
  dataOf(await client.execute(RegisterDocument, { email, password, name: 'Uma User' }))
  const { beginTotpEnrollment } = dataOf(await client.execute(BeginTotpEnrollmentDocument))
  const secret = beginTotpEnrollment?.secret ?? ''
  const code = () => TOTP.generate({ secret: Secret.fromBase32(secret), timestamp: clock.now().getTime() })
  const { confirmTotpEnrollment } = dataOf(await client.execute(ConfirmTotpEnrollmentDocument, { code: code() }))
  clock.advance(60)
  return {
    email,
    client,
    secret,
    code,
    recoveryCodes: confirmTotpEnrollment?.codes ?? [],
    enrollment: beginTotpEnrollment,
  }
}

async function proveFirst(client: Client, email: string): Promise<string> {
  const { login } = dataOf(await client.execute(LoginDocument, { email, password }))
  return login && 'challenge' in login ? login.challenge : expect.unreachable('no second factor was wanted')
}

/** All that a refused code leaves alone: it is counted and recorded, costs a try, and a session is seen to be used. */
function dumpAccounts() {
  const { throttle_counters: _, audit_events: __, audit_origins: ___, one_time_secrets: ____, ...others } = house.dump()
  const used = ['last_used_at', 'expires_at']
  return JSON.parse(JSON.stringify(others, (key, value) => (used.includes(key) ? undefined : value)))
}

async function expectRefused(send: () => Promise<Answer<unknown>>, refusal: [code: string, path: string]) {
  const before = dumpAccounts()
  const answer = await send()
  expect(refusals(answer)).toEqual([refusal])
  expect(answer.headers.getSetCookie().filter((cookie) => cookie.startsWith('session='))).toEqual([])
  expect(dumpAccounts()).toEqual(before)
}

describe('an authenticator app', () => {
  it('is set up by a secret, an URI and a QR code, and confirmed by a code for ten recovery codes', async () => {
    const { client, secret, enrollment, recoveryCodes } = await enroll()
    expect(secret).toMatch(/^[A-Z2-7]{32}$/)
    expect(enrollment?.uri).toContain(`secret=${secret}`)
    expect(enrollment?.qrCode).toMatch(/^<svg /)
    expect(new Set(recoveryCodes).size).toBe(10)
    const { me } = dataOf(await client.execute(MyAuthenticatorsDocument))
    expect(me?.authenticators).toEqual([expect.objectContaining({ method: 'TOTP', name: 'Authenticator app' })])
  })

  it('is not confirmed by another code, and begun only where there is none', async () => {
    clock.advance(360)
    const client = open()
    await client.execute(RegisterDocument, { email: 'begun@example.com', password, name: 'Uma User' })
    const confirm = () => client.execute(ConfirmTotpEnrollmentDocument, { code: '12345' })
    await expectRefused(confirm, ['CONFLICT', 'confirmTotpEnrollment'])
    dataOf(await client.execute(BeginTotpEnrollmentDocument))
    await expectRefused(confirm, ['BAD_USER_INPUT', 'confirmTotpEnrollment'])
    const { client: enrolled } = await enroll()
    await expectRefused(() => enrolled.execute(BeginTotpEnrollmentDocument), ['CONFLICT', 'beginTotpEnrollment'])
  })

  it('is removed with its recovery codes by its user alone: then a password signs in', async () => {
    const { client, email } = await enroll()
    const { me } = dataOf(await client.execute(MyAuthenticatorsDocument))
    const id = me?.authenticators?.[0]?.id ?? ''
    const other = (await enroll()).client
    await expectRefused(() => other.execute(RemoveAuthenticatorDocument, { id }), ['NOT_FOUND', 'removeAuthenticator'])
    dataOf(await client.execute(RemoveAuthenticatorDocument, { id }))
    await expectRefused(() => client.execute(RegenerateRecoveryCodesDocument), ['CONFLICT', 'regenerateRecoveryCodes'])
    const { login } = dataOf(await open().execute(LoginDocument, { email, password }))
    expect(login).toMatchObject({ methods: ['PASSWORD'], current: true })
  })
})

describe('login() and completeSecondFactor()', () => {
  it('sign in once the code is given, in a new session; the old cookie is dead', async () => {
    const { client, email, code } = await enroll()
    const old = await client.cookie('session')
    const challenge = await proveFirst(client, email)
    expect(await client.cookie('session')).toBe(old)
    const { completeSecondFactor } = dataOf(
      await client.execute(CompleteSecondFactorDocument, { challenge, code: code() }),
    )
    expect(completeSecondFactor).toMatchObject({ methods: ['PASSWORD', 'TOTP'], current: true, user: { email } })
    expect(await client.cookie('session')).not.toBe(old)
    const late = await open().execute(CurrentSessionDocument, {}, { cookie: `session=${old}` })
    expect(late.body.data).toEqual({ session: null })
  })

  it('leave nobody signed in between them, whatever the challenge is sent as', async () => {
    const { email } = await enroll()
    const client = open()
    const challenge = await proveFirst(client, email)
    for (const headers of [undefined, { cookie: `session=${challenge}` }])
      expect((await client.execute(CurrentSessionDocument, {}, headers)).body.data).toEqual({ session: null })
    const program = await client.execute('{ me { id } }', {}, { authorization: `Bearer ${challenge}` })
    expect(refusals(program)).toEqual([['UNAUTHENTICATED', 'me']])
  })

  it('refuse a wrong code, a used one, and the right one in another browser', async () => {
    const { email, code, recoveryCodes } = await enroll()
    const client = open()
    const challenge = await proveFirst(client, email)
    const complete = (from: Client, given: string) => () =>
      from.execute(CompleteSecondFactorDocument, { challenge, code: given })
    const refused: [string, string] = ['INVALID_CREDENTIALS', 'completeSecondFactor']
    await expectRefused(complete(client, 'not-a-code'), refused)
    await expectRefused(complete(open(), code()), refused)
    const used = code()
    dataOf(await complete(client, used)())
    const again = await proveFirst(client, email)
    const completeAgain = (given: string) => () =>
      client.execute(CompleteSecondFactorDocument, { challenge: again, code: given })
    await expectRefused(completeAgain(used), refused)
    dataOf(await completeAgain(recoveryCodes[0] ?? '')())
  })

  it('check one code an operation', async () => {
    const { client, email, code } = await enroll()
    const challenge = await proveFirst(client, email)
    const text = `mutation ($challenge: String!, $code: String!) {
      a: completeSecondFactor(challenge: $challenge, code: "000000") { id }
      b: completeSecondFactor(challenge: $challenge, code: $code) { id }
    }`
    const answer = await client.execute(text, { challenge, code: code() })
    expect(answer.status).toBe(400)
    expect(refusals(answer).map(([refusal]) => refusal)).toEqual(['GRAPHQL_VALIDATION_FAILED'])
  })

  it('tell a client to wait after ten failures, and let the password be tried on', async () => {
    const { email, code } = await enroll()
    const client = open()
    for (let attempt = 0; attempt < 10; attempt++) {
      clock.advance(60)
      const challenge = await proveFirst(client, email)
      await client.execute(CompleteSecondFactorDocument, { challenge, code: 'not-a-code' })
    }
    const challenge = await proveFirst(client, email)
    const locked = await client.execute(CompleteSecondFactorDocument, { challenge, code: code() })
    expect(locked.body.errors?.[0]?.extensions).toMatchObject({ code: 'RATE_LIMITED', retryAfter: 900 })
    clock.advance(900)
    const later = await proveFirst(client, email)
    dataOf(await client.execute(CompleteSecondFactorDocument, { challenge: later, code: code() }))
  })
})

describe('reauthenticate()', () => {
  it('lets an old session do again what asks for a recent sign-in, under a new cookie', async () => {
    const { client, code } = await enroll()
    const create = () => client.execute(CreateApiTokenDocument, { name: 'Export', permissions: [] })
    clock.advance(601)
    // The cookie renews itself by now; what is refused below leaves it alone.
    await client.execute(CurrentSessionDocument)
    const old = await client.cookie('session')
    const stale: [string, string] = ['REAUTHENTICATION_REQUIRED', 'createApiToken']
    await expectRefused(create, stale)

    const refused: [string, string] = ['INVALID_CREDENTIALS', 'reauthenticate']
    const missing: [string, string] = ['BAD_USER_INPUT', 'reauthenticate']
    await expectRefused(() => client.execute(ReauthenticateDocument, { password }), missing)
    await expectRefused(() => client.execute(ReauthenticateDocument, { code: code() }), missing)
    await expectRefused(() => client.execute(ReauthenticateDocument, { password: 'wrong', code: code() }), refused)
    await expectRefused(() => client.execute(ReauthenticateDocument, { password, code: 'wrong' }), refused)
    await expectRefused(create, stale)

    const { reauthenticate } = dataOf(await client.execute(ReauthenticateDocument, { password, code: code() }))
    expect(reauthenticate).toMatchObject({ methods: ['PASSWORD', 'TOTP'], current: true })
    expect(await client.cookie('session')).not.toBe(old)
    dataOf(await create())
    const late = await open().execute(CurrentSessionDocument, {}, { cookie: `session=${old}` })
    expect(late.body.data).toEqual({ session: null })
  })

  it('cannot be gone around by a change of password, which asks for no code', async () => {
    const { client } = await enroll()
    const id = dataOf(await client.execute(MyAuthenticatorsDocument)).me?.authenticators?.[0]?.id ?? ''
    clock.advance(601)
    const newPassword = 'another horse battery staple'
    dataOf(await client.execute(ChangePasswordDocument, { currentPassword: password, newPassword }))
    const remove = () => client.execute(RemoveAuthenticatorDocument, { id })
    await expectRefused(remove, ['REAUTHENTICATION_REQUIRED', 'removeAuthenticator'])
  })

  it('is for whoever is signed in', async () => {
    await expectRefused(
      () => open().execute(ReauthenticateDocument, { password }),
      ['UNAUTHENTICATED', 'reauthenticate'],
    )
  })
})
