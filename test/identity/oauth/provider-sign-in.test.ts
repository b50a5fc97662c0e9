import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { authenticate } from '../../../src/identity/authenticate.ts'
import { beginProviderAuthorization } from '../../../src/identity/oauth/begin-provider-authorization.ts'
import { finishProviderAuthorization } from '../../../src/identity/oauth/finish-provider-authorization.ts'
import { createLoginProviders, ProviderUnavailableError } from '../../../src/identity/oauth/login-provider.ts'
import type { Session } from '../../../src/identity/session.ts'
import type { User } from '../../../src/identity/user.ts'
import { startProvider, type TestProvider } from '../../support/openid-provider.ts'
import { createTestIdentity, home, registerAda, suspend, type TestIdentity } from '../create-test-identity.ts'

const publicUrl = 'https://gatehouse.test'
const browserKey = 'b'.repeat(43)
const ada = { sub: 'ada-1', email: 'ada@example.com', email_verified: true, name: 'Ada at one' }

let one: TestProvider
let two: TestProvider
beforeAll(async () => {
  one = await startProvider('one', publicUrl)
  two = await startProvider('two', publicUrl)
})
afterAll(() => Promise.all([one.close(), two.close()]))

let identity: TestIdentity
beforeEach(async () => {
  one.account = ada
  two.account = { ...ada, sub: 'ada-2' }
  identity = await createTestIdentity()
  const settings = [one.settings, two.settings]
  identity.loginProviders = createLoginProviders(settings, { publicUrl, clock: identity.clock })
})
afterEach(() => identity.opened.close())

const begin = (provider = 'one', linkTo: Session | null = null) =>
  beginProviderAuthorization(identity, { provider, returnPath: '/account', browserKey, linkTo }, home)
const finish = (
  query: string,
  { provider = 'one', key = browserKey as string | null, session = null as Session | null } = {},
) => finishProviderAuthorization(identity, { provider, query, browserKey: key, session }, home)
const goThrough = async (provider = one, session: Session | null = null) => {
  const { id } = provider.settings
  return finish(await provider.visit(await begin(id)), { provider: id, session })
}
const userOf = async (more: Partial<User> = {}) => {
  const user: User = {
    id: identity.createId(),
    name: 'Ada',
    email: 'Ada@example.com',
    emailVerified: true,
    suspended: false,
    roles: ['MEMBER'],
    createdAt: identity.clock.now(),
    ...more,
  }
  await identity.users.create(user)
  return user
}
const refused = (refusal: string, returnPath: string | null = '/account') =>
  expect.objectContaining({ kind: 'refused', refusal, returnPath })
const failures = async () =>
  (await identity.recorded()).filter(({ action }) => action === 'LOGIN_FAILED').map(({ detail }) => detail)
const actions = async () => (await identity.recorded()).map(({ action }) => action)
/** Nobody was signed in, and no account or link came of it. */
const expectNothing = async (users = 0) => {
  expect(await identity.users.countAll()).toBe(users)
  expect(await identity.providerLinks.find(one.settings.issuer, ada.sub)).toBeNull()
  expect(await actions()).not.toContain('LOGIN_SUCCEEDED')
}

describe('beginProviderAuthorization()', () => {
  it('asks for a code, with PKCE, a state and a nonce of which none is ever the same', async () => {
    const [first, second] = [await begin(), await begin()]
    expect(first.origin).toBe(one.settings.issuer)
    expect(Object.fromEntries(first.searchParams)).toEqual({
      client_id: 'gatehouse-at-one',
      redirect_uri: 'https://gatehouse.test/oauth/one/callback',
      response_type: 'code',
      scope: 'openid email profile',
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    })
    for (const name of ['state', 'nonce', 'code_challenge'])
      expect(second.searchParams.get(name)).not.toBe(first.searchParams.get(name))
  })

  it('keeps nothing by which the answer could be redeemed from a dump of the database', async () => {
    const url = await begin()
    const dump = JSON.stringify(
      await identity.opened.database.db.select().from(identity.opened.database.tables.oneTimeSecrets),
    )
    for (const name of ['state', 'nonce', 'code_challenge']) expect(dump).not.toContain(url.searchParams.get(name))
    expect(dump).not.toContain('/account')
  })

  it('refuses a provider that is not configured, and begins nothing', async () => {
    await expect(begin('three')).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(await identity.opened.database.db.select().from(identity.opened.database.tables.oneTimeSecrets)).toEqual([])
  })

  it.each([
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '\\/evil.example',
    'account',
    '',
    '/a#b',
    '/.//evil.example',
    '/\t/evil.example',
    `/${'a'.repeat(2000)}`,
  ])('refuses to send the browser back to %j', async (returnPath) => {
    const begun = beginProviderAuthorization(identity, { provider: 'one', returnPath, browserKey, linkTo: null }, home)
    await expect(begun).rejects.toMatchObject({ code: 'BAD_USER_INPUT', argument: 'returnTo' })
  })

  it('begins thirty a minute for a client and no more', async () => {
    for (let count = 0; count < 30; count++) await begin()
    await expect(begin()).rejects.toMatchObject({ code: 'RATE_LIMITED', retryAfter: 60 })
    identity.clock.advance(60)
    await begin()
  })
})

