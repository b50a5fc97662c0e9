import { afterAll, beforeAll } from 'vitest'
import { createSetClock, type SetClock } from '../identity/set-clock.ts'
import {
  BeginPasskeyLoginDocument,
  BeginPasskeyRegistrationDocument,
  BeginTotpEnrollmentDocument,
  ConfirmTotpEnrollmentDocument,
  FinishPasskeyLoginDocument,
  FinishPasskeyRegistrationDocument,
  LoginDocument,
  MeDocument,
  RegisterDocument,
  RequestEmailVerificationDocument,
  RequestLoginCodeDocument,
  RequestPasswordResetDocument,
  VerifyEmailDocument,
} from './__generated__/operations.ts'
import { type Client, createClient } from './client.ts'
import { dataOf, strangersPassword } from './house.ts'
import { type MailServer, startMailServer } from './mail-server.ts'
import { startProvider, type TestProvider } from './openid-provider.ts'
import { startServer, type TestServer } from './server.ts'
import { createSoftwareAuthenticator, type SoftwareAuthenticator } from './software-authenticator.ts'
import { generateTotp } from './totp.ts'

/** Where people live: a server whose mails and provider are at hand. */
export interface Surroundings {
  server: TestServer
  publicUrl: string
  clock: SetClock
  mailServer: MailServer
  provider: TestProvider
}

/** Starts the surroundings of all tests of a file before them, and ends them after. */
export function useSurroundings(publicUrl: string): () => Surroundings {
  const ends: (() => void | Promise<void>)[] = []
  let surroundings: Surroundings
  beforeAll(async () => {
    const clock = createSetClock()
    const mailServer = await startMailServer()
    ends.unshift(mailServer.close)
    const provider = await startProvider('one', publicUrl)
    ends.unshift(provider.close)
    const server = await startServer({
      clock,
      env: { SMTP_URL: mailServer.url, PUBLIC_URL: publicUrl, OAUTH_PROVIDERS: JSON.stringify([provider.settings]) },
      intervals: { reloadKeys: 3_600_000, purge: 3_600_000, mails: 10 },
      onEnd: (end) => ends.unshift(end),
    })
    surroundings = { server, publicUrl, clock, mailServer, provider }
  })
  afterAll(async () => {
    for (const end of ends) await end()
  })
  return () => surroundings
}

/** Somebody whose address is proved, with a browser of theirs and every way to sign in that they set up. */
export type Person = Awaited<ReturnType<typeof openPerson>>

export async function openPerson({ server, publicUrl, clock, mailServer, provider }: Surroundings, email: string) {
  const password = strangersPassword
  const open = () => createClient(server.url, publicUrl)
  const client = open()
  const authenticator = createSoftwareAuthenticator(publicUrl)
  let secret = ''

  /** Does something, and gives what the one mail hands over that it leads to. */
  const mailed = async (work: () => Promise<unknown>): Promise<string> => {
    const mails = await mailServer.mailsAfter(server.databasePath, work)
    const found = mails.flatMap(({ source }) => /#([\w-]{43})\b|^(\d{8})\r?$/m.exec(source) ?? [])
    return found.slice(1).find((text) => text) ?? ''
  }

  dataOf(await client.execute(RegisterDocument, { email, password, name: 'Some Body' }))
  const id = dataOf(await client.execute(MeDocument)).me?.id ?? ''
  const token = await mailed(() => client.execute(RequestEmailVerificationDocument))
  dataOf(await client.execute(VerifyEmailDocument, { token }))

  return {
    id,
    email,
    password,
    client,
    authenticator,
    open,
    mailed,
    code: () => generateTotp(secret, clock.now()),
    /** Sets an app up; gives the recovery codes. */
    async enroll(): Promise<string[]> {
      secret = dataOf(await client.execute(BeginTotpEnrollmentDocument)).beginTotpEnrollment?.secret ?? ''
      const code = generateTotp(secret, clock.now())
      const { confirmTotpEnrollment } = dataOf(await client.execute(ConfirmTotpEnrollmentDocument, { code }))
      clock.advance(60)
      return confirmTotpEnrollment?.codes ?? []
    },
    async registerPasskey(): Promise<string> {
      const options = dataOf(await client.execute(BeginPasskeyRegistrationDocument)).beginPasskeyRegistration
      const response = authenticator.create(options as Parameters<SoftwareAuthenticator['create']>[0])
      const done = dataOf(await client.execute(FinishPasskeyRegistrationDocument, { response }))
      return done.finishPasskeyRegistration?.id ?? ''
    },
    /** Proves the first factor in a browser; gives the challenge for the second. */
    async proveFirst(by: Client): Promise<string> {
      const { login } = dataOf(await by.execute(LoginDocument, { email, password }))
      return login && 'challenge' in login ? login.challenge : ''
    },
    requestCode: (by: Client) => mailed(() => by.execute(RequestLoginCodeDocument, { email })),
    requestReset: () => mailed(() => open().execute(RequestPasswordResetDocument, { email })),
    /** Has the passkey answer a challenge for a browser; gives what that is to send. */
    async answerByPasskey(by: Client) {
      const { beginPasskeyLogin } = dataOf(await by.execute(BeginPasskeyLoginDocument))
      const { challenge = '', options } = beginPasskeyLogin ?? {}
      return { challenge, response: authenticator.get(options as Parameters<SoftwareAuthenticator['get']>[0]) }
    },
    async signInByPasskey(by: Client) {
      return by.execute(FinishPasskeyLoginDocument, await this.answerByPasskey(by))
    },
    /** Goes to the provider and comes back with what the callback takes. */
    async visitProvider(by: Client): Promise<string> {
      const { headers } = await by.send(`/oauth/${provider.settings.id}/start`)
      provider.account = { sub: email, email, email_verified: true }
      return provider.visit(headers.get('location') ?? '')
    },
    comeBack: (by: Client, query: string) => by.send(`/oauth/${provider.settings.id}/callback?${query}`),
  }
}
