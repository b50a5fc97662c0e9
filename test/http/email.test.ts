import { print } from 'graphql'
import { Secret, TOTP } from 'otpauth'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createSetClock } from '../identity/set-clock.ts'
import {
  BeginTotpEnrollmentDocument,
  ChangeEmailDocument,
  ChangePasswordDocument,
  ConfirmTotpEnrollmentDocument,
  CurrentSessionDocument,
  DeleteAccountDocument,
  LoginDocument,
  LoginWithCodeDocument,
  MeDocument,
  RegisterDocument,
  RequestEmailVerificationDocument,
  RequestLoginCodeDocument,
  RequestPasswordResetDocument,
  ResetPasswordDocument,
  SuspendUserDocument,
  VerifyEmailDocument,
} from '../support/__generated__/operations.ts'
import { type Client, createClient, refusals } from '../support/client.ts'
import { dataOf, type House, openHouse, strangersPassword as password } from '../support/house.ts'
import { type ArrivedMail, type MailServer, startMailServer } from '../support/mail-server.ts'

const clock = createSetClock()
let mailServer: MailServer
let house: House
beforeAll(async () => {
  mailServer = await startMailServer()
  const env = { SMTP_URL: mailServer.url, PUBLIC_URL: 'http://localhost:4000', MAIL_FROM: 'house@example.com' }
  house = await openHouse({ clock, env, intervals: { reloadKeys: 60_000, purge: 60_000, mails: 10 } })
})
afterAll(async () => {
  await house.close()
  await mailServer.close()
})

const newPassword = 'another horse battery staple'
const open = () => createClient(house.server.url)
const isSignedIn = async (client: Client) => dataOf(await client.execute(CurrentSessionDocument)).session !== null
const tokenOf = ({ source }: ArrivedMail) => /#([\w-]{43})\b/.exec(source)?.[1] ?? ''
const codeOf = ({ source }: ArrivedMail) => /^(\d{8})\r?$/m.exec(source)?.[1] ?? ''

const mailsAfter = (work: () => Promise<unknown>) => mailServer.mailsAfter(house.server.databasePath, work)

/** Does something, and gives the one mail that it leads to. */
async function mailAfter(work: () => Promise<unknown>): Promise<ArrivedMail> {
  const [mail, second] = await mailsAfter(work)
  if (!mail || second) throw new Error('There should be one mail')
  return mail
}

/** All that a refused attempt leaves alone: it is counted and recorded, nothing else. */
function dumpAccounts() {
  const { users, credentials, sessions, mails, ...rows } = house.dump()
  const { role_assignments, access_grants } = rows
  // By their ids, in order: sending them goes on meanwhile, and PostgreSQL puts a row that changed elsewhere.
  const mailIds = mails?.map((mail) => (mail instanceof Object && 'id' in mail ? mail.id : null)).sort()
  return { users, credentials, sessions, role_assignments, access_grants, mailIds }
}

let count = 0
async function openSomebody(): Promise<{ client: Client; email: string; id: string }> {
  const client = open()
  const email = `somebody-${++count}@example.com`
  clock.advance(3600)
  dataOf(await client.execute(RegisterDocument, { email, password, name: `Some <b>${count}</b>` }))
  return { client, email, id: dataOf(await client.execute(MeDocument)).me?.id ?? '' }
}

/** Has somebody prove their address, and set up an app: the first proof would take it away again. */
async function openWithSecondFactor() {
  const somebody = await openSomebody()
  const { client } = somebody
  const token = tokenOf(await mailAfter(() => client.execute(RequestEmailVerificationDocument)))
  dataOf(await client.execute(VerifyEmailDocument, { token }))
  const { beginTotpEnrollment } = dataOf(await client.execute(BeginTotpEnrollmentDocument))
  const secret = Secret.fromBase32(beginTotpEnrollment?.secret ?? '')
  const code = TOTP.generate({ secret, timestamp: clock.now().getTime() })
  await mailsAfter(async () => dataOf(await client.execute(ConfirmTotpEnrollmentDocument, { code })))
  return somebody
}

