import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { demoPassword } from '../../src/demo.ts'
import {
  ChangePasswordDocument,
  CurrentSessionDocument,
  LoginDocument,
  LogoutDocument,
  RegisterDocument,
} from '../support/__generated__/operations.ts'
import { type Client, createClient, refusals } from '../support/client.ts'
import { dataOf, type House, openHouse, strangersPassword } from '../support/house.ts'

const password = 'correct horse battery staple'
let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

/** Another browser; signed in, when an address is given. */
async function open(email?: string, secret?: string): Promise<Client> {
  const client = createClient(house.server.url)
  if (email !== undefined) dataOf(await client.login(email, secret))
  return client
}

async function sessionOf(client: Client) {
  return dataOf(await client.execute(CurrentSessionDocument)).session
}

/** All that a failed sign-in leaves alone: it is counted and recorded, nothing else. */
function dumpAccounts() {
  const { throttle_counters: _, audit_events: __, audit_origins: ___, ...others } = house.dump()
  return others
}

describe('register', () => {
  it('makes an account, signs it in, and replaces the session that was there', async () => {
    const client = await open('member@example.com')
    const before = await client.cookie('session')
    const account = { email: 'nina@example.com', password, name: 'Nina' }
    const { register } = dataOf(await client.execute(RegisterDocument, account))
    expect(register).toMatchObject({ current: true, methods: ['PASSWORD'], user: { name: 'Nina', roles: ['MEMBER'] } })
    expect(await sessionOf(client)).toMatchObject({ id: register?.id })
    expect(await sessionOf(await open('nina@example.com', password))).not.toBeNull()
    const replayed = await (await open()).execute(CurrentSessionDocument, {}, { cookie: `session=${before}` })
    expect(replayed.body.data).toEqual({ session: null })
  })

  it.each([
    ['a taken address', { email: 'Member@Example.com' }, 'CONFLICT', undefined],
    ['a short password', { password: 'too short' }, 'BAD_USER_INPUT', 'password'],
    ['a common password', { password: 'passwordpassword' }, 'BAD_USER_INPUT', 'password'],
    ['a password made of the address', { password: 'olga@example.com' }, 'BAD_USER_INPUT', 'password'],
    ['an empty name', { name: ' ' }, 'BAD_USER_INPUT', 'name'],
  ])('makes none for %s, and signs nobody in', async (_, change, code, argument) => {
    const client = await open()
    const before = dumpAccounts()
    const answer = await client.execute(RegisterDocument, {
      email: 'olga@example.com',
      password,
      name: 'Olga',
      ...change,
    })
    expect(refusals(answer)).toEqual([[code, 'register']])
    expect(answer.body.errors?.[0]?.extensions).toEqual({ code, ...(argument && { argument }) })
    expect(answer.body.data).toEqual({ register: null })
    expect(answer.headers.getSetCookie()).toEqual([])
    expect(dumpAccounts()).toEqual(before)
  })

  it.each(['olga', 'olga@', `${'o'.repeat(250)}@example.com`])('takes no address like %s', async (email) => {
    const before = house.dump()
    const answer = await (await open()).execute(RegisterDocument, { email, password, name: 'Olga' })
    expect(answer.status).toBe(400)
    expect(refusals(answer)).toEqual([['BAD_USER_INPUT', '']])
    expect(house.dump()).toEqual(before)
  })
})

describe('login', () => {
  it('signs in, in any letter case of the address', async () => {
    const { login } = dataOf(
      await (await open()).execute(LoginDocument, { email: 'MEMBER@example.com', password: demoPassword }),
    )
    expect(login).toMatchObject({ kind: 'BROWSER', current: true, user: { id: house.ids.member, roles: ['MEMBER'] } })
  })

  it.each([
    ['a wrong password', 'member@example.com'],
    ['an unknown address', 'nobody@example.com'],
  ])('signs nobody in with %s', async (_, email) => {
    const client = await open()
    const before = dumpAccounts()
    const answer = await client.execute(LoginDocument, { email, password: 'not the right password' })
    expect(refusals(answer)).toEqual([['INVALID_CREDENTIALS', 'login']])
    expect(answer.body.errors?.[0]?.message).toBe('Invalid email or password')
    expect(answer.body.data).toEqual({ login: null })
    expect(answer.headers.getSetCookie()).toEqual([])
    expect(dumpAccounts()).toEqual(before)
  })

  it('makes those wait who guess, whom it tells for how long, but not a browser that signed in before', async () => {
    const known = await open('editor@example.com')
    const guesser = await open()
    const guess = () => guesser.execute(LoginDocument, { email: 'editor@example.com', password: 'a wrong guess' })
    for (let failure = 1; failure <= 5; failure++)
      expect(refusals(await guess())).toEqual([['INVALID_CREDENTIALS', 'login']])
    const answer = await guess()
    expect(refusals(answer)).toEqual([['RATE_LIMITED', 'login']])
    expect(answer.body.errors?.[0]?.extensions).toEqual({ code: 'RATE_LIMITED', retryAfter: 1 })
    expect(answer.headers.getSetCookie()).toEqual([])
    dataOf(await known.login('editor@example.com'))
  })
})

