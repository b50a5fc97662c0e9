import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { demoPassword } from '../../src/demo.ts'
import { createSetClock } from '../identity/set-clock.ts'
import { CurrentSessionDocument, LoginDocument } from '../support/__generated__/operations.ts'
import { createClient, refusals } from '../support/client.ts'
import { dataOf, type House, openHouse } from '../support/house.ts'

const clock = createSetClock()
let house: House
beforeAll(async () => {
  house = await openHouse({ clock })
})
afterAll(() => house.close())
// What others did before is no longer counted.
beforeEach(() => clock.advance(86_400))

const email = 'member@example.com'
const open = () => createClient(house.server.url)
const counters = () => house.dump().throttle_counters

/** Tries to sign in, with nothing but these cookies. */
const attempt = (password: string, cookie = '', address = email) =>
  open().execute(LoginDocument, { email: address, password }, { cookie })

describe('a password', () => {
  it.each([
    ['as a link or an image would send it', {}, 400],
    ['as a script would send it', { 'apollo-require-preflight': 'yes' }, 405],
  ])('is not looked at in a GET, %s', async (_, headers, status) => {
    const query = `mutation { login(email: "${email}", password: "${demoPassword}") { __typename } }`
    const before = house.dump()
    const answer = await open().send(`/graphql?query=${encodeURIComponent(query)}`, { headers })
    expect(answer.status).toBe(status)
    expect(answer.headers.getSetCookie()).toEqual([])
    expect(house.dump()).toEqual(before)
  })

  it.each(['login', 'reauthenticate', 'changePassword', 'completeSecondFactor', 'loginWithCode', 'resetPassword'])(
    'is not checked beside another credential, of %s',
    async (field) => {
      const others: Record<string, string> = {
        login: `login(email: "${email}", password: "x") { __typename }`,
        reauthenticate: 'reauthenticate(password: "x") { id }',
        changePassword: 'changePassword(currentPassword: "x", newPassword: "another horse battery staple")',
        completeSecondFactor: 'completeSecondFactor(challenge: "x", code: "x") { id }',
        loginWithCode: `loginWithCode(email: "${email}", code: "x") { __typename }`,
        resetPassword: 'resetPassword(token: "x", newPassword: "another horse battery staple")',
      }
      const before = house.dump()
      const answer = await open().execute(
        `mutation { a: login(email: "${email}", password: "${demoPassword}") { __typename } ... { b: ${others[field]} } }`,
      )
      expect(refusals(answer)).toEqual([['GRAPHQL_VALIDATION_FAILED', '']])
      expect(house.dump()).toEqual(before)
    },
  )
})

describe('mails that are asked for by ten aliases of one operation', () => {
  it.each(['requestPasswordReset', 'requestLoginCode'])('are three, by %s', async (field) => {
    const fields = Array.from({ length: 10 }, (_, index) => `a${index}: ${field}(email: "${email}")`)
    const before = house.dump().mails?.length ?? 0
    const answer = await open().execute(`mutation { ${fields.join(' ')} }`)
    expect(refusals(answer)).toEqual(Array.from({ length: 7 }, (_, index) => ['RATE_LIMITED', `a${index + 3}`]))
    expect(house.dump().mails).toHaveLength(before + 3)
  })
})

describe('the cookie of a known device, in somebody else’s hands', () => {
  /** The cookie by which a browser is known from now on. */
  async function steal(address = email, password = demoPassword): Promise<string> {
    const client = open()
    dataOf(await client.login(address, password))
    return `device=${await client.cookie('device')}`
  }

  it('signs nobody in', async () => {
    const cookie = await steal()
    expect(dataOf(await open().execute(CurrentSessionDocument, {}, { cookie }))).toEqual({ session: null })
    expect(refusals(await attempt('a wrong horse battery', cookie))).toEqual([['INVALID_CREDENTIALS', 'login']])
  })

  it('makes nobody wait but itself', async () => {
    const cookie = await steal()
    for (let times = 0; times < 5; times++) await attempt('a wrong horse battery', cookie)
    expect(refusals(await attempt(demoPassword, cookie))).toEqual([['RATE_LIMITED', 'login']])
    dataOf(await attempt(demoPassword))
    dataOf(await attempt(demoPassword, await steal()))
  })

  it('gives no more attempts than a browser has, whatever stands beside it', async () => {
    const cookie = await steal()
    for (let times = 0; times < 5; times++) await attempt('a wrong horse battery', `${cookie}; other=${times}`)
    for (const beside of ['session=x', 'browser=x', 'device2=x'])
      expect(refusals(await attempt(demoPassword, `${cookie}; ${beside}`))).toEqual([['RATE_LIMITED', 'login']])
  })

  it.each<[string, () => Promise<string>]>([
    ['of another user', () => steal('editor@example.com')],
    ['twice', async () => `${await steal()}; ${await steal()}`],
    [
      'changed by a letter',
      async () => (await steal()).replace(/.(?=.{9}$)/, (letter) => (letter === 'A' ? 'B' : 'A')),
    ],
    [
      'of the session in its place',
      async () => {
        const client = open()
        dataOf(await client.login(email))
        return `device=${await client.cookie('session')}`
      },
    ],
    ['under the name that it has over HTTPS', async () => (await steal()).replace('device=', '__Host-device=')],
  ])('counts for nothing: %s', async (_, make) => {
    const cookie = await make()
    for (let times = 0; times < 5; times++) await attempt('a wrong horse battery', cookie)
    // Counted as a stranger's: without it nobody has an attempt left either.
    expect(refusals(await attempt(demoPassword))).toEqual([['RATE_LIMITED', 'login']])
  })
})

describe('whoever is over the limit of a client', () => {
  it('is told so for any address alike, and nothing is counted at an address', async () => {
    for (let times = 0; times < 30; times++) await attempt('a wrong horse battery', '', `nobody-${times}@example.com`)
    const before = counters()?.length
    const known = await attempt(demoPassword)
    const unknown = await attempt(demoPassword, '', 'nobody-at-all@example.com')
    expect(refusals(known)).toEqual([['RATE_LIMITED', 'login']])
    expect(known.text).toBe(unknown.text)
    expect(counters()).toHaveLength(before ?? 0)
  })
})