async function suspend(userId: string) {
  dataOf(await house.as.admin.login('admin@example.com'))
  dataOf(await house.as.admin.execute(SuspendUserDocument, { userId }))
}

async function resetTokenFor(email: string): Promise<string> {
  return tokenOf(await mailAfter(() => open().execute(RequestPasswordResetDocument, { email })))
}

async function codeFor(client: Client, email: string): Promise<string> {
  return codeOf(await mailAfter(() => client.execute(RequestLoginCodeDocument, { email })))
}

describe('requestEmailVerification and verifyEmail', () => {
  const emailVerified = async (client: Client) =>
    dataOf(await client.execute<{ me: { emailVerified: boolean } }>('{ me { emailVerified } }')).me.emailVerified

  it('prove the address of whoever is signed in, who keeps password and session', async () => {
    const { client, email } = await openSomebody()
    expect(await emailVerified(client)).toBe(false)
    const mail = await mailAfter(async () => dataOf(await client.execute(RequestEmailVerificationDocument)))
    expect(mail).toMatchObject({ from: 'house@example.com', to: [email] })
    expect(mail.source).toContain('http://localhost:4000/verify-email#')
    expect(mail.source).toContain('Some &lt;b&gt;')
    expect(dataOf(await client.execute(VerifyEmailDocument, { token: tokenOf(mail) }))).toEqual({ verifyEmail: true })
    expect(await emailVerified(client)).toBe(true)
    dataOf(await open().login(email, password))
    const before = dumpAccounts()
    dataOf(await client.execute(RequestEmailVerificationDocument))
    expect(dumpAccounts()).toEqual(before)
  })

  it('take password and sessions from whoever made the account before its address was proved', async () => {
    const { client, email } = await openSomebody()
    const token = tokenOf(await mailAfter(() => client.execute(RequestEmailVerificationDocument)))
    dataOf(await open().execute(VerifyEmailDocument, { token }))
    expect(await isSignedIn(client)).toBe(false)
    expect(refusals(await open().login(email, password))).toEqual([['INVALID_CREDENTIALS', 'login']])
  })

  it('take a token once, not when it expired, and no longer once there is a newer one', async () => {
    const { client } = await openSomebody()
    const request = async () => tokenOf(await mailAfter(() => client.execute(RequestEmailVerificationDocument)))
    const refused = async (token: string) => {
      const before = dumpAccounts()
      const answer = await open().execute(VerifyEmailDocument, { token })
      expect(refusals(answer)).toEqual([['INVALID_CREDENTIALS', 'verifyEmail']])
      expect(answer.body.data).toEqual({ verifyEmail: null })
      expect(dumpAccounts()).toEqual(before)
    }
    await refused('x'.repeat(43))
    const old = await request()
    const token = await request()
    await refused(old)
    clock.advance(86_400)
    await refused(token)
    const fresh = await request()
    clock.advance(86_399)
    dataOf(await client.execute(VerifyEmailDocument, { token: fresh }))
    await refused(fresh)
  })

  it('let one of twenty at once use a token', async () => {
    const { client } = await openSomebody()
    const token = tokenOf(await mailAfter(() => client.execute(RequestEmailVerificationDocument)))
    const answers = await Promise.all(Array.from({ length: 20 }, () => client.execute(VerifyEmailDocument, { token })))
    expect(answers.filter(({ body }) => body.data?.verifyEmail)).toHaveLength(1)
    expect(answers.flatMap(refusals)).toEqual(Array(19).fill(['INVALID_CREDENTIALS', 'verifyEmail']))
  })

  it('are of no use to a user who is suspended', async () => {
    const { client, id } = await openSomebody()
    const token = tokenOf(await mailAfter(() => client.execute(RequestEmailVerificationDocument)))
    await suspend(id)
    const before = dumpAccounts()
    const answer = await open().execute(VerifyEmailDocument, { token })
    expect(refusals(answer)).toEqual([['INVALID_CREDENTIALS', 'verifyEmail']])
    expect(dumpAccounts()).toEqual(before)
  })

  it('give what is shared with the address to its account from then on', async () => {
    const { client, email } = await openSomebody()
    const { body } = await house.as.member.execute<{ createDocument: { id: string } }>(
      'mutation { createDocument(title: "Shared", body: "x") { id } }',
    )
    const id = body.data?.createDocument.id
    const share =
      'mutation ($id: ID!, $email: EmailAddress!) { shareDocument(id: $id, with: { email: $email }, level: READ) { id } }'
    dataOf(await house.as.member.execute(share, { id, email }))
    const read = () => client.execute('query ($id: ID!) { document(id: $id) { title } }', { id })
    expect(refusals(await read())).toEqual([['FORBIDDEN', 'document']])
    const token = tokenOf(await mailAfter(() => client.execute(RequestEmailVerificationDocument)))
    dataOf(await client.execute(VerifyEmailDocument, { token }))
    expect(dataOf(await read())).toEqual({ document: { title: 'Shared' } })
  })
})

