import { Secret, TOTP } from 'otpauth'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createSetClock } from '../identity/set-clock.ts'
import {
  BeginPasskeyRegistrationDocument,
  BeginProviderLinkDocument,
  BeginTotpEnrollmentDocument,
  ChangeEmailDocument,
  ChangePasswordDocument,
  CompleteSecondFactorDocument,
  ConfirmTotpEnrollmentDocument,
  CreateApiTokenDocument,
  FinishPasskeyRegistrationDocument,
  LoginDocument,
  LoginWithCodeDocument,
  MeDocument,
  MyAuthenticatorsDocument,
  ReauthenticateDocument,
  RegenerateRecoveryCodesDocument,
  RegisterDocument,
  RemoveAuthenticatorDocument,
  RequestEmailVerificationDocument,
  RequestLoginCodeDocument,
  UnlinkLoginProviderDocument,
  VerifyEmailDocument,
} from '../support/__generated__/operations.ts'
import { type Answer, type Client, createClient, refusals } from '../support/client.ts'
import { dataOf, type House, openHouse, strangersPassword as password } from '../support/house.ts'
import { type ArrivedMail, type MailServer, startMailServer } from '../support/mail-server.ts'
import { startProvider, type TestProvider } from '../support/openid-provider.ts'
import { createSoftwareAuthenticator, type SoftwareAuthenticator } from '../support/software-authenticator.ts'

const publicUrl = 'http://localhost:4000'
const clock = createSetClock()
const ends: (() => Promise<void>)[] = []
let mailServer: MailServer
let provider: TestProvider
let house: House
beforeAll(async () => {
  mailServer = await startMailServer()
  ends.unshift(mailServer.close)
  provider = await startProvider('one', publicUrl)
  ends.unshift(provider.close)
  const env = { SMTP_URL: mailServer.url, PUBLIC_URL: publicUrl, OAUTH_PROVIDERS: JSON.stringify([provider.settings]) }
  house = await openHouse({ clock, env, intervals: { reloadKeys: 60_000, purge: 60_000, mails: 10 } })
  ends.unshift(house.close)
})
afterAll(async () => {
  for (const end of ends) await end()
})
// Twenty mails an hour are what one client may ask for.
beforeEach(() => clock.advance(3600))

const open = () => createClient(house.server.url, publicUrl)
const mailsAfter = (work: () => Promise<unknown>) => mailServer.mailsAfter(house.server.databasePath, work)
const tokenOf = (mails: ArrivedMail[]) => /#([\w-]{43})\b/.exec(mails.map(({ source }) => source).join())?.[1] ?? ''

/** A user in a browser of theirs, whose address is proved. */
interface Person {
  client: Client
  email: string
  /** Whatever was given to them, or they gave, that is nobody else's business. */
  secrets: Set<string>
}

let count = 0
async function openSomebody(): Promise<Person> {
  const client = open()
  const email = `somebody-${++count}@example.com`
  dataOf(await client.execute(RegisterDocument, { email, password, name: `Some <b>${count}</b>` }))
  return { client, email, secrets: new Set([password]) }
}

async function openPerson(): Promise<Person> {
  const person = await openSomebody()
  const token = tokenOf(await mailsAfter(() => person.client.execute(RequestEmailVerificationDocument)))
  dataOf(await person.client.execute(VerifyEmailDocument, { token }))
  person.secrets.add(token)
  return person
}

/** Somebody else, who has just signed in. */
async function openStranger(): Promise<Client> {
  const client = open()
  dataOf(await client.login('editor@example.com'))
  return client
}

async function beginTotp({ client, secrets }: Person) {
  const { beginTotpEnrollment } = dataOf(await client.execute(BeginTotpEnrollmentDocument))
  const secret = beginTotpEnrollment?.secret ?? ''
  secrets.add(secret)
  return () => {
    const code = TOTP.generate({ secret: Secret.fromBase32(secret), timestamp: clock.now().getTime() })
    secrets.add(code)
    return code
  }
}