describe('an operation that checks two credentials', () => {
  const login = (alias: string, directive = '') =>
    `${alias}: login(email: "admin@example.com", password: "${demoPassword}") ${directive} { __typename }`
  const change = `changePassword(currentPassword: "${strangersPassword}", newPassword: "${demoPassword}")`
  it.each([
    `mutation { ${login('a')} ${login('b')} }`,
    `mutation { ${login('a')} ${change} }`,
    `mutation { ...A ...B } fragment A on Mutation { ${login('a')} } fragment B on Mutation { ... { ${login('b')} } }`,
    `mutation { ${login('a', '@skip(if: true)')} ${login('b')} }`,
  ])('is refused, and neither checked nor counted: %s', async (query) => {
    const before = house.dump()
    const answer = await house.as.stranger.execute(query)
    expect(answer.status).toBe(400)
    expect(refusals(answer)).toEqual([['GRAPHQL_VALIDATION_FAILED', '']])
    expect(answer.text).toContain('too many fields that check a credential: 2, and at most 1 is allowed')
    expect(answer.headers.getSetCookie()).toEqual([])
    expect(house.dump()).toEqual(before)
  })
})

describe('logout', () => {
  it('ends the session for whoever holds its token, and is true without one too', async () => {
    const client = await open('member@example.com')
    const token = await client.cookie('session')
    expect(dataOf(await client.execute(LogoutDocument))).toEqual({ logout: true })
    expect(dataOf(await client.execute(LogoutDocument))).toEqual({ logout: true })
    const replayed = await client.execute(CurrentSessionDocument, {}, { cookie: `session=${token}` })
    expect(replayed.body.data).toEqual({ session: null })
  })

  it('signs out for the fields after it in the same operation', async () => {
    const client = await open('member@example.com')
    const answer = await client.execute('mutation { logout revokeOtherSessions }')
    expect(answer.body.data).toEqual({ logout: true, revokeOtherSessions: null })
    expect(refusals(answer)).toEqual([['UNAUTHENTICATED', 'revokeOtherSessions']])
    expect(await client.cookie('session')).toBeUndefined()
  })
})

describe('changePassword', () => {
  const email = 'petra@example.com'
  let client: Client
  beforeAll(async () => {
    client = await open()
    dataOf(await client.execute(RegisterDocument, { email, password, name: 'Petra' }))
  })

  it.each([
    ['the wrong current one', { currentPassword: 'wrong' }, { code: 'INVALID_CREDENTIALS' }],
    ['a short new one', { newPassword: 'short' }, { code: 'BAD_USER_INPUT', argument: 'newPassword' }],
  ])('changes nothing with %s', async (_, change, extensions) => {
    const before = dumpAccounts()
    const passwords = { currentPassword: password, newPassword: 'another long secret', ...change }
    const answer = await client.execute(ChangePasswordDocument, passwords)
    expect(refusals(answer)).toEqual([[extensions.code, 'changePassword']])
    expect(answer.body.errors?.[0]?.extensions).toEqual(extensions)
    expect(answer.headers.getSetCookie()).toEqual([])
    expect(dumpAccounts()).toEqual(before)
  })

  it('is refused to strangers before it looks at anything', async () => {
    const before = house.dump()
    const passwords = { currentPassword: password, newPassword: 'another long secret' }
    const answer = await house.as.anonymous.execute(ChangePasswordDocument, passwords)
    expect(answer.status).toBe(401)
    expect(refusals(answer)).toEqual([['UNAUTHENTICATED', 'changePassword']])
    expect(house.dump()).toEqual(before)
  })

  it('puts the new password in the place of the old', async () => {
    const passwords = { currentPassword: password, newPassword: 'another long secret' }
    expect(dataOf(await client.execute(ChangePasswordDocument, passwords))).toEqual({ changePassword: true })
    expect(refusals(await (await open()).login(email, password))).toEqual([['INVALID_CREDENTIALS', 'login']])
    await open(email, 'another long secret')
  })
})