describe('requestPasswordReset and resetPassword', () => {
  it('set a new password, end every session and tell the owner', async () => {
    const { client, email } = await openSomebody()
    const token = await resetTokenFor(email)
    const browser = open()
    const mail = await mailAfter(async () =>
      expect(dataOf(await browser.execute(ResetPasswordDocument, { token, newPassword }))).toEqual({
        resetPassword: true,
      }),
    )
    expect(mail).toMatchObject({ to: [email] })
    expect(mail.source).toContain('Your password was changed')
    expect(await isSignedIn(client)).toBe(false)
    expect(await isSignedIn(browser)).toBe(false)
    expect(refusals(await open().login(email, password))).toEqual([['INVALID_CREDENTIALS', 'login']])
    dataOf(await open().login(email, newPassword))
  })

  it('answer a token that is wrong, used up or expired alike, and write nothing', async () => {
    const { email } = await openSomebody()
    const used = await resetTokenFor(email)
    await mailAfter(() => open().execute(ResetPasswordDocument, { token: used, newPassword }))
    const expired = await resetTokenFor(email)
    clock.advance(1800)
    const before = dumpAccounts()
    for (const token of [used, expired, 'y'.repeat(43), '']) {
      const answer = await open().execute(ResetPasswordDocument, { token, newPassword: password })
      expect(refusals(answer)).toEqual([['INVALID_CREDENTIALS', 'resetPassword']])
      expect(answer.body.data).toEqual({ resetPassword: null })
    }
    expect(dumpAccounts()).toEqual(before)
  })

  it('leave a token good for a password that will not do, and let one of twenty at once use it', async () => {
    const { email } = await openSomebody()
    const token = await resetTokenFor(email)
    const short = await open().execute(ResetPasswordDocument, { token, newPassword: 'short' })
    expect(refusals(short)).toEqual([['BAD_USER_INPUT', 'resetPassword']])
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => open().execute(ResetPasswordDocument, { token, newPassword })),
    )
    expect(answers.filter(({ body }) => body.data?.resetPassword)).toHaveLength(1)
    expect(answers.flatMap(refusals)).toEqual(Array(19).fill(['INVALID_CREDENTIALS', 'resetPassword']))
  })

  it('open again what a thief of a session had locked by guessing at the password', async () => {
    const { client, email } = await openSomebody()
    const guess = () => client.execute(ChangePasswordDocument, { currentPassword: 'a guess', newPassword })
    for (let count = 0; count < 5; count++) await guess()
    expect(refusals(await guess())).toEqual([['RATE_LIMITED', 'changePassword']])
    dataOf(await open().execute(ResetPasswordDocument, { token: await resetTokenFor(email), newPassword }))
    const owner = open()
    dataOf(await owner.login(email, newPassword))
    const change = { currentPassword: newPassword, newPassword: password }
    expect(dataOf(await owner.execute(ChangePasswordDocument, change))).toEqual({ changePassword: true })
  })

  it('skip no second factor of an account that had proved its address', async () => {
    const { email } = await openWithSecondFactor()
    const token = await resetTokenFor(email)
    dataOf(await open().execute(ResetPasswordDocument, { token, newPassword }))
    const browser = open()
    const { login } = dataOf(await browser.execute(LoginDocument, { email, password: newPassword }))
    expect(login).toMatchObject({ challenge: expect.any(String), methods: ['TOTP', 'RECOVERY_CODE'] })
    expect(await isSignedIn(browser)).toBe(false)
  })

  it('are of no use once the password was changed otherwise, nor is a code', async () => {
    const { client, email } = await openSomebody()
    const token = await resetTokenFor(email)
    const browser = open()
    const code = await codeFor(browser, email)
    await mailsAfter(async () =>
      dataOf(await client.execute(ChangePasswordDocument, { currentPassword: password, newPassword })),
    )
    const before = dumpAccounts()
    const reset = await open().execute(ResetPasswordDocument, { token, newPassword: password })
    expect(refusals(reset)).toEqual([['INVALID_CREDENTIALS', 'resetPassword']])
    const login = await browser.execute(LoginWithCodeDocument, { email, code })
    expect(refusals(login)).toEqual([['INVALID_CREDENTIALS', 'loginWithCode']])
    expect(dumpAccounts()).toEqual(before)
  })

  it('are of no use to a user who is suspended', async () => {
    const { email, id } = await openSomebody()
    const token = await resetTokenFor(email)
    await suspend(id)
    const before = dumpAccounts()
    const answer = await open().execute(ResetPasswordDocument, { token, newPassword })
    expect(refusals(answer)).toEqual([['INVALID_CREDENTIALS', 'resetPassword']])
    dataOf(await open().execute(RequestPasswordResetDocument, { email }))
    expect(dumpAccounts()).toEqual(before)
  })
})

