import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createSetClock } from '../identity/set-clock.ts'
import {
  AuthenticatorsOfDocument,
  BeginPasskeyLoginDocument,
  BeginPasskeyRegistrationDocument,
  CurrentSessionDocument,
  FinishPasskeyLoginDocument,
  FinishPasskeyRegistrationDocument,
  MyAuthenticatorsDocument,
  RemoveAuthenticatorDocument,
} from '../support/__generated__/operations.ts'
import { type Client, createClient, refusals } from '../support/client.ts'
import { dataOf, type House, openHouse } from '../support/house.ts'
import { createProgram, createToken } from '../support/program.ts'
import {
  createSoftwareAuthenticator,
  generateKey,
  type SoftwareAuthenticator,
} from '../support/software-authenticator.ts'

const origin = 'http://localhost:4000'
const clock = createSetClock()
let house: House
beforeAll(async () => {
  house = await openHouse({ clock, env: { PUBLIC_URL: origin, ALLOWED_ORIGINS: 'http://localhost:5173' } })
})
afterAll(() => house.close())

const open = () => createClient(house.server.url)

async function signedIn(email = 'member@example.com'): Promise<Client> {
  const client = open()
  dataOf(await client.login(email))
  return client
}

/** Options are JSON, of which the schema says nothing. */
async function beginRegistration(client: Client) {
  const { beginPasskeyRegistration } = dataOf(await client.execute(BeginPasskeyRegistrationDocument))
  return beginPasskeyRegistration as Parameters<SoftwareAuthenticator['create']>[0]
}

async function beginLogin(client: Client) {
  const { beginPasskeyLogin } = dataOf(await client.execute(BeginPasskeyLoginDocument))
  if (!beginPasskeyLogin) throw new Error('it should have begun')
  const { challenge, options } = beginPasskeyLogin
  return { challenge, options: options as Parameters<SoftwareAuthenticator['get']>[0] }
}

async function enroll(client: Client, authenticator = createSoftwareAuthenticator(origin), name = 'Laptop') {
  const response = authenticator.create(await beginRegistration(client))
  const data = dataOf(await client.execute(FinishPasskeyRegistrationDocument, { response, name }))
  return { authenticator, registered: data.finishPasskeyRegistration }
}

/** All that a failed sign-in leaves alone: it is counted and recorded, and its challenge is used up. */
function dumpAccounts() {
  const { throttle_counters: _, audit_events: __, audit_origins: ___, one_time_secrets: ____, ...others } = house.dump()
  return others
}

describe('a passkey', () => {
  it('is registered, listed, and signs in from another browser with both factors', async () => {
    const client = await signedIn()
    const { authenticator, registered } = await enroll(client)
    expect(registered).toEqual({
      id: expect.any(String),
      method: 'PASSKEY',
      name: 'Laptop',
      createdAt: clock.now().toISOString(),
      lastUsedAt: null,
    })
    expect(dataOf(await client.execute(MyAuthenticatorsDocument)).me?.authenticators).toEqual([registered])

    const other = open()
    const { challenge, options } = await beginLogin(other)
    const answer = await other.execute(FinishPasskeyLoginDocument, { challenge, response: authenticator.get(options) })
    expect(dataOf(answer).finishPasskeyLogin).toMatchObject({
      methods: ['PASSKEY'],
      current: true,
      user: { id: house.ids.member, email: 'member@example.com' },
    })
    expect(answer.headers.getSetCookie().map((cookie) => cookie.split('=', 1)[0])).toEqual(['session', 'device'])
    expect(dataOf(await other.execute(CurrentSessionDocument)).session).toMatchObject({ methods: ['PASSKEY'] })
    const [used] = dataOf(await other.execute(MyAuthenticatorsDocument)).me?.authenticators ?? []
    expect(used).toEqual({ ...registered, lastUsedAt: clock.now().toISOString() })
  })

  it('is used on pages of an origin that is listed, too', async () => {
    const client = await signedIn()
    const { authenticator } = await enroll(client, createSoftwareAuthenticator('http://localhost:5173'))
    const { challenge, options } = await beginLogin(client)
    dataOf(await client.execute(FinishPasskeyLoginDocument, { challenge, response: authenticator.get(options) }))
  })

  it('replaces the session that the browser had, whose cookie is dead from then on', async () => {
    const client = await signedIn()
    const { authenticator } = await enroll(client)
    const before = await client.cookie('session')
    const { challenge, options } = await beginLogin(client)
    dataOf(await client.execute(FinishPasskeyLoginDocument, { challenge, response: authenticator.get(options) }))
    expect(await client.cookie('session')).not.toBe(before)
    const replayed = await open().execute(CurrentSessionDocument, {}, { cookie: `session=${before}` })
    expect(replayed.body.data).toEqual({ session: null })
  })
})

