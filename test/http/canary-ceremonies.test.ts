import { readFileSync } from 'node:fs'
import Sqlite from 'better-sqlite3'
import { Secret, TOTP } from 'otpauth'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createLogger } from '../../src/http/logger.ts'
import { createSetClock } from '../identity/set-clock.ts'
import {
  BeginPasskeyLoginDocument,
  BeginPasskeyRegistrationDocument,
  BeginProviderLinkDocument,
  BeginTotpEnrollmentDocument,
  ChangeEmailDocument,
  CompleteSecondFactorDocument,
  ConfirmTotpEnrollmentDocument,
  CreateApiTokenDocument,
  FinishPasskeyLoginDocument,
  FinishPasskeyRegistrationDocument,
  LoginDocument,
  LoginWithCodeDocument,
  ReauthenticateDocument,
  RegenerateRecoveryCodesDocument,
  RegisterDocument,
  RequestEmailVerificationDocument,
  RequestLoginCodeDocument,
  RequestPasswordResetDocument,
  ResetPasswordDocument,
  UnlinkLoginProviderDocument,
  VerifyEmailDocument,
} from '../support/__generated__/operations.ts'
import { type Client, codes, createClient } from '../support/client.ts'
import { findLeaks } from '../support/find-leaks.ts'
import { dataOf, dumpDatabase } from '../support/house.ts'
import { startMailServer } from '../support/mail-server.ts'
import { startProvider } from '../support/openid-provider.ts'
import { createProgram } from '../support/program.ts'
import { startServer, testSecret } from '../support/server.ts'
import { createSoftwareAuthenticator, type SoftwareAuthenticator } from '../support/software-authenticator.ts'

const publicUrl = 'http://localhost:4000'
const masterKey = Buffer.alloc(32, 'm')
const clientSecret = 'canary-8b2e61-client-secret'

/** Each is given as a token, a code or the like that is wrong. */
const wrong = 'canary-8b2e61-wrong'

/** The whole server with everything around it, and a memory of every secret that went by. */
async function openEverything() {
  const lines: string[] = []
  const secrets = new Map<string, Set<string>>()
  const keep = (what: string, ...values: (string | null | undefined)[]) => {
    const kept = secrets.get(what) ?? new Set()
    secrets.set(what, kept)
    for (const value of values) if (value) kept.add(value)
  }
  const dumps: string[] = []
  const clock = createSetClock()
  const mailServer = await startMailServer()
  onTestFinished(mailServer.close)
  const provider = await startProvider('one', publicUrl, { clientSecret })
  onTestFinished(provider.close)
  const server = await startServer({
    clock,
    logger: createLogger('trace', { write: (line) => lines.push(line) }),
    env: {
      SMTP_URL: mailServer.url,
      PUBLIC_URL: publicUrl,
      MASTER_KEY: masterKey.toString('base64'),
      OAUTH_PROVIDERS: JSON.stringify([provider.settings]),
    },
    intervals: { reloadKeys: 60_000, purge: 60_000, mails: 10 },
  })
  // While a mail is on its way, what it says is in the outbox, and what it is about stands.
  mailServer.onMail = ({ source }) => {
    keep('what a mail hands over', ...readMail(source))
    dumps.push(JSON.stringify(dumpDatabase(server.databasePath)))
    return null
  }
  keep('a key of the server', testSecret.toString('base64url'), masterKey.toString('base64url'))
  const basic = Buffer.from(`${provider.settings.clientId}:${clientSecret}`).toString('base64')
  keep('the client secret', clientSecret, basic)
  keep('what was given wrong', wrong)

  const clients: Client[] = []
  const open = () => {
    const client = createClient(server.url, publicUrl)
    clients.push(client)
    return client
  }
  const keepCookies = async () => {
    for (const { jar } of clients)
      for (const { key, value } of await jar.getCookies(publicUrl)) keep(`the cookie ${key}`, value)
  }
  /** Does something, and gives what is handed over by the mail that it leads to. */
  const mailed = async (work: () => Promise<unknown>) => {
    const mails = await mailServer.mailsAfter(server.databasePath, work)
    const [found] = mails.flatMap(({ source }) => readMail(source))
    return found ?? expect.unreachable('there should be a mail')
  }
  return { server, clock, lines, secrets, keep, dumps, mailServer, provider, open, keepCookies, mailed }
}

/** The token or the code in a mail. */
function readMail(source: string): string[] {
  const found = /#([\w-]{43})\b|^(\d{8})\r?$/m.exec(source)
  return found ? [found[1] ?? found[2] ?? ''] : []
}

type Everything = Awaited<ReturnType<typeof openEverything>>

