import { Secret, TOTP } from 'otpauth'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createSetClock } from '../identity/set-clock.ts'
import {
  BeginTotpEnrollmentDocument,
  CompleteSecondFactorDocument,
  ConfirmTotpEnrollmentDocument,
  CurrentSessionDocument,
  LoginDocument,
  RegisterDocument,
  ResetPasswordDocument,
  VerifyEmailDocument,
} from '../support/__generated__/operations.ts'
import { type Client, createClient, refusals } from '../support/client.ts'
import { dataOf, type House, openHouse, strangersPassword as password } from '../support/house.ts'
import { createToken } from '../support/program.ts'

const kinds = ['session', 'API token', 'device', 'browser key', 'challenge'] as const
type Kind = (typeof kinds)[number]
const email = 'tess@example.com'
/** Nobody answers there, and nobody is asked for what is no state. */
const provider = { id: 'one', name: 'One', issuer: 'http://localhost:1', clientId: 'gatehouse', clientSecret: 'x' }

let house: House
/** Her browser, which is signed in and has begun the second step of another sign-in. */
let client: Client
let tokens: Record<Kind, string>
/** The code that her app shows, which is good for the second step. */
let code: string
beforeAll(async () => {
  const clock = createSetClock()
  house = await openHouse({ clock, env: { OAUTH_PROVIDERS: JSON.stringify([provider]) } })
  client = createClient(house.server.url)
  dataOf(await client.execute(RegisterDocument, { email, password, name: 'Tess' }))
  const { beginTotpEnrollment } = dataOf(await client.execute(BeginTotpEnrollmentDocument))
  const secret = Secret.fromBase32(beginTotpEnrollment?.secret ?? '')
  const show = () => TOTP.generate({ secret, timestamp: clock.now().getTime() })
  dataOf(await client.execute(ConfirmTotpEnrollmentDocument, { code: show() }))
  clock.advance(30)
  code = show()
  const { token } = await createToken(client)
  const { login } = dataOf(await client.execute(LoginDocument, { email, password }))
  tokens = {
    session: (await client.cookie('session')) ?? '',
    'API token': token,
    device: (await client.cookie('device')) ?? '',
    'browser key': (await client.cookie('browser')) ?? '',
    challenge: login && 'challenge' in login ? login.challenge : '',
  }
})
afterAll(() => house.close())

const allBut = (own: Kind) => kinds.filter((kind) => kind !== own)
/** Her own browser as the challenge knows it, and signed in to nothing. */
const boundOnly = () => ({ cookie: `browser=${tokens['browser key']}` })

function dumpAccounts() {
  const { users, credentials, sessions, totp_authenticators, recovery_codes } = house.dump()
  return { users, credentials, sessions, totp_authenticators, recovery_codes }
}

describe('a token in the place of another', () => {
  it('is there to begin with: one of each kind, no two alike', () => {
    expect(new Set(Object.values(tokens).filter((token) => token !== '')).size).toBe(kinds.length)
  })

  it.each(allBut('session'))('is no session: the %s', async (kind) => {
    const answer = await client.execute(CurrentSessionDocument, {}, { cookie: `session=${tokens[kind]}` })
    expect(dataOf(answer)).toEqual({ session: null })
    expect(answer.headers.getSetCookie()).toEqual([expect.stringMatching(/^session=; Max-Age=0/)])
  })

  it.each(allBut('API token'))('is no API token: the %s', async (kind) => {
    const answer = await client.execute('{ me { id } }', {}, { authorization: `Bearer ${tokens[kind]}` })
    expect(refusals(answer)).toEqual([['UNAUTHENTICATED', 'me']])
    expect(answer.headers.getSetCookie()).toEqual([])
  })

  it.each(allBut('challenge'))('is no challenge, even with the right code: the %s', async (kind) => {
    const before = dumpAccounts()
    const answer = await client.execute(CompleteSecondFactorDocument, { challenge: tokens[kind], code }, boundOnly())
    expect(refusals(answer)).toEqual([['INVALID_CREDENTIALS', 'completeSecondFactor']])
    expect(answer.headers.getSetCookie()).toEqual([])
    expect(dumpAccounts()).toEqual(before)
  })

  it.each(kinds)('proves no address and resets no password: the %s', async (kind) => {
    const before = dumpAccounts()
    const token = tokens[kind]
    const verified = await client.execute(VerifyEmailDocument, { token }, boundOnly())
    expect(refusals(verified)).toEqual([['INVALID_CREDENTIALS', 'verifyEmail']])
    const newPassword = 'another horse battery staple'
    const reset = await client.execute(ResetPasswordDocument, { token, newPassword }, boundOnly())
    expect(refusals(reset)).toEqual([['INVALID_CREDENTIALS', 'resetPassword']])
    expect(dumpAccounts()).toEqual(before)
  })

  it.each(kinds)('finishes no sign-in at a provider: the %s', async (kind) => {
    const before = dumpAccounts()
    const answer = await client.send(`/oauth/one/callback?code=x&state=${tokens[kind]}`, { headers: boundOnly() })
    expect(answer.status).toBe(400)
    expect(answer.headers.getSetCookie()).toEqual([])
    expect(dumpAccounts()).toEqual(before)
  })

  it('is none in its own place', async () => {
    const answer = await client.execute(
      CompleteSecondFactorDocument,
      { challenge: tokens.challenge, code },
      boundOnly(),
    )
    expect(dataOf(answer).completeSecondFactor).toMatchObject({ methods: ['PASSWORD', 'TOTP'], user: { email } })
  })
})