describe('requestLoginCode and loginWithCode', () => {
  it('sign in, in the browser that asked, under a new session', async () => {
    const { email } = await openSomebody()
    const client = open()
    dataOf(await client.login('member@example.com'))
    const before = await client.cookie('session')
    const code = await codeFor(client, email)
    expect(code).toMatch(/^\d{8}$/)
    const { loginWithCode } = dataOf(await client.execute(LoginWithCodeDocument, { email, code }))
    expect(loginWithCode).toMatchObject({ methods: ['EMAIL_CODE'], user: { emailVerified: true } })
    expect(await isSignedIn(client)).toBe(true)
    const replayed = await open().execute(CurrentSessionDocument, {}, { cookie: `session=${before}` })
    expect(replayed.body.data).toEqual({ session: null })
    expect(refusals(await client.execute(LoginWithCodeDocument, { email, code }))).toEqual([
      ['INVALID_CREDENTIALS', 'loginWithCode'],
    ])
  })

  it('refuse another browser, an expired code, and the right one after five that were wrong', async () => {
    const { email } = await openSomebody()
    const client = open()
    const refused = async (browser: Client, code: string) => {
      const before = dumpAccounts()
      const answer = await browser.execute(LoginWithCodeDocument, { email, code })
      expect(refusals(answer)).toEqual([['INVALID_CREDENTIALS', 'loginWithCode']])
      expect(answer.body.data).toEqual({ loginWithCode: null })
      expect(await browser.cookie('session')).toBeUndefined()
      expect(dumpAccounts()).toEqual(before)
    }
    const code = await codeFor(client, email)
    await refused(open(), code)
    clock.advance(600)
    await refused(client, code)
    const second = await codeFor(client, email)
    const wrong = second === '00000000' ? '11111111' : '00000000'
    for (let guess = 0; guess < 5; guess++) {
      clock.advance(20)
      await refused(client, wrong)
    }
    clock.advance(60)
    await refused(client, second)
  })

  it('skip no second factor: a code signs nobody in who has one', async () => {
    const { email } = await openWithSecondFactor()
    const client = open()
    const code = await codeFor(client, email)
    const { loginWithCode } = dataOf(await client.execute(LoginWithCodeDocument, { email, code }))
    expect(loginWithCode).toEqual({ __typename: 'SecondFactorRequired' })
    expect(await isSignedIn(client)).toBe(false)
  })

  it('are of no use to a user who is suspended', async () => {
    const { email, id } = await openSomebody()
    const client = open()
    const code = await codeFor(client, email)
    await suspend(id)
    const before = dumpAccounts()
    const answer = await client.execute(LoginWithCodeDocument, { email, code })
    expect(refusals(answer)).toEqual([['INVALID_CREDENTIALS', 'loginWithCode']])
    dataOf(await client.execute(RequestLoginCodeDocument, { email }))
    expect(dumpAccounts()).toEqual(before)
    expect(await isSignedIn(client)).toBe(false)
  })

  it('give the session to one of twenty at once', async () => {
    const { email } = await openSomebody()
    const client = open()
    const code = await codeFor(client, email)
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => client.execute(LoginWithCodeDocument, { email, code })),
    )
    expect(answers.filter(({ body }) => body.data?.loginWithCode)).toHaveLength(1)
  })
})