/** The ceremonies of one user, each to its end unless a step fails. */
function ceremoniesOf(everything: Everything, email: string) {
  const { clock, keep, provider, open, mailed } = everything
  const password = 'canary-8b2e61 correct horse'
  keep('a password', password)
  const client = open()
  const authenticator = createSoftwareAuthenticator(publicUrl)
  let totpSecret = ''

  const code = () => {
    clock.advance(60)
    const made = TOTP.generate({ secret: Secret.fromBase32(totpSecret), timestamp: clock.now().getTime() })
    keep('a code of the app', made)
    return made
  }
  const begin = {
    verification: () => mailed(() => client.execute(RequestEmailVerificationDocument)),
    reset: () => mailed(() => client.execute(RequestPasswordResetDocument, { email })),
    loginCode: (by: Client) => mailed(() => by.execute(RequestLoginCodeDocument, { email })),
    async totp() {
      const { beginTotpEnrollment } = dataOf(await client.execute(BeginTotpEnrollmentDocument))
      totpSecret = beginTotpEnrollment?.secret ?? ''
      keep('the secret of an app', totpSecret)
    },
    async secondFactor(by: Client) {
      const { login } = dataOf(await by.execute(LoginDocument, { email, password }))
      const challenge = login && 'challenge' in login ? login.challenge : ''
      keep('the challenge of a second factor', challenge)
      return challenge
    },
    async passkey() {
      const { beginPasskeyRegistration } = dataOf(await client.execute(BeginPasskeyRegistrationDocument))
      const options = beginPasskeyRegistration as Parameters<SoftwareAuthenticator['create']>[0]
      keep('the challenge of a passkey', options.challenge)
      return options
    },
    async passkeyLogin(by: Client) {
      const { beginPasskeyLogin } = dataOf(await by.execute(BeginPasskeyLoginDocument))
      const options = beginPasskeyLogin?.options as Parameters<SoftwareAuthenticator['get']>[0]
      const challenge = beginPasskeyLogin?.challenge ?? ''
      keep('the challenge of a passkey', challenge, options.challenge)
      return { challenge, options }
    },
    /** Gives what the browser comes back with. */
    async provider(url: string | null | undefined) {
      const asked = new URL(url ?? '').searchParams
      keep('the state of a provider', asked.get('state'))
      keep('the nonce for a provider', asked.get('nonce'))
      provider.account = { sub: email, email, email_verified: true }
      const query = await provider.visit(url ?? '')
      keep('the code of a provider', new URLSearchParams(query).get('code'))
      return query
    },
    async providerSignIn(by: Client) {
      return begin.provider((await by.send('/oauth/one/start')).headers.get('location'))
    },
    async providerLink() {
      const { beginProviderLink } = dataOf(await client.execute(BeginProviderLinkDocument, { provider: 'one' }))
      return begin.provider(beginProviderLink?.url)
    },
  }
  const complete = (by: Client, challenge: string, given: string) =>
    by.execute(CompleteSecondFactorDocument, { challenge, code: given })
  const comeBack = (by: Client, query: string) => by.send(`/oauth/one/callback?${query}`)

  return { client, password, authenticator, code, begin, complete, comeBack }
}

