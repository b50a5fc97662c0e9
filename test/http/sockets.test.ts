import { setTimeout as sleep } from 'node:timers/promises'
import Sqlite from 'better-sqlite3'
import { createClient as createSocketClient } from 'graphql-ws'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import WebSocket from 'ws'
import { demoPassword } from '../../src/demo.ts'
import { createSetClock } from '../identity/set-clock.ts'
import {
  CreateApiTokenDocument,
  DeleteDocumentDocument,
  LogoutDocument,
  MySessionsDocument,
  ReauthenticateDocument,
  RevokeSessionDocument,
  ShareDocumentDocument,
  SuspendUserDocument,
  UnshareDocumentDocument,
  UpdateDocumentDocument,
  WithdrawRoleDocument,
} from '../support/__generated__/operations.ts'
import { type Client, createClient } from '../support/client.ts'
import { documentChanged, type Told } from '../support/events.ts'
import { dataOf, type House, openHouse, type Person } from '../support/house.ts'
import { createToken } from '../support/program.ts'
import { startServer } from '../support/server.ts'
import {
  type Closed,
  type Message,
  openSocket,
  type RawSocket,
  type Subscription,
  subscribe,
} from '../support/sockets.ts'

let house: House
let id: string

beforeAll(async () => {
  house = await openHouse({ env: { STREAMS_PER_USER: '100' } })
})
afterAll(() => house.close())
beforeEach(async () => {
  id = await house.createDocument()
})

const rename = async (title: string, of = id, as: Client = house.as.member) =>
  dataOf(await as.execute(UpdateDocumentDocument, { id: of, title })).updateDocument?.version
const watch = (as: Person, options = {}) => subscribe(house.as[as], documentChanged, { id }, options)
const unauthenticated = [{ message: 'You must be signed in to do this', extensions: { code: 'UNAUTHENTICATED' } }]
const codesOf = (told: Told | string | null) =>
  typeof told === 'object'
    ? (told?.errors ?? []).map(({ extensions, path }) => [extensions.code, path?.join('.')])
    : told

/** Nothing tells that a subscription has begun but its first event: changes the document until each has told of it. */
async function begun(subscriptions: Pick<Subscription, 'within'>[], of = id, as?: Client) {
  for (let tries = 0; tries < 50; tries++) {
    const version = await rename('Begun', of, as)
    const heard = await Promise.all(subscriptions.map((subscription) => hears(subscription, version)))
    if (heard.every(Boolean)) return
  }
  throw new Error('There should have been an event')
}

async function hears({ within }: Pick<Subscription, 'within'>, version: number | undefined): Promise<boolean> {
  for (;;) {
    const told = await within(300)
    if (told === null) return false
    if (typeof told === 'string' || told.errors) throw new Error(`There should be an event: ${JSON.stringify(told)}`)
    if ((told.data as { documentChanged: { version: number } }).documentChanged.version === version) return true
  }
}

/** The same for a subscription on a socket: gives its first event. Those that follow it are let pass. */
async function firstOn(socket: RawSocket, of = id, as?: Client): Promise<Message | Closed> {
  for (let tries = 0; tries < 50; tries++) {
    await rename('Begun', of, as)
    const first = await socket.within(200)
    if (first === null) continue
    while (await socket.within(200));
    return first
  }
  throw new Error('There should have been an event')
}

/** A browser of the member's in which they are signed in besides, and the id of its session. */
async function signInAgain(url = house.server.url) {
  const browser = createClient(url)
  await browser.login('member@example.com')
  const { me } = dataOf(await browser.execute(MySessionsDocument))
  return { browser, session: me?.sessions?.find(({ current }) => current)?.id ?? '' }
}