describe('finishProviderAuthorization(), to sign in', () => {
  it('makes an account without a password for an address that the provider vouches for', async () => {
    const outcome = await goThrough()
    if (outcome.kind !== 'signed-in') return expect.unreachable(JSON.stringify(outcome))
    const { user, session, token } = outcome.signedIn
    expect(outcome.returnPath).toBe('/account')
    expect(user).toMatchObject({ name: 'Ada at one', email: 'ada@example.com', emailVerified: true, roles: ['MEMBER'] })
    expect(session.methods).toEqual(['OAUTH'])
    expect(await identity.passwords.find(user.id)).toBeNull()
    expect(await authenticate(identity, token)).toMatchObject({ kind: 'signed-in', user: { id: user.id } })
    expect(await actions()).toEqual(['USER_REGISTERED', 'PROVIDER_LINKED', 'LOGIN_SUCCEEDED'])
  })

  it('knows somebody by issuer and subject, whatever their address has become', async () => {
    const first = await goThrough()
    one.account = { ...ada, email: 'lovelace@example.com', email_verified: false }
    const second = await goThrough()
    if (first.kind !== 'signed-in' || second.kind !== 'signed-in') return expect.unreachable('not signed in')
    expect(second.signedIn.user.id).toBe(first.signedIn.user.id)
    expect(second.signedIn.user.email).toBe('ada@example.com')
    expect(second.signedIn.session.id).not.toBe(first.signedIn.session.id)
  })

  it('replaces the session that the browser had', async () => {
    const { session } = await registerAda(identity)
    one.account = { ...ada, email: 'other@example.com' }
    expect(await goThrough(one, session)).toMatchObject({ kind: 'signed-in' })
    expect((await identity.sessions.findRecord(session.id))?.ended?.reason).toBe('ROTATED')
  })

  it('links by address an account that has proved it, when the provider vouches for it', async () => {
    const user = await userOf()
    expect(await goThrough()).toMatchObject({ kind: 'signed-in', signedIn: { user: { id: user.id } } })
    expect(await identity.providerLinks.find(one.settings.issuer, ada.sub)).toMatchObject({ userId: user.id })
    expect(await actions()).toEqual(['PROVIDER_LINKED', 'LOGIN_SUCCEEDED'])
  })

  it.each([
    { email_verified: false },
    { email_verified: undefined },
    { email: undefined },
    { email: 'no address' },
    { email: 'ada@example.com, eve@example.com' },
    { email: 'a\u030ada@example.com' },
  ])('takes nothing on trust for %j, alike whether anybody has the address', async (more) => {
    one.account = { ...ada, ...more }
    expect(await goThrough()).toEqual(refused('ADDRESS_UNVERIFIED'))
    await expectNothing()
    await userOf()
    expect(await goThrough()).toEqual(refused('ADDRESS_UNVERIFIED'))
    await expectNothing(1)
    expect(await failures()).toEqual(['one: ADDRESS_UNVERIFIED', 'one: ADDRESS_UNVERIFIED'])
  })

  it('finds nobody by an address that only counts as theirs: the Kelvin sign is no k', async () => {
    await userOf({ email: 'kay@example.com' })
    one.account = { ...ada, email: '\u212Aay@example.com' }
    expect(await goThrough()).toEqual(refused('ADDRESS_UNVERIFIED'))
    await expectNothing(1)
  })

  it('never takes over, nor gives away, an account that has not proved its address', async () => {
    await userOf({ emailVerified: false })
    expect(await goThrough()).toEqual(refused('LINK_REQUIRED'))
    await expectNothing(1)
  })

  it('refuses somebody else at the same provider who has been given the address', async () => {
    await goThrough()
    one.account = { ...ada, sub: 'bob-1' }
    expect(await goThrough()).toEqual(refused('LINK_REQUIRED'))
    expect(await identity.providerLinks.find(one.settings.issuer, 'bob-1')).toBeNull()
  })

  it('refuses a suspended user, and says no more than of what is not proved', async () => {
    await goThrough()
    await suspend(identity, identity.clock.now())
    expect(await goThrough()).toEqual(refused('NOT_PROVED'))
    expect(await failures()).toEqual(['one: NOT_PROVED'])
  })

  it('asks for the second factor of a user who has one, and starts no session', async () => {
    const user = await userOf()
    const authenticator = { id: 'totp', userId: user.id, sealedSecret: 'sealed', createdAt: identity.clock.now() }
    await identity.totpAuthenticators.create(authenticator)
    await identity.totpAuthenticators.confirm(authenticator, 1, identity.clock.now())
    expect(await goThrough()).toMatchObject({ kind: 'second-factor', required: { methods: ['TOTP'] } })
    expect(await identity.sessions.listByUser(user.id, identity.clock.now())).toEqual([])
  })

  it('makes no more accounts for a client than by registration', async () => {
    for (let count = 0; count < 10; count++) await identity.throttle.admitRegistration(home.ipAddress)
    await expect(goThrough()).rejects.toMatchObject({ code: 'RATE_LIMITED' })
    await expectNothing()
  })
})

