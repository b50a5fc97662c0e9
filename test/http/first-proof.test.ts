import { Secret, TOTP } from 'otpauth'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createSetClock } from '../identity/set-clock.ts'
import {
  BeginTotpEnrollmentDocument,
  ConfirmTotpEnrollmentDocument,
  CurrentSessionDocument,
  LoginDocument,
  LoginWithCodeDocument,
  MeDocument,
  MyAuthenticatorsDocument,
  RegisterDocument,
  RequestEmailVerificationDocument,
  RequestLoginCodeDocument,
  RequestPasswordResetDocument,
  ResetPasswordDocument,
  VerifyEmailDocument,
} from '../support/__generated__/operations.ts'
import { type Client, createClient, refusals } from '../support/client.ts'
import { dataOf, type House, openHouse, strangersPassword as password } from '../support/house.ts'
import { type MailServer, startMailServer } from '../support/mail-server.ts'
import { createProgram, createToken } from '../support/program.ts'

const clock = createSetClock()
let mailServer: MailServer
let house: House
beforeAll(async () => {
  mailServer = await startMailServer()
  const env = { SMTP_URL: mailServer.url, MAIL_FROM: 'house@example.com' }
  house = await openHouse({ clock, env, intervals: { reloadKeys: 60_000, purge: 60_000, mails: 10 } })
})
afterAll(async () => {
  await house.close()
  await mailServer.close()
})

const newPassword = 'another horse battery staple'
const open = () => createClient(house.server.url)
const isSignedIn = async (client: Client) => dataOf(await client.execute(CurrentSessionDocument)).session !== null

/** Does something, and gives what the mails to the address that it leads to hold: the token of a link, or a code. */
async function mailed(email: string, pattern: RegExp, work: () => Promise<unknown>): Promise<string> {
  const mails = await mailServer.mailsAfter(house.server.databasePath, work)
  const found = mails.flatMap(({ to, source }) => (to.includes(email) ? (pattern.exec(source)?.[1] ?? []) : []))
  return found[0] ?? expect.unreachable('there should be a mail')
}
const link = /#([\w-]{43})\b/
const digits = /^(\d{8})\r?$/m

let count = 0
/** An account whose address nobody has proved, made and armed with everything by whoever typed that address first. */
async function registerForAnother() {
  clock.advance(3600)
  const email = `target-${++count}@example.com`
  const attacker = open()
  dataOf(await attacker.execute(RegisterDocument, { email, password, name: 'Target' }))
  return { email, attacker, id: dataOf(await attacker.execute(MeDocument)).me?.id ?? '' }
}

/** Gives a session an authenticator app, recovery codes and an API token. */
async function arm(client: Client) {
  const { beginTotpEnrollment } = dataOf(await client.execute(BeginTotpEnrollmentDocument))
  const secret = Secret.fromBase32(beginTotpEnrollment?.secret ?? '')
  const code = TOTP.generate({ secret, timestamp: clock.now().getTime() })
  const { confirmTotpEnrollment } = dataOf(await client.execute(ConfirmTotpEnrollmentDocument, { code }))
  expect(confirmTotpEnrollment?.codes).toHaveLength(10)
  const { token } = await createToken(client)
  return createProgram(house.server.url, token)
}

/** What there is of a user's ways in. */
function waysInOf(id: string) {
  const { credentials = [], totp_authenticators = [], recovery_codes = [], sessions = [] } = house.dump()
  const own = (rows: unknown[]) => rows.filter((row) => row instanceof Object && 'user_id' in row && row.user_id === id)
  const live = own(sessions).filter((row) => row instanceof Object && 'ended_at' in row && row.ended_at === null)
  return {
    passwords: own(credentials).length,
    apps: own(totp_authenticators).length,
    codes: own(recovery_codes).length,
    sessions: live.length,
  }
}

describe('the first proof of an address', () => {
  const proofs: [string, (email: string, owner: Client, attacker: Client) => Promise<void>][] = [
    [
      'a reset of the password',
      async (email, owner) => {
        const token = await mailed(email, link, () => open().execute(RequestPasswordResetDocument, { email }))
        dataOf(await owner.execute(ResetPasswordDocument, { token, newPassword }))
      },
    ],
    [
      'a code to sign in by',
      async (email, owner) => {
        const code = await mailed(email, digits, () => owner.execute(RequestLoginCodeDocument, { email }))
        dataOf(await owner.execute(LoginWithCodeDocument, { email, code }))
      },
    ],
    [
      'the link of a verification, followed in another browser',
      async (email, owner, attacker) => {
        const token = await mailed(email, link, () => attacker.execute(RequestEmailVerificationDocument))
        dataOf(await owner.execute(VerifyEmailDocument, { token }))
      },
    ],
  ]

  it.each(proofs)('by %s takes away every credential and session of the account before it', async (what, prove) => {
    const { email, attacker, id } = await registerForAnother()
    const program = await arm(attacker)
    expect(waysInOf(id)).toEqual({ passwords: 1, apps: 1, codes: 10, sessions: 2 })

    await prove(email, open(), attacker)

    expect(await isSignedIn(attacker)).toBe(false)
    expect(dataOf(await program.execute('{ session { id } }'))).toEqual({ session: null })
    const login = await open().execute(LoginDocument, { email, password })
    expect(refusals(login)).toEqual([['INVALID_CREDENTIALS', 'login']])
    const [reset, signedIn] = [what.startsWith('a reset'), what.startsWith('a code')]
    expect(waysInOf(id)).toEqual({ passwords: reset ? 1 : 0, apps: 0, codes: 0, sessions: signedIn ? 1 : 0 })
    if (!reset) return
    // No second step is left over for the owner to fail at.
    const owner = open()
    dataOf(await owner.login(email, newPassword))
    expect(await isSignedIn(owner)).toBe(true)
    expect(dataOf(await owner.execute(MyAuthenticatorsDocument)).me?.authenticators).toEqual([])
  })
})

describe('a reset of the password by mail', () => {
  it('leaves the second factor of an account whose address was proved before, and is not done without it', async () => {
    const { email, attacker: owner, id } = await registerForAnother()
    const proof = await mailed(email, link, () => owner.execute(RequestEmailVerificationDocument))
    dataOf(await owner.execute(VerifyEmailDocument, { token: proof }))
    await arm(owner)

    const thief = open()
    const token = await mailed(email, link, () => thief.execute(RequestPasswordResetDocument, { email }))
    dataOf(await thief.execute(ResetPasswordDocument, { token, newPassword }))
    expect(await isSignedIn(thief)).toBe(false)
    const { login } = dataOf(await thief.execute(LoginDocument, { email, password: newPassword }))
    expect(login).toMatchObject({ challenge: expect.any(String) })
    expect(await isSignedIn(thief)).toBe(false)
    expect(waysInOf(id)).toEqual({ passwords: 1, apps: 1, codes: 10, sessions: 0 })
  })

  it('is followed by the second step for a code by mail too', async () => {
    const { email, attacker: owner } = await registerForAnother()
    const proof = await mailed(email, link, () => owner.execute(RequestEmailVerificationDocument))
    dataOf(await owner.execute(VerifyEmailDocument, { token: proof }))
    await arm(owner)

    const thief = open()
    const code = await mailed(email, digits, () => thief.execute(RequestLoginCodeDocument, { email }))
    const { loginWithCode } = dataOf(await thief.execute(LoginWithCodeDocument, { email, code }))
    expect(loginWithCode?.__typename).toBe('SecondFactorRequired')
    expect(await isSignedIn(thief)).toBe(false)
  })
})
