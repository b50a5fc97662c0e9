import { print } from 'graphql'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createSetClock } from '../identity/set-clock.ts'
import {
  BeginProviderLinkDocument,
  LoginProvidersDocument,
  UnlinkLoginProviderDocument,
} from '../support/__generated__/operations.ts'
import { type Client, createClient, refusals } from '../support/client.ts'
import { dataOf, dumpDatabase } from '../support/house.ts'
import { startProvider, type TestProvider } from '../support/openid-provider.ts'
import { startServer, type TestServer } from '../support/server.ts'

const publicUrl = 'http://localhost:4000'
const clock = createSetClock()
const whoAmI = '{ session { methods user { name email } } }'
const nobody = { session: null }

let provider: TestProvider
let server: TestServer
const ends: (() => void | Promise<void>)[] = []
beforeAll(async () => {
  provider = await startProvider('one', publicUrl)
  ends.push(() => provider.close())
  const down = { ...provider.settings, id: 'down', name: 'Down', issuer: 'http://127.0.0.1:9' }
  server = await startServer({
    clock,
    env: { PUBLIC_URL: publicUrl, OAUTH_PROVIDERS: JSON.stringify([provider.settings, down]) },
    onEnd: (end) => ends.unshift(end),
  })
})
afterAll(async () => {
  for (const end of ends) await end()
})

let people = 0
beforeEach(() => {
  clock.advance(3600)
  people++
  provider.account = {
    sub: `person-${people}`,
    email: `person-${people}@example.com`,
    email_verified: true,
    name: 'Penny Provided',
  }
})

const open = () => createClient(server.url, publicUrl)
const signedIn = async (email = 'member@example.com') => {
  const client = open()
  dataOf(await client.login(email))
  return client
}
const start = (client: Client, query = '') => client.send(`/oauth/one/start${query}`)
const locationOf = ({ headers }: { headers: Headers }) => headers.get('location') ?? ''
const comeBack = (client: Client, query: string, id = 'one') => client.send(`/oauth/${id}/callback?${query}`)
/** All that was said in the hash, and where. */
const outcomeOf = (answer: { status: number; headers: Headers }) => {
  expect(answer.status).toBe(303)
  const [path, hash] = locationOf(answer).split('#')
  return [path, Object.fromEntries(new URLSearchParams(hash))]
}
const goThrough = async (client: Client, query = '') =>
  comeBack(client, await provider.visit(locationOf(await start(client, query))))
/** What says who can sign in: all but what is counted, recorded and made to be used once. */
const dump = () => {
  const {
    throttle_counters: _,
    audit_events: __,
    audit_origins: ___,
    one_time_secrets: ____,
    ...others
  } = dumpDatabase(server.databasePath)
  return others
}

describe('loginProviders', () => {
  it('names the providers to everybody, and none of what is between them and this server', async () => {
    const answer = await open().execute(LoginProvidersDocument)
    expect(answer.body).toEqual({
      data: {
        loginProviders: [
          { id: 'one', name: 'Provider one', startPath: '/oauth/one/start' },
          { id: 'down', name: 'Down', startPath: '/oauth/down/start' },
        ],
      },
    })
    expect(answer.text).not.toMatch(/secret|127\.0\.0\.1/)
  })
})

describe('/oauth/:provider/start', () => {
  it('sends the browser to the provider, with a key of its own', async () => {
    const client = open()
    const answer = await start(client)
    expect(answer.status).toBe(303)
    expect(new URL(locationOf(answer)).origin).toBe(provider.settings.issuer)
    expect(answer.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^browser=[\w-]{43}; .*HttpOnly; SameSite=Lax$/),
    ])
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer')
  })

  it.each([
    ['/oauth/three/start', 404],
    ['/oauth/one/start?returnTo=https://evil.example', 400],
    ['/oauth/one/start?returnTo=//evil.example', 400],
    ['/oauth/one/start?returnTo=/a&returnTo=/b', 400],
    ['/oauth/down/start', 502],
  ])('goes nowhere by %s', async (path, status) => {
    const answer = await open().send(path)
    expect(answer.status).toBe(status)
    expect(answer.headers.get('location')).toBeNull()
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8')
  })

  it.each(['HEAD', 'POST'])('does not answer %s', async (method) => {
    const answer = await fetch(`${server.url}/oauth/one/start`, { method, redirect: 'manual' })
    expect(answer.status).toBe(404)
    expect(answer.headers.getSetCookie()).toEqual([])
  })

  it('tells when to come again whoever begins too often', async () => {
    const client = open()
    for (let count = 0; count < 30; count++) await start(client)
    const answer = await start(client)
    expect(answer.status).toBe(429)
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
  })
})