describe('documentChanged by WebSocket', () => {
  it('tells two readers of each change, as the document is then, and nothing of other documents', async () => {
    const other = await house.createDocument()
    const [owner, editor] = [await watch('member'), await watch('editor')]
    await begun([owner, editor])
    await rename('Elsewhere', other)
    const version = await rename('First')
    const first = { data: { documentChanged: { id, title: 'First', version } } }
    expect([await owner.next(), await editor.next()]).toEqual([first, first])
  })

  it.each([
    ['stranger', 'FORBIDDEN'],
    ['anonymous', 'UNAUTHENTICATED'],
  ] as const)('is refused to the %s with %s, and the socket stays', async (person, code) => {
    const socket = await openSocket(house.as[person])
    expect(await socket.initialise()).toEqual({ type: 'connection_ack' })
    for (const [name, document] of [
      ['one', id],
      ['two', 'none'],
    ] as const) {
      socket.subscribe(name, documentChanged, { id: document })
      const refused = await socket.next()
      expect(refused).toMatchObject({ type: 'error', id: name })
      expect(codesOf({ errors: (refused as { payload: [] }).payload })).toEqual([[code, 'documentChanged']])
    }
    await rename('Secret')
    expect(await socket.within(300)).toBeNull()
  })

  it('withholds from an event what its reader may not see, and tells the rest', async () => {
    const query = 'subscription ($id: ID!) { documentChanged(id: $id) { version grants { level } } }'
    const owner = await subscribe(house.as.member, query, { id })
    await begun([owner])
    const editor = await subscribe(house.as.editor, query, { id })
    let withheld: Told | string | null = null
    while (withheld === null) {
      await rename('Shared')
      withheld = await editor.within(200)
    }
    expect(withheld).toMatchObject({ data: { documentChanged: { grants: null } } })
    expect(codesOf(withheld)).toEqual([['FORBIDDEN', 'documentChanged.grants']])
    expect(await owner.next()).toMatchObject({ data: { documentChanged: { grants: [{ level: 'WRITE' }] } } })
  })

  it('ends with FORBIDDEN as soon as the document is shared no more, and that subscription alone', async () => {
    const share = { id, with: { userId: house.ids.stranger } }
    dataOf(await house.as.member.execute(ShareDocumentDocument, { ...share, level: 'READ' }))
    const reader = await watch('stranger')
    await begun([reader])
    dataOf(await house.as.member.execute(UnshareDocumentDocument, share))
    const last = await reader.next()
    expect(last).toMatchObject({ data: { documentChanged: null } })
    expect(codesOf(last)).toEqual([['FORBIDDEN', 'documentChanged']])
    expect(await reader.next()).toBe('complete')

    const socket = await openSocket(house.as.member)
    await socket.initialise()
    const kept = await house.createDocument()
    socket.subscribe('goes', documentChanged, { id })
    socket.subscribe('stays', documentChanged, { id: kept })
    expect(await firstOn(socket)).toMatchObject({ type: 'next', id: 'goes' })
    expect(await firstOn(socket, kept)).toMatchObject({ type: 'next', id: 'stays' })
    dataOf(await house.as.member.execute(DeleteDocumentDocument, { id }))
    expect(await socket.next()).toMatchObject({
      type: 'next',
      id: 'goes',
      payload: { data: { documentChanged: null } },
    })
    expect(await socket.next()).toEqual({ type: 'complete', id: 'goes' })
    await rename('Still', kept)
    expect(await socket.next()).toMatchObject({ type: 'next', id: 'stays' })
  })

  it('ends when the document is deleted, with NOT_FOUND for those who may read every one', async () => {
    const readers = [await watch('member'), await watch('editor'), await watch('admin')]
    await begun(readers)
    dataOf(await house.as.member.execute(DeleteDocumentDocument, { id }))
    const last = await Promise.all(readers.map((reader) => reader.next()))
    expect(last.map(codesOf)).toEqual([
      [['FORBIDDEN', 'documentChanged']],
      [['NOT_FOUND', 'documentChanged']],
      [['NOT_FOUND', 'documentChanged']],
    ])
    expect(await Promise.all(readers.map((reader) => reader.next()))).toEqual(['complete', 'complete', 'complete'])
  })

  it('is told no more once the client wants no more', async () => {
    const socket = await openSocket(house.as.member)
    await socket.initialise()
    socket.subscribe('one', documentChanged, { id })
    expect(await firstOn(socket)).toMatchObject({ type: 'next' })
    while (await socket.within(300));
    socket.send({ type: 'complete', id: 'one' })
    await rename('Unheard')
    await socket.within(300)
    await rename('Unheard')
    expect(await socket.within(300)).toBeNull()
    // The id is free again.
    socket.subscribe('one', documentChanged, { id })
    expect(await firstOn(socket)).toMatchObject({ type: 'next', id: 'one' })
  })
})

