import { generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createSetClock } from '../identity/set-clock.ts'
import {
  BeginPasskeyLoginDocument,
  BeginPasskeyRegistrationDocument,
  BeginTotpEnrollmentDocument,
  ConfirmTotpEnrollmentDocument,
  FinishPasskeyLoginDocument,
  FinishPasskeyRegistrationDocument,
  LoginDocument,
  LoginWithCodeDocument,
  MeDocument,
  RegisterDocument,
  RequestLoginCodeDocument,
  RequestPasswordResetDocument,
} from '../support/__generated__/operations.ts'
import { type Answer, createClient } from '../support/client.ts'
import { dataOf, type House, openHouse, strangersPassword as password } from '../support/house.ts'
import { createSoftwareAuthenticator, type SoftwareAuthenticator } from '../support/software-authenticator.ts'
import { generateTotp } from '../support/totp.ts'

const publicUrl = 'http://localhost:4000'
const clock = createSetClock()
const kinds = ['unknown', 'known', 'suspended', 'without a password', 'with a second factor'] as const
type Kind = (typeof kinds)[number]
const emailOf = (kind: Kind) => `${kind.replaceAll(' ', '-')}@example.com`

let house: House
/** One that somebody has registered here, and one that nobody has. */
const authenticators: Partial<Record<Kind, SoftwareAuthenticator>> = {}
beforeAll(async () => {
  house = await openHouse({ clock, env: { PUBLIC_URL: publicUrl } })
  const { accounts, passwords } = house.server.application.identity
  for (const kind of kinds.slice(1)) {
    const client = createClient(house.server.url, publicUrl)
    dataOf(await client.execute(RegisterDocument, { email: emailOf(kind), password, name: 'Some Body' }))
    const id = dataOf(await client.execute(MeDocument)).me?.id ?? ''
    const authenticator = createSoftwareAuthenticator(publicUrl)
    const options = dataOf(await client.execute(BeginPasskeyRegistrationDocument)).beginPasskeyRegistration
    const response = authenticator.create(options as Parameters<SoftwareAuthenticator['create']>[0])
    dataOf(await client.execute(FinishPasskeyRegistrationDocument, { response }))
    authenticators[kind] = authenticator
    if (kind === 'with a second factor') {
      const secret = dataOf(await client.execute(BeginTotpEnrollmentDocument)).beginTotpEnrollment?.secret ?? ''
      dataOf(await client.execute(ConfirmTotpEnrollmentDocument, { code: generateTotp(secret, clock.now()) }))
    }
    if (kind === 'suspended') await accounts.suspend(id, clock.now())
    if (kind === 'without a password') await passwords.delete(id)
  }
})
afterAll(() => house.close())

/** All that is sent back, but for what is another each time: the time, the request's id, and the values of cookies. */
function bytesOf({ status, headers, text }: Answer<unknown>) {
  const { date: _date, 'x-request-id': _id, 'set-cookie': _cookies, ...others } = Object.fromEntries(headers)
  const cookies = headers.getSetCookie().map((cookie) => cookie.replace(/=[^;]*/, ''))
  return { status, text, headers: others, cookies }
}

/** What a browser that has never been here is answered, about each. */
async function askAboutEach(send: (kind: Kind) => Promise<Answer<unknown>>) {
  const answers = new Map<Kind, unknown>()
  for (const kind of kinds) {
    // No client has to wait: what is left is what the address or the account leads to.
    clock.advance(3600)
    answers.set(kind, bytesOf(await send(kind)))
  }
  return answers
}

const open = () => createClient(house.server.url, publicUrl)

describe('what is answered tells nobody who has an account', () => {
  it.each<[string, (kind: Kind) => Promise<Answer<unknown>>]>([
    ['login', (kind) => open().execute(LoginDocument, { email: emailOf(kind), password: 'a wrong horse battery' })],
    ['loginWithCode', (kind) => open().execute(LoginWithCodeDocument, { email: emailOf(kind), code: '00000000' })],
    [
      'loginWithCode, by who asked for one',
      async (kind) => {
        const client = open()
        await client.execute(RequestLoginCodeDocument, { email: emailOf(kind) })
        return client.execute(LoginWithCodeDocument, { email: emailOf(kind), code: 'x' })
      },
    ],
    ['requestLoginCode', (kind) => open().execute(RequestLoginCodeDocument, { email: emailOf(kind) })],
    ['requestPasswordReset', (kind) => open().execute(RequestPasswordResetDocument, { email: emailOf(kind) })],
    [
      'finishPasskeyLogin, with another key',
      async (kind) => {
        const client = open()
        const begun = dataOf(await client.execute(BeginPasskeyLoginDocument)).beginPasskeyLogin
        const { challenge = '', options } = begun ?? {}
        const { privateKey: signingKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
        const authenticator = authenticators[kind] ?? createSoftwareAuthenticator(publicUrl)
        const asked = options as Parameters<SoftwareAuthenticator['get']>[0]
        const response = authenticator.get(asked, { signingKey, userHandle: 'bm9ib2R5' })
        return client.execute(FinishPasskeyLoginDocument, { challenge, response })
      },
    ],
  ])('by %s', async (_, send) => {
    const answers = await askAboutEach(send)
    for (const kind of kinds) expect(answers.get(kind), kind).toEqual(answers.get('unknown'))
  })

  it('by login, when the address has to wait', async () => {
    const answers = await askAboutEach(async (kind) => {
      const attempt = () => open().execute(LoginDocument, { email: emailOf(kind), password: 'a wrong horse battery' })
      let last = await attempt()
      for (let times = 0; times < 5; times++) last = await attempt()
      return last
    })
    expect(answers.get('unknown')).toMatchObject({ text: expect.stringContaining('RATE_LIMITED') })
    for (const kind of kinds) expect(answers.get(kind), kind).toEqual(answers.get('unknown'))
  })
})