describe('/oauth/:provider/callback', () => {
  it('signs in, and sends the browser on to where it wanted', async () => {
    const client = open()
    const answer = await goThrough(client, '?returnTo=/account%3Ftab=1')
    expect(outcomeOf(answer)).toEqual(['/account?tab=1', { oauth: 'signed-in' }])
    const user = { name: 'Penny Provided', email: `person-${people}@example.com` }
    expect((await client.execute(whoAmI)).body).toEqual({ data: { session: { methods: ['OAUTH'], user } } })
    expect(await client.cookie('device')).toBeDefined()
  })

  it('gives a new session in the place of the one that the browser had', async () => {
    const client = await signedIn()
    const before = await client.cookie('session')
    expect(outcomeOf(await goThrough(client))).toEqual(['/', { oauth: 'signed-in' }])
    expect(await client.cookie('session')).not.toBe(before)
    const replayed = await client.execute(whoAmI, {}, { cookie: `session=${before}` })
    expect(replayed.body).toEqual({ data: nobody })
  })

  it("takes no other browser's answer, nor one twice, and signs nobody in", async () => {
    const client = open()
    const query = await provider.visit(locationOf(await start(client)))
    const other = open()
    await start(other)
    const before = dump()
    const refused = await comeBack(other, query)
    expect(refused.status).toBe(400)
    expect(refused.text).toContain('another browser')
    expect(dump()).toEqual(before)
    expect((await other.execute(whoAmI)).body.data).toEqual(nobody)
    expect(outcomeOf(await comeBack(client, query))).toEqual(['/', { oauth: 'signed-in' }])
    expect((await comeBack(client, query)).status).toBe(400)
  })

  it.each([
    ['', 'one'],
    [`?state=${'s'.repeat(43)}&code=x`, 'one'],
    ['?state=a&state=b', 'one'],
    ['?state[a]=b', 'three'],
  ])('tells of what was never begun: %s at %s', async (query, id) => {
    const client = open()
    await start(client)
    const answer = await client.send(`/oauth/${id}/callback${query}`)
    expect(answer.status).toBe(400)
    expect(answer.headers.getSetCookie()).toEqual([])
  })

  it('is for GET alone: a HEAD uses nothing up', async () => {
    const client = open()
    const query = await provider.visit(locationOf(await start(client)))
    const headers = { cookie: await client.jar.getCookieString(publicUrl) }
    const head = await fetch(`${server.url}/oauth/one/callback?${query}`, { method: 'HEAD', headers })
    expect(head.status).toBe(404)
    expect(outcomeOf(await comeBack(client, query))).toEqual(['/', { oauth: 'signed-in' }])
  })

  it('refuses a wrong issuer, too late an answer, and an address that nobody vouches for', async () => {
    const client = open()
    const before = dump()
    const wrong = new URLSearchParams(await provider.visit(locationOf(await start(client))))
    wrong.set('iss', 'https://id.example.com')
    expect(outcomeOf(await comeBack(client, String(wrong)))).toEqual(['/', { oauth: 'refused', reason: 'NOT_PROVED' }])

    const late = await provider.visit(locationOf(await start(client)))
    clock.advance(600)
    expect((await comeBack(client, late)).status).toBe(400)

    provider.account = { ...provider.account, email_verified: false }
    const unverified = outcomeOf(await goThrough(client))
    expect(unverified).toEqual(['/', { oauth: 'refused', reason: 'ADDRESS_UNVERIFIED' }])
    expect(dump()).toEqual(before)
    expect((await client.execute(whoAmI)).body.data).toEqual(nobody)
  })

  it('gives no session to a user with a second factor, but the challenge for it', async () => {
    const client = open()
    await goThrough(client)
    const { totpAuthenticators, users } = server.application.identity
    const user = await users.findByEmail(`person-${people}@example.com`)
    const authenticator = { id: `totp-${people}`, userId: user?.id ?? '', sealedSecret: 'x', createdAt: clock.now() }
    await totpAuthenticators.create(authenticator)
    await totpAuthenticators.confirm(authenticator, 1, clock.now())

    const other = open()
    const answer = await goThrough(other)
    expect(outcomeOf(answer)).toEqual([
      '/',
      {
        oauth: 'second-factor',
        challenge: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
        methods: 'TOTP',
        expiresAt: new Date(clock.now().getTime() + 300_000).toISOString(),
      },
    ])
    expect(answer.headers.getSetCookie().join()).not.toContain('session=')
    expect((await other.execute(whoAmI)).body.data).toEqual(nobody)
  })
})

