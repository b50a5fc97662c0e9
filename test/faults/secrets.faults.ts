import type { CookieJar } from 'tough-cookie'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createSetClock } from '../identity/set-clock.ts'
import {
  CompleteSecondFactorDocument,
  FinishPasskeyLoginDocument,
  LoginWithCodeDocument,
  ReauthenticateDocument,
  RequestEmailVerificationDocument,
  ResetPasswordDocument,
  VerifyEmailDocument,
} from '../support/__generated__/operations.ts'
import { type Answer, type Client, codes, createClient } from '../support/client.ts'
import { startMailServer } from '../support/mail-server.ts'
import { startProvider } from '../support/openid-provider.ts'
import { openPerson } from '../support/person.ts'
import { createDatabase, dropDatabase } from '../support/postgresql-server.ts'
import { productionEnv, startServer, type TestServer } from '../support/server.ts'

const publicUrl = 'http://localhost:4000'

/** Two instances on PostgreSQL, one on SQLite: that is how they are run. */
async function open(kind: 'sqlite' | 'postgresql') {
  const clock = createSetClock()
  const mailServer = await startMailServer()
  onTestFinished(mailServer.close)
  const provider = await startProvider('one', publicUrl)
  onTestFinished(provider.close)
  const env = {
    MASTER_KEY: productionEnv.MASTER_KEY ?? '',
    PUBLIC_URL: publicUrl,
    SMTP_URL: mailServer.url,
    OAUTH_PROVIDERS: JSON.stringify([provider.settings]),
  }
  const start = (more: Record<string, string> = {}) =>
    startServer({ clock, env: { ...env, ...more }, intervals: { reloadKeys: 60_000, purge: 60_000, mails: 10 } })
  let servers: [TestServer, TestServer]
  if (kind === 'sqlite') {
    const server = await start()
    servers = [server, server]
  } else {
    const DATABASE_URL = await createDatabase()
    onTestFinished(() => dropDatabase(DATABASE_URL))
    servers = [await start({ DATABASE_URL }), await start({ DATABASE_URL })]
  }
  const person = await openPerson({ server: servers[0], publicUrl, clock, mailServer, provider }, 'pat@example.com')
  /** The same browser, as each instance knows it. */
  const asEach = ({ jar }: Pick<Client, 'jar'>): [Client, Client] => [
    createClient(servers[0].url, publicUrl, jar),
    createClient(servers[1].url, publicUrl, jar),
  ]
  return { person, asEach, clock }
}

type Opened = Awaited<ReturnType<typeof open>>

/** Sends twenty at once, to one instance and the other in turn. */
function race<Result>({ asEach }: Opened, by: Client, send: (by: Client, index: number) => Promise<Result>) {
  const browsers = asEach(by)
  return Promise.all(Array.from({ length: 20 }, (_, index) => send(browsers[index % 2 ? 1 : 0], index)))
}

/** Those that did; the others are refused, and nothing went wrong. */
function succeeded(answers: readonly Answer<unknown>[]) {
  expect(answers.flatMap(codes)).not.toContain('INTERNAL_SERVER_ERROR')
  return answers.filter((answer) => codes(answer).length === 0)
}

/** Twenty browsers that have each proved the first factor. */
async function proveFirstTwentyTimes({ person, clock }: Opened) {
  const begun: { jar: CookieJar; challenge: string }[] = []
  for (let index = 0; index < 20; index++) {
    const by = person.open()
    begun.push({ challenge: await person.proveFirst(by), jar: by.jar })
    clock.advance(10)
  }
  return begun
}