describe('beginPasskeyRegistration and finishPasskeyRegistration', () => {
  it('are for whoever is signed in, freshly, by a browser', async () => {
    const client = await signedIn()
    const response = createSoftwareAuthenticator(origin).create(await beginRegistration(client))
    const { token } = await createToken(house.as.member, null)
    clock.advance(601)
    const before = house.dump()
    for (const [who, code] of [
      [open(), 'UNAUTHENTICATED'],
      [client, 'REAUTHENTICATION_REQUIRED'],
      [createProgram(house.server.url, token), 'FORBIDDEN'],
    ] as const) {
      const begun = await who.execute('mutation { beginPasskeyRegistration }')
      expect(refusals(begun)).toEqual([[code, 'beginPasskeyRegistration']])
      const finished = await who.execute(
        'mutation ($response: JSON!) { finishPasskeyRegistration(response: $response) { id } }',
        { response },
      )
      expect(refusals(finished)).toEqual([[code, 'finishPasskeyRegistration']])
    }
    const { sessions: _, ...rows } = house.dump()
    const { sessions: __, ...rowsBefore } = before
    expect(rows).toEqual(rowsBefore)
  })

  it('keep nothing of what was begun in another browser, and say which argument is at fault', async () => {
    const client = await signedIn('editor@example.com')
    const response = createSoftwareAuthenticator(origin).create(await beginRegistration(client))
    const before = dumpAccounts()
    const stolen = await house.as.stranger.login('stranger@example.com', 'correct horse battery staple')
    dataOf(stolen)
    const { sessions: _, ...rowsBefore } = before
    const answer = await house.as.stranger.execute(FinishPasskeyRegistrationDocument, { response })
    expect(refusals(answer)).toEqual([['BAD_USER_INPUT', 'finishPasskeyRegistration']])
    expect(answer.body.errors?.[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT', argument: 'response' })
    const { sessions: __, ...rows } = dumpAccounts()
    expect(rows).toEqual(rowsBefore)
  })
})

describe('finishPasskeyLogin', () => {
  it('signs nobody in with a signature that is not the passkey’s, and never twice', async () => {
    const { authenticator } = await enroll(await signedIn())
    const client = open()
    const wrong = await beginLogin(client)
    const before = dumpAccounts()
    const signingKey = generateKey(-7).privateKey
    for (const response of [authenticator.get(wrong.options, { signingKey }), authenticator.get(wrong.options)]) {
      const answer = await client.execute(FinishPasskeyLoginDocument, { challenge: wrong.challenge, response })
      expect(refusals(answer)).toEqual([['INVALID_CREDENTIALS', 'finishPasskeyLogin']])
      expect(answer.body.data).toEqual({ finishPasskeyLogin: null })
      expect(answer.headers.getSetCookie()).toEqual([])
    }
    expect(dumpAccounts()).toEqual(before)
  })

  it('signs nobody in in another browser than the one that began', async () => {
    const { authenticator } = await enroll(await signedIn())
    const [victim, thief] = [open(), open()]
    const { challenge, options } = await beginLogin(victim)
    await beginLogin(thief)
    const response = authenticator.get(options)
    const before = dumpAccounts()
    for (const client of [thief, open()]) {
      const answer = await client.execute(FinishPasskeyLoginDocument, { challenge, response })
      expect(refusals(answer)).toEqual([['INVALID_CREDENTIALS', 'finishPasskeyLogin']])
    }
    expect(dumpAccounts()).toEqual(before)
    dataOf(await victim.execute(FinishPasskeyLoginDocument, { challenge, response }))
  })

  it('takes no page of another site for its own', async () => {
    const { authenticator } = await enroll(await signedIn())
    const client = open()
    const { challenge, options } = await beginLogin(client)
    const before = house.dump()
    const variables = { challenge, response: authenticator.get(options) }
    const headers = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
    expect((await client.execute(FinishPasskeyLoginDocument, variables, headers)).status).toBe(403)
    expect(house.dump()).toEqual(before)
  })

  it('stands beside no other field that checks a credential', async () => {
    const query =
      'mutation { finishPasskeyLogin(challenge: "", response: {}) { __typename } logout login(email: "a@example.com", password: "x") { __typename } }'
    const answer = await open().execute(query)
    expect([answer.status, refusals(answer)]).toEqual([400, [['GRAPHQL_VALIDATION_FAILED', '']]])
  })
})

describe('removeAuthenticator', () => {
  it('removes one’s own passkey, which signs in no more', async () => {
    const client = await signedIn('editor@example.com')
    const { authenticator, registered } = await enroll(client)
    const id = registered?.id ?? ''
    expect(dataOf(await client.execute(RemoveAuthenticatorDocument, { id }))).toEqual({ removeAuthenticator: true })
    expect(dataOf(await client.execute(MyAuthenticatorsDocument)).me?.authenticators).toEqual([])
    const { challenge, options } = await beginLogin(client)
    const answer = await client.execute(FinishPasskeyLoginDocument, { challenge, response: authenticator.get(options) })
    expect(refusals(answer)).toEqual([['INVALID_CREDENTIALS', 'finishPasskeyLogin']])
  })

  it('answers somebody else’s as one that does not exist, whoever asks', async () => {
    const { registered } = await enroll(await signedIn('editor@example.com'))
    const others = [await signedIn(), await signedIn('admin@example.com')]
    const before = house.dump()
    for (const client of others) {
      const answer = await client.execute(RemoveAuthenticatorDocument, { id: registered?.id ?? '' })
      expect(refusals(answer)).toEqual([['NOT_FOUND', 'removeAuthenticator']])
      expect(answer.body.data).toEqual({ removeAuthenticator: null })
    }
    expect(house.dump()).toEqual(before)
  })

  it('never removes the last way to sign in', async () => {
    const client = await signedIn()
    const { database, application } = house.server
    const { credentials, passkeys } = database.tables
    await database.db.delete(passkeys)
    const { registered } = await enroll(client)
    const hash = await application.identity.passwords.find(house.ids.member)
    await database.db.delete(credentials)
    const before = house.dump()
    const answer = await client.execute(RemoveAuthenticatorDocument, { id: registered?.id ?? '' })
    expect(refusals(answer)).toEqual([['CONFLICT', 'removeAuthenticator']])
    expect(house.dump()).toEqual(before)

    await application.identity.passwords.put(house.ids.member, hash ?? '', clock.now())
    expect(dataOf(await client.execute(RemoveAuthenticatorDocument, { id: registered?.id ?? '' }))).toEqual({
      removeAuthenticator: true,
    })
  })
})

describe('User.authenticators', () => {
  it('is for its user and for those who may manage users', async () => {
    const variables = { id: house.ids.member }
    for (const person of ['stranger', 'editor'] as const) {
      const answer = await house.as[person].execute(AuthenticatorsOfDocument, variables)
      expect(refusals(answer)).toEqual([['FORBIDDEN', 'user.authenticators']])
      expect(answer.body.data).toEqual({ user: { id: house.ids.member, authenticators: null } })
    }
    const answer = await house.as.admin.execute(AuthenticatorsOfDocument, variables)
    expect(dataOf(answer).user?.authenticators).toEqual(expect.any(Array))
  })
})