/** Every ceremony, with a step that is refused before each that succeeds. */
async function runThrough(everything: Everything) {
  const { clock, keep, open, keepCookies, mailed, server, provider } = everything
  const email = 'nina@example.com'
  const { client, password, authenticator, code, begin, complete, comeBack } = ceremoniesOf(everything, email)
  const refused: string[][] = []
  const refuse = async (answer: Promise<Parameters<typeof codes>[0]>) => refused.push(codes(await answer))

  dataOf(await client.execute(RegisterDocument, { email, password, name: 'Nina' }))
  await refuse(client.execute(VerifyEmailDocument, { token: wrong }))
  dataOf(await client.execute(VerifyEmailDocument, { token: await begin.verification() }))
  const reader = open()
  const digits = await begin.loginCode(reader)
  await refuse(reader.execute(LoginWithCodeDocument, { email, code: wrong }))
  dataOf(await reader.execute(LoginWithCodeDocument, { email, code: digits }))
  await keepCookies()

  clock.advance(3600)
  dataOf(await client.login(email, password))
  await begin.totp()
  await refuse(client.execute(ConfirmTotpEnrollmentDocument, { code: wrong }))
  const { confirmTotpEnrollment } = dataOf(await client.execute(ConfirmTotpEnrollmentDocument, { code: code() }))
  const { regenerateRecoveryCodes } = dataOf(await client.execute(RegenerateRecoveryCodesDocument))
  const recoveryCodes = regenerateRecoveryCodes?.codes ?? []
  keep('a recovery code', ...recoveryCodes, ...(confirmTotpEnrollment?.codes ?? []))
  const challenge = await begin.secondFactor(reader)
  await refuse(complete(reader, wrong, code()))
  await refuse(complete(reader, challenge, wrong))
  dataOf(await complete(reader, challenge, code()))
  dataOf(await complete(reader, await begin.secondFactor(reader), recoveryCodes[0] ?? ''))
  await keepCookies()
  await refuse(client.execute(ReauthenticateDocument, { password: wrong, code: code() }))
  dataOf(await client.execute(ReauthenticateDocument, { password, code: code() }))

  const options = await begin.passkey()
  await refuse(client.execute(FinishPasskeyRegistrationDocument, { response: { id: wrong, response: wrong } }))
  dataOf(await client.execute(FinishPasskeyRegistrationDocument, { response: authenticator.create(options) }))
  const asked = await begin.passkeyLogin(reader)
  await refuse(reader.execute(FinishPasskeyLoginDocument, { challenge: wrong, response: { id: wrong } }))
  dataOf(
    await reader.execute(FinishPasskeyLoginDocument, {
      challenge: asked.challenge,
      response: authenticator.get(asked.options),
    }),
  )

  const { createApiToken } = dataOf(await client.execute(CreateApiTokenDocument, { name: 'Export' }))
  const token = createApiToken?.token ?? ''
  keep('an API token', token)
  dataOf(await createProgram(server.url, token).execute('{ me { id } }'))
  await refuse(createProgram(server.url, `${token}x`).execute('{ me { id } }'))

  const back = await begin.providerLink()
  expect((await comeBack(client, back)).headers.get('location')).toBe('/#oauth=linked')
  for (const query of [
    back,
    `state=${wrong}&code=${wrong}`,
    `state=${new URLSearchParams(await begin.providerSignIn(reader)).get('state')}&code=${wrong}&iss=${provider.settings.issuer}`,
    `state=${new URLSearchParams(await begin.providerSignIn(reader)).get('state')}&error=${wrong}&error_description=${wrong}`,
  ])
    expect((await comeBack(reader, query)).headers.get('set-cookie') ?? '').not.toContain('session=')
  const signedIn = (await comeBack(reader, await begin.providerSignIn(reader))).headers.get('location') ?? ''
  keep('the challenge of a second factor', new URLSearchParams(signedIn.split('#')[1]).get('challenge'))
  expect(signedIn).toContain('#oauth=second-factor')
  dataOf(await client.execute(UnlinkLoginProviderDocument, { provider: 'one' }))
  await keepCookies()

  clock.advance(3600)
  dataOf(await client.execute(ReauthenticateDocument, { password, code: code() }))
  const change = await mailed(() => client.execute(ChangeEmailDocument, { newEmail: `new-${email}` }))
  dataOf(await client.execute(VerifyEmailDocument, { token: change }))
  await refuse(open().execute(ResetPasswordDocument, { token: wrong, newPassword: `${wrong} and long` }))
  expect(refused).toHaveLength(10)
  expect(refused.filter((one) => one.length === 0)).toEqual([])
}

/** Every ceremony begun and not ended: what can be used stands in the database. */
async function leaveOpen(everything: Everything) {
  const { clock, keep, open, keepCookies } = everything
  const email = 'olga@example.com'
  const ceremonies = ceremoniesOf(everything, email)
  const { client, password, code, begin } = ceremonies
  clock.advance(3600)
  dataOf(await client.execute(RegisterDocument, { email, password, name: 'Olga' }))
  await begin.totp()
  const { confirmTotpEnrollment } = dataOf(await client.execute(ConfirmTotpEnrollmentDocument, { code: code() }))
  const recoveryCodes = confirmTotpEnrollment?.codes ?? []
  keep('a recovery code', ...recoveryCodes)
  const other = open()
  const begun = {
    verification: await begin.verification(),
    reset: await begin.reset(),
    loginCode: await begin.loginCode(other),
    challenge: await begin.secondFactor(other),
    registration: await begin.passkey(),
    passkeyLogin: await begin.passkeyLogin(other),
    link: await begin.providerLink(),
    signIn: await begin.providerSignIn(other),
  }
  await keepCookies()
  return { ...ceremonies, email, other, recoveryCodes, begun }
}