describe('who a socket belongs to', () => {
  const bearer = async (permissions: 'DOCUMENT_READ'[] | 'ACCOUNT_READ'[]) =>
    `Bearer ${(await createToken(house.as.member, permissions)).token}`

  it('may be told by an API token, at the upgrade or after it, which needs the scope', async () => {
    const [allowed, denied] = [await bearer(['DOCUMENT_READ']), await bearer(['ACCOUNT_READ'])]
    const ways = (authorization: string) => [
      { headers: { authorization } },
      { connectionParams: { authorization } },
      // A token alone counts where there is a cookie too.
      { connectionParams: { authorization }, headers: { cookie: 'session=nonsense' } },
    ]
    for (const way of ways(denied)) {
      const refused = await watch('anonymous', way)
      expect(codesOf(await refused.next())).toEqual([['FORBIDDEN', 'documentChanged']])
    }
    const readers = await Promise.all(ways(allowed).map((way) => watch('anonymous', way)))
    await begun(readers)
  })

  it.each(['Bearer nonsense', 'Bearer '])('is nobody by %j, whatever cookie comes with it', async (authorization) => {
    for (const way of [{ headers: { authorization } }, { connectionParams: { authorization } }]) {
      const refused = await watch('member', way)
      expect(codesOf(await refused.next())).toEqual([['UNAUTHENTICATED', 'documentChanged']])
    }
  })

  it('is told by the token of the upgrade where there are two', async () => {
    const good = await bearer(['DOCUMENT_READ'])
    const bad = 'Bearer nonsense'
    const refused = await watch('anonymous', {
      headers: { authorization: bad },
      connectionParams: { authorization: good },
    })
    expect(codesOf(await refused.next())).toEqual([['UNAUTHENTICATED', 'documentChanged']])
    await begun([
      await watch('anonymous', { headers: { authorization: good }, connectionParams: { authorization: bad } }),
    ])
  })

  it('is told by nothing else that is sent after the upgrade', async () => {
    const cookie = await house.as.member.jar.getCookieString(house.server.url)
    const session = await house.as.member.cookie('session')
    const token = await bearer(['DOCUMENT_READ'])
    for (const connectionParams of [
      { cookie, Cookie: cookie, session },
      { headers: { cookie, authorization: token } },
      { Authorization: token },
      { authorization: `Bearer ${session}` },
      { authorization: `Basic ${token}` },
      { authorization: [token] },
      { token, userId: house.ids.member, viewer: { id: house.ids.member, roles: ['ADMIN'] } },
    ]) {
      const refused = await watch('anonymous', { connectionParams })
      expect(codesOf(await refused.next()), JSON.stringify(connectionParams)).toEqual([
        ['UNAUTHENTICATED', 'documentChanged'],
      ])
    }
    // Nor is a cookie's session put aside by it.
    await begun([await watch('member', { connectionParams: { userId: house.ids.stranger, authorization: 'Basic x' } })])
  })
})