/** An app, and a minute later: no code that was used is the current one. */
async function enrollTotp(person: Person) {
  const code = await beginTotp(person)
  const { confirmTotpEnrollment } = dataOf(await person.client.execute(ConfirmTotpEnrollmentDocument, { code: code() }))
  const recoveryCodes = confirmTotpEnrollment?.codes ?? []
  for (const recoveryCode of recoveryCodes) person.secrets.add(recoveryCode)
  clock.advance(60)
  return { code, recoveryCodes }
}

async function beginPasskey({ client, secrets }: Person) {
  const { beginPasskeyRegistration } = dataOf(await client.execute(BeginPasskeyRegistrationDocument))
  const options = beginPasskeyRegistration as Parameters<SoftwareAuthenticator['create']>[0]
  secrets.add(options.challenge)
  return createSoftwareAuthenticator(publicUrl).create(options)
}

/** Whom the provider sends back, in answer to what the browser began there. */
async function comeBack({ client, email, secrets }: Person, url: string) {
  provider.account = { sub: email, email, email_verified: true }
  const query = await provider.visit(url)
  for (const value of new URLSearchParams(query).values()) if (value !== provider.settings.issuer) secrets.add(value)
  return () => client.send(`/oauth/one/callback?${query}`)
}

async function beginLink({ client }: Person): Promise<string> {
  const { beginProviderLink } = dataOf(await client.execute(BeginProviderLinkDocument, { provider: 'one' }))
  return beginProviderLink?.url ?? ''
}

async function beginSignIn({ client }: Person): Promise<string> {
  return (await client.send('/oauth/one/start')).headers.get('location') ?? ''
}

/** Has the provider answer what was never asked. */
async function expectNotProved(person: Person, url: string) {
  const asked = new URL(url)
  asked.searchParams.set('nonce', 'another')
  const answer = await (await comeBack(person, asked.href))()
  expect(answer.headers.get('location')).toBe('/#oauth=refused&reason=NOT_PROVED')
}

async function authenticatorId({ client }: Person): Promise<string> {
  const { me } = dataOf(await client.execute(MyAuthenticatorsDocument))
  return me?.authenticators?.[0]?.id ?? ''
}

function expectRefusal(answer: Answer<unknown>, code: string, path: string) {
  expect(refusals(answer)).toEqual([[code, path]])
}

interface Change {
  /** Makes ready for it: what is refused, and what is done. */
  prepare(person: Person): Promise<{ fail(): Promise<void>; change(): Promise<unknown> }>
  /** What the mail says. */
  says: string[]
}