describe('beginProviderLink and unlinkLoginProvider', () => {
  const begin = async (client: Client) => {
    const data = dataOf(await client.execute(BeginProviderLinkDocument, { provider: 'one' }))
    return data.beginProviderLink?.url ?? ''
  }

  it('link an account at a provider, which signs in then, and take it away again', async () => {
    const client = await signedIn('editor@example.com')
    const answer = await comeBack(client, await provider.visit(await begin(client)))
    expect(outcomeOf(answer)).toEqual(['/', { oauth: 'linked' }])
    const other = open()
    await goThrough(other)
    expect((await other.execute(whoAmI)).body.data).toMatchObject({
      session: { user: { email: 'editor@example.com' } },
    })

    const unlink = () => client.execute(UnlinkLoginProviderDocument, { provider: 'one' })
    expect((await unlink()).body).toEqual({ data: { unlinkLoginProvider: true } })
    expect(refusals(await unlink())).toEqual([['NOT_FOUND', 'unlinkLoginProvider']])
  })

  it('are no bar: an address that both sides proved links the account again', async () => {
    const client = await signedIn('editor@example.com')
    provider.account = { ...provider.account, email: 'editor@example.com' }
    await comeBack(client, await provider.visit(await begin(client)))
    dataOf(await client.execute(UnlinkLoginProviderDocument, { provider: 'one' }))
    const other = open()
    expect(outcomeOf(await goThrough(other))).toEqual(['/', { oauth: 'signed-in' }])
    dataOf(await client.execute(UnlinkLoginProviderDocument, { provider: 'one' }))
    // Without the provider's word for it nobody is.
    provider.account = { ...provider.account, email_verified: false }
    expect(outcomeOf(await goThrough(open()))).toEqual(['/', { oauth: 'refused', reason: 'ADDRESS_UNVERIFIED' }])
  })

  it('tell the viewer, and nobody else, what is linked', async () => {
    const client = await signedIn('editor@example.com')
    const query = '{ loginProviders { id linked } }'
    const linked = async () => (await client.execute(query)).body.data
    const none = { loginProviders: ['one', 'down'].map((id) => ({ id, linked: false })) }
    expect(await linked()).toEqual(none)
    await comeBack(client, await provider.visit(await begin(client)))
    expect(await linked()).toEqual({ loginProviders: [{ id: 'one', linked: true }, none.loginProviders[1]] })
    expect((await (await signedIn('admin@example.com')).execute(query)).body.data).toEqual(none)

    const answer = await open().execute(query)
    expect(refusals(answer)).toEqual([
      ['UNAUTHENTICATED', 'loginProviders.0.linked'],
      ['UNAUTHENTICATED', 'loginProviders.1.linked'],
    ])
    expect(answer.body.data).toEqual({ loginProviders: ['one', 'down'].map((id) => ({ id, linked: null })) })
    await client.execute(UnlinkLoginProviderDocument, { provider: 'one' })
    expect(await linked()).toEqual(none)
  })

  it('lead back to where the page says, on this server alone', async () => {
    const client = await signedIn('editor@example.com')
    const mutation = 'mutation ($to: String) { beginProviderLink(provider: "one", returnTo: $to) { url } }'
    const back = '/console/account/security?x=1'
    const data = dataOf(await client.execute<{ beginProviderLink: { url: string } }>(mutation, { to: back }))
    const answer = await comeBack(client, await provider.visit(data.beginProviderLink.url))
    expect(outcomeOf(answer)).toEqual([back, { oauth: 'linked' }])
    await client.execute(UnlinkLoginProviderDocument, { provider: 'one' })
    const before = dump()
    for (const to of ['https://evil.example/', '//evil.example', '/\\evil.example', 'account', '/#oauth=linked']) {
      const refused = await client.execute(mutation, { to })
      expect(refusals(refused)).toEqual([['BAD_USER_INPUT', 'beginProviderLink']])
    }
    expect(dump()).toEqual(before)
  })

  it('keep the last way to sign in', async () => {
    const client = open()
    await goThrough(client)
    const before = dump()
    const answer = await client.execute(UnlinkLoginProviderDocument, { provider: 'one' })
    expect(refusals(answer)).toEqual([['CONFLICT', 'unlinkLoginProvider']])
    expect(dump()).toEqual(before)
  })

  it('link nothing once the session that began is over', async () => {
    const client = await signedIn('admin@example.com')
    const query = await provider.visit(await begin(client))
    await client.execute('mutation { logout }')
    const before = dump()
    expect(outcomeOf(await comeBack(client, query))).toEqual(['/', { oauth: 'refused', reason: 'SIGN_IN_REQUIRED' }])
    expect(dump()).toEqual(before)
  })

  it('know a provider that is configured only', async () => {
    const answer = await (await signedIn()).execute(BeginProviderLinkDocument, { provider: 'three' })
    expect(refusals(answer)).toEqual([['NOT_FOUND', 'beginProviderLink']])
  })

  it.each([
    [print(BeginProviderLinkDocument), 'beginProviderLink'],
    [print(UnlinkLoginProviderDocument), 'unlinkLoginProvider'],
  ])('are for who signed in within ten minutes alone', async (document, name) => {
    const client = await signedIn()
    clock.advance(601)
    await client.execute(whoAmI)
    const before = dumpDatabase(server.databasePath)
    const stale = await client.execute(document, { provider: 'one' })
    expect(refusals(stale)).toEqual([['REAUTHENTICATION_REQUIRED', name]])
    expect(refusals(await open().execute(document, { provider: 'one' }))).toEqual([['UNAUTHENTICATED', name]])
    expect(dumpDatabase(server.databasePath)).toEqual(before)
  })
})