describe('a socket', () => {
  it('ends within a second of its session, each subscription with UNAUTHENTICATED and itself with 4401', async () => {
    const { browser, session } = await signInAgain()
    const other = await house.createDocument()
    const socket = await openSocket(browser)
    await socket.initialise()
    socket.subscribe('one', documentChanged, { id })
    socket.subscribe('two', documentChanged, { id: other })
    const others = await watch('member')
    await begun([others])
    expect(await firstOn(socket)).toMatchObject({ id: 'one' })
    expect(await firstOn(socket, other)).toMatchObject({ id: 'two' })
    while (await others.within(300));
    const before = performance.now()
    dataOf(await house.as.member.execute(RevokeSessionDocument, { id: session }))
    const told = [await socket.next(), await socket.next()]
    expect(told).toContainEqual({ type: 'error', id: 'one', payload: unauthenticated })
    expect(told).toContainEqual({ type: 'error', id: 'two', payload: unauthenticated })
    expect(await socket.next()).toEqual({ closed: 4401, reason: 'The session is over' })
    expect(performance.now() - before).toBeLessThan(1000)
    await rename('Goes on')
    expect(await others.next()).toMatchObject({ data: { documentChanged: { title: 'Goes on' } } })
  })

  it('ends so by graphql-ws’s own client, on signing out, suspension and a token’s revocation', async () => {
    const { browser } = await signInAgain()
    const leaving = await subscribe(browser, documentChanged, { id })
    await begun([leaving])
    dataOf(await browser.execute(LogoutDocument))
    expect(await leaving.next()).toEqual({ errors: unauthenticated })
    expect(await leaving.closed).toEqual({ closed: 4401, reason: 'The session is over' })

    const made = await createToken(house.as.member, ['DOCUMENT_READ'])
    const program = await watch('anonymous', { connectionParams: { authorization: `Bearer ${made.token}` } })
    await begun([program])
    dataOf(await house.as.member.execute(RevokeSessionDocument, { id: made.session.id }))
    expect(await program.next()).toEqual({ errors: unauthenticated })
    expect((await program.closed).closed).toBe(4401)

    const suspended = createClient(house.server.url)
    const registered = await suspended.execute<{ register: { user: { id: string } } }>(
      'mutation ($email: EmailAddress!) { register(email: $email, password: "correct horse battery staple", name: "S") { ... on Session { user { id } } } }',
      { email: `suspended-${id}@example.com` },
    )
    const userId = dataOf(registered).register.user.id
    dataOf(await house.as.member.execute(ShareDocumentDocument, { id, with: { userId }, level: 'READ' }))
    const suspending = await subscribe(suspended, documentChanged, { id })
    await begun([suspending])
    dataOf(await house.as.admin.execute(SuspendUserDocument, { userId }))
    expect(await suspending.next()).toEqual({ errors: unauthenticated })
    expect((await suspending.closed).closed).toBe(4401)
  })

  it('ends within a second though nobody tells, and though nothing is subscribed to on it', async () => {
    const { browser, session } = await signInAgain()
    const idle = await openSocket(browser)
    await idle.initialise()
    const watching = await subscribe(browser, documentChanged, { id })
    await begun([watching])
    const before = performance.now()
    // Past the stores that tell of changes, as another process on the same file writes.
    const database = new Sqlite(house.server.databasePath)
    database.prepare("UPDATE sessions SET ended_at = created_at, end_reason = 'REVOKED' WHERE id = ?").run(session)
    database.close()
    expect(await watching.next()).toEqual({ errors: unauthenticated })
    expect(await idle.next()).toEqual({ closed: 4401, reason: 'The session is over' })
    expect(performance.now() - before).toBeLessThan(1000)
  })

  it('ends when another session takes the place of its own, which a new socket has', async () => {
    const { browser } = await signInAgain()
    const socket = await openSocket(browser)
    await socket.initialise()
    dataOf(await browser.execute(ReauthenticateDocument, { password: demoPassword }))
    expect(await socket.next()).toEqual({ closed: 4401, reason: 'The session is over' })
    await begun([await subscribe(browser, documentChanged, { id })])
  })

  it('is nobody’s when its session ended before it said so', async () => {
    const { browser } = await signInAgain()
    const socket = await openSocket(browser)
    dataOf(await browser.execute(LogoutDocument))
    expect(await socket.initialise()).toEqual({ type: 'connection_ack' })
    socket.subscribe('one', documentChanged, { id })
    expect(await socket.next()).toMatchObject({ type: 'error', payload: [{ extensions: { code: 'UNAUTHENTICATED' } }] })
  })

  it('ends the subscription within a second of the role by which it was read, and stays', async () => {
    const made = dataOf(
      await house.as.admin.execute<{ createDocument: { id: string } }>(
        'mutation { createDocument(title: "Ours", body: "") { id } }',
      ),
    )
    const foreign = made.createDocument.id
    const socket = await openSocket(house.as.editor)
    await socket.initialise()
    socket.subscribe('by role', documentChanged, { id: foreign })
    expect(await firstOn(socket, foreign, house.as.admin)).toMatchObject({
      type: 'next',
      payload: { data: { documentChanged: { id: foreign } } },
    })
    while (await socket.within(300));
    const before = performance.now()
    dataOf(await house.as.admin.execute(WithdrawRoleDocument, { userId: house.ids.editor, role: 'EDITOR' }))
    const restore = async () => {
      await house.as.admin.execute('mutation ($id: ID!) { assignRole(userId: $id, role: EDITOR) { id } }', {
        id: house.ids.editor,
      })
    }
    onTestFinished(restore)
    const last = (await socket.next()) as { payload: Told }
    expect(codesOf(last.payload)).toEqual([['FORBIDDEN', 'documentChanged']])
    expect(performance.now() - before).toBeLessThan(1000)
    expect(await socket.next()).toEqual({ type: 'complete', id: 'by role' })
    // What is asked for now is decided for the roles of now.
    socket.subscribe('again', documentChanged, { id: foreign })
    expect(await socket.next()).toMatchObject({ type: 'error', payload: [{ extensions: { code: 'FORBIDDEN' } }] })
    await restore()
    socket.subscribe('restored', documentChanged, { id })
    expect(await firstOn(socket)).toMatchObject({ type: 'next', id: 'restored' })
  })

  it('ends when its session expires, which neither waiting nor subscribing puts off', async () => {
    const clock = createSetClock()
    const server = await startServer({ clock, env: { SESSION_IDLE: '900' } })
    const { browser } = await signInAgain(server.url)
    const made = await browser.execute<{ createDocument: { id: string } }>(
      'mutation { createDocument(title: "A", body: "") { id } }',
    )
    const document = dataOf(made).createDocument.id
    const socket = await openSocket(browser)
    await socket.initialise()
    socket.subscribe('one', documentChanged, { id: document })
    expect(await firstOn(socket, document, browser)).toMatchObject({ type: 'next' })
    clock.advance(899)
    socket.subscribe('two', documentChanged, { id: document })
    while (await socket.within(700));
    clock.advance(2)
    const told = [await socket.next(), await socket.next()]
    expect(told).toContainEqual({ type: 'error', id: 'one', payload: unauthenticated })
    expect(told).toContainEqual({ type: 'error', id: 'two', payload: unauthenticated })
    expect(await socket.next()).toMatchObject({ closed: 4401 })
  })

  it('ends when its API token expires, told of at the upgrade or after it', async () => {
    const clock = createSetClock()
    const server = await startServer({ clock })
    const { browser } = await signInAgain(server.url)
    const made = await browser.execute(CreateApiTokenDocument, {
      name: 'reader',
      permissions: ['DOCUMENT_READ'],
      expiresInDays: 1,
    })
    const authorization = `Bearer ${dataOf(made).createApiToken?.token}`
    const nobody = createClient(server.url)
    const sockets = [await openSocket(nobody, { headers: { authorization } }), await openSocket(nobody)]
    await sockets[0]?.initialise()
    await sockets[1]?.initialise({ authorization })
    clock.advance(86_399)
    for (const socket of sockets) expect(await socket.within(700)).toBeNull()
    clock.advance(2)
    for (const socket of sockets) expect(await socket.next()).toMatchObject({ closed: 4401 })
    // By then it opens nothing any more.
    const late = await openSocket(nobody, { headers: { authorization } })
    await late.initialise()
    late.subscribe('one', documentChanged, { id: 'none' })
    expect(await late.next()).toMatchObject({ type: 'error', payload: unauthenticated })
  })

  it('outlasts the token that it was opened with where the session is used elsewhere', async () => {
    const clock = createSetClock()
    const server = await startServer({ clock, env: { SESSION_IDLE: '900' } })
    const { browser } = await signInAgain(server.url)
    const made = await browser.execute<{ createDocument: { id: string } }>(
      'mutation { createDocument(title: "A", body: "") { id } }',
    )
    const document = dataOf(made).createDocument.id
    const socket = await openSocket(browser)
    await socket.initialise()
    clock.advance(800)
    dataOf(await browser.execute('{ me { id } }'))
    clock.advance(800)
    expect(await socket.within(700)).toBeNull()
    socket.subscribe('one', documentChanged, { id: document })
    expect(await firstOn(socket, document, browser)).toMatchObject({ type: 'next' })
  })

  it('ends with the server with 1001, and its client goes on with the next one', async () => {
    const first = await startServer()
    const { browser } = await signInAgain(first.url)
    const made = await browser.execute<{ createDocument: { id: string } }>(
      'mutation { createDocument(title: "A", body: "") { id } }',
    )
    const document = dataOf(made).createDocument.id
    const cookie = await browser.jar.getCookieString(first.url)
    let url = first.url
    class Browser extends WebSocket {
      constructor(address: string, protocols: string) {
        super(address, protocols, { headers: { cookie } })
      }
    }
    const codes: number[] = []
    const client = createSocketClient({
      url: () => `${url.replace('http', 'ws')}/graphql`,
      webSocketImpl: Browser,
      retryWait: () => new Promise((resolve) => setTimeout(resolve, 100)),
      retryAttempts: 100,
      shouldRetry: () => true,
      on: { closed: (event) => codes.push((event as { code: number }).code) },
    })
    onTestFinished(() => void client.dispose())
    const events = client.iterate<{ documentChanged: { title: string } }>({
      query: documentChanged,
      variables: { id: document },
    })
    const titles: (string | undefined)[] = []
    void (async () => {
      for await (const { data } of events) titles.push(data?.documentChanged.title)
    })()
    const tell = async (title: string, by: Client) => {
      for (let tries = 0; tries < 100 && !titles.includes(title); tries++) {
        await rename(title, document, by)
        await sleep(100)
      }
      expect(titles).toContain(title)
    }
    await tell('Before', browser)
    // A client that does not answer must not hold the stop up.
    const deaf = await openSocket(browser)
    deaf.socket.pause()
    const before = performance.now()
    await first.close()
    expect(performance.now() - before).toBeLessThan(5000)
    expect(codes[0]).toBe(1001)

    const second = await startServer({ env: { DATABASE_URL: `file:${first.databasePath}` } })
    url = second.url
    await tell('After', createClient(second.url, second.url, browser.jar.cloneSync()))
  })
})