describe('an operation in the middle of which its session ends', () => {
  it('leaves no way in behind, nor one that is about to be', async () => {
    const { client, email } = await openSomebody()
    const variables = { token: await resetTokenFor(email), newPassword }
    const before = house.dump()
    const answer = await client.execute(
      `mutation ($token: String!, $newPassword: String!) {
        resetPassword(token: $token, newPassword: $newPassword)
        createApiToken(name: "Left behind") { token }
        changeEmail(newEmail: "left-behind@example.com")
        regenerateRecoveryCodes { codes }
      }`,
      variables,
    )
    expect(refusals(answer)).toEqual([
      ['UNAUTHENTICATED', 'createApiToken'],
      ['UNAUTHENTICATED', 'changeEmail'],
      ['UNAUTHENTICATED', 'regenerateRecoveryCodes'],
    ])
    const { sessions, recovery_codes, one_time_secrets, mails } = house.dump()
    expect(sessions).toHaveLength(before.sessions?.length ?? 0)
    expect(recovery_codes).toEqual(before.recovery_codes)
    expect(JSON.stringify([one_time_secrets, mails])).not.toContain('left-behind')
    expect(await isSignedIn(client)).toBe(false)
  })
})

describe('changeEmail', () => {
  it('changes the address once the new one is proved by its own user, and tells the old one', async () => {
    const { client, email } = await openSomebody()
    const newEmail = `new-${email}`
    const mails = await mailsAfter(async () => dataOf(await client.execute(ChangeEmailDocument, { newEmail })))
    expect(mails.flatMap(({ to }) => to).sort()).toEqual([email, newEmail].sort())
    const token = mails.map(tokenOf).find((found) => found !== '') ?? ''
    const before = dumpAccounts()
    expect(refusals(await open().execute(VerifyEmailDocument, { token }))).toEqual([['UNAUTHENTICATED', 'verifyEmail']])
    dataOf(await house.as.member.login('member@example.com'))
    expect(refusals(await house.as.member.execute(VerifyEmailDocument, { token }))).toEqual([
      ['UNAUTHENTICATED', 'verifyEmail'],
    ])
    expect(dumpAccounts()).toMatchObject({ users: before.users, credentials: before.credentials })
    dataOf(await client.execute(VerifyEmailDocument, { token }))
    dataOf(await open().login(newEmail, password))
    expect(refusals(await open().login(email, password))).toEqual([['INVALID_CREDENTIALS', 'login']])
  })

  it('leaves no mail behind when the account is deleted, whichever of its addresses it went to', async () => {
    const { client, email, id } = await openSomebody()
    const wanted = { newEmail: `never-${email}` }
    await mailsAfter(async () => dataOf(await client.execute(ChangeEmailDocument, wanted)))
    const change = { newEmail: `last-${email}` }
    const mails = await mailsAfter(async () => dataOf(await client.execute(ChangeEmailDocument, change)))
    const token = mails.map(tokenOf).find((found) => found !== '') ?? ''
    await mailsAfter(async () => dataOf(await client.execute(VerifyEmailDocument, { token })))
    const kept = () => JSON.stringify(house.dump().mails)
    for (const address of [email, wanted.newEmail, change.newEmail]) expect(kept()).toContain(`"${address}"`)
    const others = house.dump().mails?.length ?? 0
    dataOf(await client.execute(DeleteAccountDocument, { userId: id }))
    expect(kept()).not.toContain(email)
    expect(house.dump().mails?.length).toBe(others - 5)
  })

  it('gives the address to one of twenty at once', async () => {
    const { client, email } = await openSomebody()
    const change = { newEmail: `raced-${email}` }
    const mails = await mailsAfter(async () => dataOf(await client.execute(ChangeEmailDocument, change)))
    const token = mails.map(tokenOf).find((found) => found !== '') ?? ''
    const answers = await Promise.all(Array.from({ length: 20 }, () => client.execute(VerifyEmailDocument, { token })))
    expect(answers.filter(({ body }) => body.data?.verifyEmail)).toHaveLength(1)
    expect(answers.flatMap(refusals)).toEqual(Array(19).fill(['INVALID_CREDENTIALS', 'verifyEmail']))
  })

  it('answers the same for an address that has an account, tells its owner, and never gives it away', async () => {
    const { client } = await openSomebody()
    const free = await client.execute(ChangeEmailDocument, { newEmail: `free-${count}@example.com` })
    const mails = await mailsAfter(async () => {
      const taken = await client.execute(ChangeEmailDocument, { newEmail: 'Editor@example.com' })
      expect(taken.text).toBe(free.text)
    })
    const toOwner = mails.find(({ to }) => to.includes('editor@example.com'))
    expect(toOwner?.source).toContain('You have an account already')
    expect(tokenOf(toOwner ?? { from: '', to: [], source: '' })).toBe('')
  })

  it('sends three mails in a quarter of an hour to the address that is to be left, wherever it is to go', async () => {
    const { client, email } = await openSomebody()
    const change = (index: number) => client.execute(ChangeEmailDocument, { newEmail: `${index}-${email}` })
    const mails = await mailsAfter(async () => {
      for (let index = 0; index < 3; index++) dataOf(await change(index))
      expect(refusals(await change(3))).toEqual([['RATE_LIMITED', 'changeEmail']])
    })
    expect(mails.filter(({ to }) => to.includes(email))).toHaveLength(3)
    clock.advance(900)
    dataOf(await client.login(email, password))
    dataOf(await change(3))
  })

  it('asks for a fresh sign-in', async () => {
    const { client } = await openSomebody()
    clock.advance(601)
    const before = dumpAccounts().mailIds
    const answer = await client.execute(ChangeEmailDocument, { newEmail: 'late@example.com' })
    expect(refusals(answer)).toEqual([['REAUTHENTICATION_REQUIRED', 'changeEmail']])
    expect(dumpAccounts().mailIds).toEqual(before)
  })
})

