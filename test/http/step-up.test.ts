import { describe, expect, it } from 'vitest'
import {
  ChangePasswordDocument,
  CompleteSecondFactorDocument,
  LoginDocument,
  LoginWithCodeDocument,
  ReauthenticateDocument,
  RegisterDocument,
} from '../support/__generated__/operations.ts'
import { type Client, createClient, refusals } from '../support/client.ts'
import { dataOf, strangersPassword as password } from '../support/house.ts'
import { openPerson, type Person, useSurroundings } from '../support/person.ts'
import { createProgram, createToken } from '../support/program.ts'

const publicUrl = 'http://localhost:4000'
const surroundings = useSurroundings(publicUrl)

let count = 0
const nextEmail = () => `person-${++count}@example.com`
const openSomebody = () => {
  surroundings().clock.advance(3600)
  return openPerson(surroundings(), nextEmail())
}

/** What asks for a sign-in of the last ten minutes, and changes nothing about the account. */
const ask = (by: Client) => by.execute('mutation { beginPasskeyRegistration }')

async function expectFreshForTenMinutes(client: Client) {
  const { clock } = surroundings()
  dataOf(await ask(client))
  clock.advance(600)
  dataOf(await ask(client))
  clock.advance(1)
  expect(refusals(await ask(client))).toEqual([['REAUTHENTICATION_REQUIRED', 'beginPasskeyRegistration']])
}

/** Each gives the browser that somebody is signed in with then. */
const signIns: Record<string, (person: Person) => Promise<Client>> = {
  async password({ open, email }) {
    const by = open()
    dataOf(await by.execute(LoginDocument, { email, password }))
    return by
  },
  async 'a code by mail'({ open, email, requestCode }) {
    const by = open()
    dataOf(await by.execute(LoginWithCodeDocument, { email, code: await requestCode(by) }))
    return by
  },
  async 'a password and a code of the app'({ open, enroll, proveFirst, code }) {
    await enroll()
    const by = open()
    const challenge = await proveFirst(by)
    dataOf(await by.execute(CompleteSecondFactorDocument, { challenge, code: code() }))
    return by
  },
  async 'a password and a recovery code'({ open, enroll, proveFirst }) {
    const [recoveryCode = ''] = await enroll()
    const by = open()
    const challenge = await proveFirst(by)
    dataOf(await by.execute(CompleteSecondFactorDocument, { challenge, code: recoveryCode }))
    return by
  },
  async 'a passkey'(person) {
    await person.registerPasskey()
    const by = person.open()
    dataOf(await person.signInByPasskey(by))
    return by
  },
  async 'a provider'({ open, visitProvider, comeBack }) {
    const by = open()
    await comeBack(by, await visitProvider(by))
    return by
  },
  async 'a registration'() {
    const by = createClient(surroundings().server.url, publicUrl)
    dataOf(await by.execute(RegisterDocument, { email: nextEmail(), password, name: 'Some Body' }))
    return by
  },
  async 'a step-up'({ client }) {
    surroundings().clock.advance(3600)
    dataOf(await client.execute(ReauthenticateDocument, { password }))
    return client
  },
  async 'a change of the password, where that is all there is to prove'({ client }) {
    surroundings().clock.advance(3600)
    const newPassword = 'another horse battery staple'
    dataOf(await client.execute(ChangePasswordDocument, { currentPassword: password, newPassword }))
    return client
  },
}

describe('a session is fresh for ten minutes, and not a second longer', () => {
  it.each(Object.entries(signIns))('after %s', async (_, signIn) => {
    await expectFreshForTenMinutes(await signIn(await openSomebody()))
  })
})

describe('a session is no fresher', () => {
  it.each<[string, (person: Person) => Promise<unknown>]>([
    ['the first factor alone, in the browser that it stands in', ({ client, proveFirst }) => proveFirst(client)],
    ['a wrong step-up', ({ client }) => client.execute(ReauthenticateDocument, { password, code: '000000' })],
    ['the password without the code', ({ client }) => client.execute(ReauthenticateDocument, { password })],
    [
      'a code by mail that waits for the app',
      async ({ client, email, requestCode }) =>
        client.execute(LoginWithCodeDocument, { email, code: await requestCode(client) }),
    ],
    [
      'a provider’s word that waits for the app',
      async ({ client, visitProvider, comeBack }) => comeBack(client, await visitProvider(client)),
    ],
    ['use', ({ client }) => client.execute('{ me { id } }')],
  ])('after %s', async (_, attempt) => {
    const person = await openSomebody()
    await person.enroll()
    surroundings().clock.advance(601)
    await attempt(person)
    expect(refusals(await ask(person.client))).toEqual([['REAUTHENTICATION_REQUIRED', 'beginPasskeyRegistration']])
  })

  it('as an API token, though it was made this very moment', async () => {
    const { client } = await openSomebody()
    const { token } = await createToken(client)
    const answer = await createProgram(surroundings().server.url, token).execute(
      'mutation { beginPasskeyRegistration }',
    )
    expect(refusals(answer).map(([code]) => code)).toEqual(['FORBIDDEN'])
  })
})