describe.each(['sqlite', 'postgresql'] as const)(
  'a secret that works once, shown twenty times at once, on %s',
  (kind) => {
    it('the token of a link that proves an address', async () => {
      const opened = await open(kind)
      const { person } = opened
      const newcomer = person.open()
      const email = 'newcomer@example.com'
      await newcomer.execute(
        'mutation ($email: EmailAddress!, $password: String!) { register(email: $email, password: $password, name: "N") { ... on Session { id } } }',
        { email, password: person.password },
      )
      const token = await person.mailed(() => newcomer.execute(RequestEmailVerificationDocument))
      const answers = await race(opened, newcomer, (by) => by.execute(VerifyEmailDocument, { token }))
      expect(succeeded(answers)).toHaveLength(1)
    })

    it('the token of a link that resets a password, each with a password of its own', async () => {
      const opened = await open(kind)
      const { person } = opened
      const token = await person.requestReset()
      const passwordOf = (index: number) => `horse number ${index} of the battery`
      const answers = await race(opened, person.open(), (by, index) =>
        by.execute(ResetPasswordDocument, { token, newPassword: passwordOf(index) }),
      )
      expect(succeeded(answers)).toHaveLength(1)
      const winner = answers.findIndex((answer) => codes(answer).length === 0)
      expect(codes(await person.open().login(person.email, passwordOf(winner)))).toEqual([])
      expect(codes(await person.open().login(person.email, passwordOf((winner + 1) % 20)))).toEqual([
        'INVALID_CREDENTIALS',
      ])
    })

    it('a code by mail', async () => {
      const opened = await open(kind)
      const { person } = opened
      const by = person.open()
      const code = await person.requestCode(by)
      const answers = await race(opened, by, (each) =>
        each.execute(LoginWithCodeDocument, { email: person.email, code }),
      )
      expect(succeeded(answers)).toHaveLength(1)
    })

    it('a code of the app, for twenty challenges', async () => {
      const opened = await open(kind)
      const { person, asEach } = opened
      await person.enroll()
      const begun = await proveFirstTwentyTimes(opened)
      const code = person.code()
      const answers = await Promise.all(
        begun.map(({ jar, challenge }, index) =>
          asEach({ jar })[index % 2 ? 1 : 0].execute(CompleteSecondFactorDocument, { challenge, code }),
        ),
      )
      expect(succeeded(answers)).toHaveLength(1)
    })

    it('a code of the app, for twenty step-ups of one session', async () => {
      const opened = await open(kind)
      const { person } = opened
      await person.enroll()
      const code = person.code()
      const { password } = person
      const answers = await race(opened, person.client, (by) => by.execute(ReauthenticateDocument, { password, code }))
      expect(succeeded(answers)).toHaveLength(1)
    })

    it('a recovery code, for twenty challenges', async () => {
      const opened = await open(kind)
      const { person, asEach } = opened
      const [code = ''] = await person.enroll()
      const begun = await proveFirstTwentyTimes(opened)
      const answers = await Promise.all(
        begun.map(({ jar, challenge }, index) =>
          asEach({ jar })[index % 2 ? 1 : 0].execute(CompleteSecondFactorDocument, { challenge, code }),
        ),
      )
      expect(succeeded(answers)).toHaveLength(1)
    })

    it('a challenge, with a recovery code of its own each', async () => {
      const opened = await open(kind)
      const { person } = opened
      const recoveryCodes = await person.enroll()
      const by = person.open()
      const challenge = await person.proveFirst(by)
      const answers = await race(opened, by, (each, index) =>
        each.execute(CompleteSecondFactorDocument, { challenge, code: recoveryCodes[index % 10] ?? '' }),
      )
      expect(succeeded(answers)).toHaveLength(1)
    })

    it('a passkey’s answer', async () => {
      const opened = await open(kind)
      const { person } = opened
      await person.registerPasskey()
      const by = person.open()
      const shown = await person.answerByPasskey(by)
      const answers = await race(opened, by, (each) => each.execute(FinishPasskeyLoginDocument, shown))
      expect(succeeded(answers)).toHaveLength(1)
    })

    it('a state, with the provider’s code', async () => {
      const opened = await open(kind)
      const { person } = opened
      const by = person.open()
      const query = await person.visitProvider(by)
      const answers = await race(opened, by, (each) => person.comeBack(each, query))
      expect(answers.map(({ status }) => status).filter((status) => status >= 500)).toEqual([])
      const signedIn = answers.filter(({ headers }) => headers.get('location')?.includes('oauth=signed-in'))
      expect(signedIn).toHaveLength(1)
    })
  },
)