/** Has statements fail that hold what is kept of a secret: an error may tell what it was given. */
async function failEach({ server, keep }: Everything, opened: Awaited<ReturnType<typeof leaveOpen>>) {
  const { client, other, email, password, authenticator, code, complete, comeBack, begun, recoveryCodes } = opened
  const raw = new Sqlite(server.databasePath)
  onTestFinished(() => void raw.close())
  const failing = async (table: string, ...works: (() => Promise<{ text: string; status: number }>)[]) => {
    const events = ['INSERT', 'UPDATE', 'DELETE']
    for (const event of events)
      raw.exec(`CREATE TRIGGER fail_${event} BEFORE ${event} ON ${table} BEGIN SELECT RAISE(ABORT, 'no'); END`)
    for (const work of works) {
      const { text, status } = await work()
      expect([status, text]).toEqual([expect.any(Number), expect.stringContaining('Internal server error')])
    }
    for (const event of events) raw.exec(`DROP TRIGGER fail_${event}`)
  }
  const [recoveryCode = ''] = recoveryCodes
  const register = () =>
    client.execute(FinishPasskeyRegistrationDocument, { response: authenticator.create(begun.registration) })
  const { challenge, options } = begun.passkeyLogin
  const newPassword = `${password} battery staple`
  keep('a password', newPassword)

  await failing('recovery_codes', () => complete(other, begun.challenge, recoveryCode))
  await failing('totp_authenticators', () => complete(other, begun.challenge, code()))
  await failing('sessions', () => client.execute(CreateApiTokenDocument, { name: 'Export' }))
  await failing('mails', () => other.execute(RequestPasswordResetDocument, { email: 'member@example.com' }))
  await failing('credentials', () => other.execute(ResetPasswordDocument, { token: begun.reset, newPassword }))
  await failing(
    'one_time_secrets',
    () => client.execute(VerifyEmailDocument, { token: begun.verification }),
    () => other.execute(ResetPasswordDocument, { token: begun.reset, newPassword }),
    () => other.execute(LoginWithCodeDocument, { email, code: begun.loginCode }),
    () => complete(other, begun.challenge, recoveryCode),
    register,
    () => other.execute(FinishPasskeyLoginDocument, { challenge, response: authenticator.get(options) }),
    () => comeBack(client, begun.link),
    () => comeBack(other, begun.signIn),
  )
  await failing('passkeys', register)
  await failing('provider_links', () => comeBack(client, begun.link))
}

describe('every ceremony, logged at the level trace', () => {
  it('leaves nothing that can be used in the log, the audit or the database, wherever it ends', async () => {
    const everything = await openEverything()
    const { server, lines, secrets, keep, keepCookies, dumps, mailServer, provider, open } = everything
    await runThrough(everything)
    const opened = await leaveOpen(everything)
    dumps.push(JSON.stringify(dumpDatabase(server.databasePath)))
    await failEach(everything, opened)

    // A mail server that quotes what it does not take.
    const { onMail } = mailServer
    mailServer.onMail = (mail) => {
      onMail(mail)
      return new Error(`No mail with ${readMail(mail.source)}`)
    }
    dataOf(await open().execute(RequestPasswordResetDocument, { email: 'member@example.com' }))
    await expect.poll(() => lines.join('')).toContain('a mail could not be sent')
    await keepCookies()
    keep('what a provider gave', ...provider.exchanged)

    for (const purpose of [
      'EMAIL_CHANGE',
      'EMAIL_VERIFICATION',
      'LOGIN_CODE',
      'OAUTH_STATE',
      'PASSKEY_CHALLENGE',
      'PASSWORD_RESET',
      'SECOND_FACTOR',
    ])
      expect(dumps.join()).toContain(`"purpose":"${purpose}"`)
    expect([...secrets.keys()].sort()).toEqual([
      'a code of the app',
      'a key of the server',
      'a password',
      'a recovery code',
      'an API token',
      'the challenge of a passkey',
      'the challenge of a second factor',
      'the client secret',
      'the code of a provider',
      'the cookie browser',
      'the cookie device',
      'the cookie session',
      'the nonce for a provider',
      'the secret of an app',
      'the state of a provider',
      'what a mail hands over',
      'what a provider gave',
      'what was given wrong',
    ])
    expect([...secrets.values()].map(({ size }) => size)).not.toContain(0)

    const places = {
      'the log': lines.join(''),
      'the audit': JSON.stringify(dumpDatabase(server.databasePath).audit_events),
      'a dump': dumps.join('\n'),
      'the database file': readFileSync(server.databasePath),
      'its journal': readFileSync(`${server.databasePath}-wal`),
    }
    for (const content of Object.values(places)) expect(content.length).toBeGreaterThan(1000)
    expect(findLeaks(places, secrets)).toEqual([])
    // Any one of them would be found.
    for (const [what, values] of secrets)
      for (const value of values)
        expect(
          findLeaks({ log: `${places['the log']}{"planted":"${value}"}` }, new Map([[what, new Set([value])]])),
        ).toContain(`log holds ${what}, as it is`)
  })
})