const changes: Record<string, Change> = {
  'a changed password': {
    async prepare({ client, secrets }) {
      const newPassword = 'another horse battery staple'
      secrets.add(newPassword)
      const change = (currentPassword: string) =>
        client.execute(ChangePasswordDocument, { currentPassword, newPassword })
      return {
        fail: async () => expectRefusal(await change('wrong'), 'INVALID_CREDENTIALS', 'changePassword'),
        change: async () => dataOf(await change(password)),
      }
    },
    says: ['Your password was changed'],
  },
  'an authenticator app that was added': {
    async prepare(person) {
      const code = await beginTotp(person)
      const confirm = (given: string) => person.client.execute(ConfirmTotpEnrollmentDocument, { code: given })
      return {
        fail: async () => expectRefusal(await confirm('12345'), 'BAD_USER_INPUT', 'confirmTotpEnrollment'),
        async change() {
          const { confirmTotpEnrollment } = dataOf(await confirm(code()))
          for (const recoveryCode of confirmTotpEnrollment?.codes ?? []) person.secrets.add(recoveryCode)
        },
      }
    },
    says: ['An authenticator app was added'],
  },
  'an authenticator app that was removed': {
    async prepare(person) {
      await enrollTotp(person)
      const id = await authenticatorId(person)
      const remove = (client: Client) => client.execute(RemoveAuthenticatorDocument, { id })
      return {
        fail: async () => expectRefusal(await remove(await openStranger()), 'NOT_FOUND', 'removeAuthenticator'),
        change: async () => dataOf(await remove(person.client)),
      }
    },
    says: ['Your authenticator app was removed'],
  },
  'new recovery codes': {
    async prepare(person) {
      await enrollTotp(person)
      return {
        fail: async () =>
          expectRefusal(
            await (await openStranger()).execute(RegenerateRecoveryCodesDocument),
            'CONFLICT',
            'regenerateRecoveryCodes',
          ),
        async change() {
          const { regenerateRecoveryCodes } = dataOf(await person.client.execute(RegenerateRecoveryCodesDocument))
          for (const code of regenerateRecoveryCodes?.codes ?? []) person.secrets.add(code)
        },
      }
    },
    says: ['You have new recovery codes'],
  },
  'a recovery code at sign-in': {
    async prepare(person) {
      const { email, secrets } = person
      const { recoveryCodes } = await enrollTotp(person)
      const client = open()
      const { login } = dataOf(await client.execute(LoginDocument, { email, password }))
      const challenge = login && 'challenge' in login ? login.challenge : ''
      secrets.add(challenge)
      const complete = (code: string) => client.execute(CompleteSecondFactorDocument, { challenge, code })
      return {
        fail: async () => expectRefusal(await complete('not-a-code'), 'INVALID_CREDENTIALS', 'completeSecondFactor'),
        change: async () => dataOf(await complete(recoveryCodes[0] ?? '')),
      }
    },
    says: ['A recovery code was used', 'You have 9 left.'],
  },
  'a recovery code at reauthentication': {
    async prepare(person) {
      const { recoveryCodes } = await enrollTotp(person)
      const [code = ''] = recoveryCodes
      const prove = (given: string) => person.client.execute(ReauthenticateDocument, { password: given, code })
      return {
        fail: async () => expectRefusal(await prove('wrong'), 'INVALID_CREDENTIALS', 'reauthenticate'),
        change: async () => dataOf(await prove(password)),
      }
    },
    says: ['A recovery code was used', 'You have 9 left.'],
  },
  'a passkey that was added': {
    async prepare(person) {
      const response = await beginPasskey(person)
      const finish = (client: Client) => client.execute(FinishPasskeyRegistrationDocument, { response, name: 'Laptop' })
      return {
        fail: async () =>
          expectRefusal(await finish(await openStranger()), 'BAD_USER_INPUT', 'finishPasskeyRegistration'),
        change: async () => dataOf(await finish(person.client)),
      }
    },
    says: ['A passkey was added'],
  },
  'a passkey that was removed': {
    async prepare(person) {
      const response = await beginPasskey(person)
      dataOf(await person.client.execute(FinishPasskeyRegistrationDocument, { response }))
      const id = await authenticatorId(person)
      const remove = (client: Client) => client.execute(RemoveAuthenticatorDocument, { id })
      return {
        fail: async () => expectRefusal(await remove(await openStranger()), 'NOT_FOUND', 'removeAuthenticator'),
        change: async () => dataOf(await remove(person.client)),
      }
    },
    says: ['A passkey was removed'],
  },
  'a provider that was linked': {
    async prepare(person) {
      const come = await comeBack(person, await beginLink(person))
      return {
        fail: async () => expectNotProved(person, await beginLink(person)),
        change: async () => expect((await come()).headers.get('location')).toBe('/#oauth=linked'),
      }
    },
    says: ['A login provider was linked', 'an account at Provider one'],
  },
  'a provider that was linked because of its address': {
    async prepare(person) {
      const come = await comeBack(person, await beginSignIn(person))
      return {
        fail: async () => expectNotProved(person, await beginSignIn(person)),
        change: async () => expect((await come()).headers.get('location')).toBe('/#oauth=signed-in'),
      }
    },
    says: ['A login provider was linked', 'an account at Provider one'],
  },
  'a provider that was unlinked': {
    async prepare(person) {
      await (await comeBack(person, await beginLink(person)))()
      const unlink = (of: string) => person.client.execute(UnlinkLoginProviderDocument, { provider: of })
      return {
        fail: async () => expectRefusal(await unlink('two'), 'NOT_FOUND', 'unlinkLoginProvider'),
        change: async () => dataOf(await unlink('one')),
      }
    },
    says: ['A login provider was unlinked', 'the account at Provider one'],
  },
  'an API token': {
    async prepare({ client, secrets }) {
      const create = (expiresInDays: number) => client.execute(CreateApiTokenDocument, { name: 'x', expiresInDays })
      return {
        fail: async () => expectRefusal(await create(367), 'BAD_USER_INPUT', 'createApiToken'),
        async change() {
          const { createApiToken } = dataOf(await create(1))
          secrets.add(createApiToken?.token ?? '')
        },
      }
    },
    says: ['An API token was created'],
  },
  'another address, told to the old one': {
    async prepare({ client, email, secrets }) {
      const newEmail = `new-${email}`
      const token = tokenOf(
        await mailsAfter(async () => dataOf(await client.execute(ChangeEmailDocument, { newEmail }))),
      )
      secrets.add(token)
      const verify = (by: Client) => by.execute(VerifyEmailDocument, { token })
      return {
        fail: async () => expectRefusal(await verify(await openStranger()), 'UNAUTHENTICATED', 'verifyEmail'),
        change: async () => dataOf(await verify(client)),
      }
    },
    says: ['Your address was changed', 'new-somebody-'],
  },
}