describe.each([
  ['requestPasswordReset', print(RequestPasswordResetDocument)],
  ['requestLoginCode', print(RequestLoginCodeDocument)],
] as const)('%s', (field, operation) => {
  it('answers with the same bytes for known and unknown addresses, and mails the known alone', async () => {
    const { email } = await openSomebody()
    const unknown = await open().execute(operation, { email: `nobody-${count}@example.com` })
    const mails = house.dump().mails?.length ?? 0
    const known = await open().execute(operation, { email })
    expect(house.dump().mails).toHaveLength(mails + 1)
    expect(known.text).toBe(unknown.text)
    expect(known.text).toBe(`{"data":{"${field}":true}}\n`)
  })

  it('sends three mails in a quarter of an hour to an address, whoever has it', async () => {
    clock.advance(3600)
    const email = `ghost-${field}@example.com`
    for (let mail = 0; mail < 3; mail++) dataOf(await open().execute(operation, { email }))
    const before = dumpAccounts()
    expect(refusals(await open().execute(operation, { email: email.toUpperCase() }))).toEqual([['RATE_LIMITED', field]])
    expect(dumpAccounts()).toEqual(before)
    clock.advance(900)
    dataOf(await open().execute(operation, { email }))
  })

  it('sends twenty mails an hour for a client', async () => {
    clock.advance(3600)
    for (let mail = 0; mail < 20; mail++)
      dataOf(await open().execute(operation, { email: `${field}-${mail}@example.com` }))
    const answer = await open().execute(operation, { email: `${field}-20@example.com` })
    expect(refusals(answer)).toEqual([['RATE_LIMITED', field]])
  })
})