describe('finishProviderAuthorization(), against mischief', () => {
  it('takes a state and a code once, one after the other', async () => {
    const query = await one.visit(await begin())
    expect(await finish(query)).toMatchObject({ kind: 'signed-in' })
    expect(await finish(query)).toEqual(refused('STATE_UNKNOWN', null))
  })

  it('takes them once of twenty at once', async () => {
    const query = await one.visit(await begin())
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => finish(query)))
    expect(outcomes.filter(({ kind }) => kind === 'signed-in')).toHaveLength(1)
    expect(outcomes.filter(({ kind }) => kind === 'refused')).toHaveLength(19)
    expect((await actions()).filter((action) => action === 'LOGIN_SUCCEEDED')).toHaveLength(1)
  })

  it('refuses a code that was used already, with a state of its own', async () => {
    const query = new URLSearchParams(await one.visit(await begin()))
    const other = new URLSearchParams(await one.visit(await begin()))
    expect(await finish(String(query))).toMatchObject({ kind: 'signed-in' })
    other.set('code', query.get('code') ?? '')
    expect(await finish(String(other))).toEqual(refused('NOT_PROVED'))
  })

  it("refuses the code of another sign-in of the same browser's: its nonce and verifier are others", async () => {
    const victims = new URLSearchParams(await one.visit(await begin()))
    const attackers = new URLSearchParams(await one.visit(await begin()))
    victims.set('code', attackers.get('code') ?? '')
    expect(await finish(String(victims))).toEqual(refused('NOT_PROVED'))
    await expectNothing()
  })

  it("refuses another browser, and one that has no key, and leaves the state its owner's", async () => {
    const query = await one.visit(await begin())
    expect(await finish(query, { key: 'c'.repeat(43) })).toEqual(refused('STATE_UNKNOWN', null))
    expect(await finish(query, { key: null })).toEqual(refused('STATE_UNKNOWN', null))
    await expectNothing()
    expect(await finish(query)).toMatchObject({ kind: 'signed-in' })
  })

  it('refuses a state that is missing or made up', async () => {
    const query = new URLSearchParams(await one.visit(await begin()))
    query.set('state', 's'.repeat(43))
    expect(await finish(String(query))).toEqual(refused('STATE_UNKNOWN', null))
    query.delete('state')
    expect(await finish(String(query))).toEqual(refused('STATE_UNKNOWN', null))
    await expectNothing()
  })

  it('takes a state for ten minutes, to the second', async () => {
    const [inTime, late] = [await one.visit(await begin()), await one.visit(await begin())]
    identity.clock.advance(599)
    expect(await finish(inTime)).toMatchObject({ kind: 'signed-in' })
    identity.clock.advance(1)
    expect(await finish(late)).toEqual(refused('STATE_UNKNOWN', null))
  })

  it('refuses the answer of one provider at the address of another', async () => {
    const query = await one.visit(await begin('one'))
    expect(await finish(query, { provider: 'two' })).toEqual(refused('STATE_UNKNOWN', null))
    expect(await finish(query, { provider: 'three' })).toEqual(refused('STATE_UNKNOWN', null))
    await expectNothing()
  })

  it.each(['another', 'no'])('refuses an answer that bears %s issuer', async (which) => {
    const query = new URLSearchParams(await one.visit(await begin()))
    expect(query.get('iss')).toBe(one.settings.issuer)
    if (which === 'no') query.delete('iss')
    else query.set('iss', two.settings.issuer)
    expect(await finish(String(query))).toEqual(refused('NOT_PROVED'))
    await expectNothing()
  })

  it('refuses what another provider says, where the first one sent the browser to it', async () => {
    // As if the browser had been sent to two with the request for one: its code is none of one's.
    const request = await begin('one')
    const query = new URLSearchParams(await two.visit(await begin('two')))
    query.set('state', request.searchParams.get('state') ?? '')
    query.set('iss', one.settings.issuer)
    expect(await finish(String(query))).toEqual(refused('NOT_PROVED'))
    await expectNothing()
  })

  it('goes nowhere when a provider calls itself by another issuer than the configuration does', async () => {
    const settings = { ...one.settings, issuer: one.settings.issuer.replace('127.0.0.1', 'localhost') }
    identity.loginProviders = createLoginProviders([settings], { publicUrl, clock: identity.clock })
    await expect(begin()).rejects.toMatchObject({ constructor: ProviderUnavailableError })
  })

  it('refuses a client that does not know its secret', async () => {
    const settings = { ...one.settings, clientSecret: 'another one' }
    identity.loginProviders = createLoginProviders([settings], { publicUrl, clock: identity.clock })
    expect(await goThrough()).toEqual(refused('NOT_PROVED'))
    await expectNothing()
  })

  it('refuses when the user said no, and the state is used up', async () => {
    const state = (await begin()).searchParams.get('state')
    const query = `error=access_denied&state=${state}&iss=${encodeURIComponent(one.settings.issuer)}`
    expect(await finish(query)).toEqual(refused('NOT_PROVED'))
    expect(await finish(query)).toEqual(refused('STATE_UNKNOWN', null))
    expect(await failures()).toEqual(['one: NOT_PROVED'])
  })

  it('asks a provider again that could not be reached before', async () => {
    const down = await startProvider('down', publicUrl)
    await down.close()
    const settings = [one.settings, down.settings]
    identity.loginProviders = createLoginProviders(settings, { publicUrl, clock: identity.clock })
    await expect(begin('down')).rejects.toMatchObject({ constructor: ProviderUnavailableError })
    expect(await goThrough()).toMatchObject({ kind: 'signed-in' })
  })
})