describe('the owner of an account', () => {
  it.each(Object.entries(changes))('is told, once and of nothing secret, of %s', async (_, { prepare, says }) => {
    const person = await openPerson()
    const { fail, change } = await prepare(person)
    expect(await mailsAfter(fail)).toEqual([])
    const mails = await mailsAfter(change)
    expect(mails.map(({ to }) => to)).toEqual([[person.email]])
    const source = mails[0]?.source ?? ''
    for (const text of says) expect(source).toContain(text)
    expect(source).toContain('text/plain')
    expect(source).toContain('Some &lt;b&gt;')
    for (const { value } of await person.client.jar.getCookies(publicUrl)) person.secrets.add(value)
    expect(person.secrets.size).toBeGreaterThan(2)
    for (const secret of person.secrets) expect(source.includes(secret), secret).toBe(false)
  })

  it('is told, when their address is proved, that what somebody set up before counts no more', async () => {
    const { email } = await openSomebody()
    const client = open()
    const [asked] = await mailsAfter(() => client.execute(RequestLoginCodeDocument, { email }))
    const code = /^(\d{8})\r?$/m.exec(asked?.source ?? '')?.[1] ?? ''
    const wrong = code === '00000000' ? '11111111' : '00000000'
    const login = (given: string) => client.execute(LoginWithCodeDocument, { email, code: given })
    const fail = async () => expectRefusal(await login(wrong), 'INVALID_CREDENTIALS', 'loginWithCode')
    expect(await mailsAfter(fail)).toEqual([])
    const [mail, ...others] = await mailsAfter(async () => dataOf(await login(code)))
    expect(mail).toMatchObject({ to: [email], source: expect.stringContaining('Your account starts anew') })
    expect(others).toEqual([])
  })

  it('is told of nothing while the address is not proved: it may be a stranger’s', async () => {
    const { client } = await openSomebody()
    const change = async () => dataOf(await client.execute(CreateApiTokenDocument, { name: 'x' }))
    expect(await mailsAfter(change)).toEqual([])
    expect(dataOf(await client.execute(MeDocument)).me?.emailVerified).toBe(false)
  })

  it('is told of no link with the account that is made by it', async () => {
    const person = { client: open(), email: 'new-at-provider@example.com', secrets: new Set<string>() }
    const come = await comeBack(person, await beginSignIn(person))
    expect(await mailsAfter(come)).toEqual([])
    expect(dataOf(await person.client.execute(MeDocument)).me?.email).toBe(person.email)
  })
})