describe('the token of a link', () => {
  it('is tried thirty times a minute by a client, whatever it is for, and is not looked at after that', async () => {
    const { email } = await openSomebody()
    const good = await resetTokenFor(email)
    for (let count = 0; count < 15; count++) {
      const verified = await open().execute(VerifyEmailDocument, { token: 'x' })
      expect(refusals(verified)).toEqual([['INVALID_CREDENTIALS', 'verifyEmail']])
      const reset = await open().execute(ResetPasswordDocument, { token: 'x', newPassword })
      expect(refusals(reset)).toEqual([['INVALID_CREDENTIALS', 'resetPassword']])
    }
    const before = dumpAccounts()
    const use = () => open().execute(ResetPasswordDocument, { token: good, newPassword })
    expect(refusals(await use())).toEqual([['RATE_LIMITED', 'resetPassword']])
    expect(refusals(await open().execute(VerifyEmailDocument, { token: 'x' }))).toEqual([
      ['RATE_LIMITED', 'verifyEmail'],
    ])
    expect(dumpAccounts()).toEqual(before)
    clock.advance(60)
    expect(dataOf(await use())).toEqual({ resetPassword: true })
  })
})

describe('a link in a mail', () => {
  it('leads to PUBLIC_URL, whatever a request says of the host', async () => {
    const { email } = await openSomebody()
    const headers = {
      'content-type': 'application/json',
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
      forwarded: 'host=evil.example;proto=https',
    }
    const payload = { query: print(RequestPasswordResetDocument), variables: { email } }
    const { source } = await mailAfter(() =>
      house.server.server.inject({ method: 'POST', url: '/graphql', headers, payload }),
    )
    expect(source).toContain('http://localhost:4000/reset-password#')
    expect(source).not.toContain('evil.example')
  })

  it.each(['/verify-email', '/reset-password'])('leads to a page that consumes nothing: %s', async (path) => {
    const rows = () => ({ ...dumpAccounts(), secrets: house.dump().one_time_secrets })
    const before = rows()
    expect(before.secrets?.length).toBeGreaterThan(0)
    const page = await open().send(`${path}?token=x`)
    expect(page.status).toBe(200)
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(page.text).not.toContain('token=x')
    expect(rows()).toEqual(before)
  })

  it('is not to be read at /dev/mail outside of development', async () => {
    expect((await open().send('/dev/mail')).status).toBe(404)
  })
})