describe('finishProviderAuthorization(), to link', () => {
  let session: Session
  beforeEach(async () => {
    session = (await registerAda(identity)).session
    one.account = { sub: 'somebody', email: 'work@example.com', email_verified: false }
  })
  const linkOf = (subject: string) => identity.providerLinks.find(one.settings.issuer, subject)

  it('links on purpose, whatever the address, and it is a way to sign in then', async () => {
    const query = await one.visit(await begin('one', session))
    expect(await finish(query, { session })).toEqual({ kind: 'linked', returnPath: '/account' })
    expect(await linkOf('somebody')).toMatchObject({ userId: session.user.id, provider: 'one' })
    expect(await actions()).toEqual(['USER_REGISTERED', 'PROVIDER_LINKED'])
    expect(await goThrough()).toMatchObject({ kind: 'signed-in', signedIn: { user: { id: session.user.id } } })
  })

  it.each(['nobody', 'somebody else', 'a session that has ended'])(
    'links nothing where the browser has %s',
    async (who) => {
      const query = await one.visit(await begin('one', session))
      const other = await identity.sessions.find(session.id, identity.clock.now())
      if (who === 'a session that has ended') await identity.sessions.end(session.id, 'LOGOUT', identity.clock.now())
      const brought = { nobody: null, 'somebody else': other && { ...other, id: 'another' } }[who]
      expect(await finish(query, { session: brought === undefined ? session : brought })).toEqual(
        refused('SIGN_IN_REQUIRED'),
      )
      expect(await linkOf('somebody')).toBeNull()
    },
  )

  it("leaves somebody else's way to sign in where it is", async () => {
    const bob = await userOf({ email: 'bob@example.com' })
    const link = { id: 'l', userId: bob.id, provider: 'one', issuer: one.settings.issuer, subject: 'somebody' }
    await identity.providerLinks.create({ ...link, createdAt: identity.clock.now() })
    const query = await one.visit(await begin('one', session))
    expect(await finish(query, { session })).toEqual(refused('LINKED_ELSEWHERE'))
    expect(await linkOf('somebody')).toMatchObject({ userId: bob.id })
  })

  it('links one account a provider', async () => {
    await finish(await one.visit(await begin('one', session)), { session })
    one.account = { sub: 'somebody-2' }
    expect(await finish(await one.visit(await begin('one', session)), { session })).toEqual(refused('LINKED_ALREADY'))
    expect(await linkOf('somebody-2')).toBeNull()
  })

  it('signs nobody in', async () => {
    const before = await identity.sessions.listByUser(session.user.id, identity.clock.now())
    await finish(await one.visit(await begin('one', session)), { session })
    expect(await identity.sessions.listByUser(session.user.id, identity.clock.now())).toEqual(before)
  })
})
