import { createConnection } from 'node:net'
import Sqlite from 'better-sqlite3'
import { createClient as createSseClient } from 'graphql-sse'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { createSetClock } from '../identity/set-clock.ts'
import {
  CreateApiTokenDocument,
  DeleteDocumentDocument,
  LogoutDocument,
  MySessionsDocument,
  RevokeSessionDocument,
  ShareDocumentDocument,
  SuspendUserDocument,
  UnshareDocumentDocument,
  UpdateDocumentDocument,
  WithdrawRoleDocument,
} from '../support/__generated__/operations.ts'
import { createClient } from '../support/client.ts'
import { documentChanged, openEvents, readEvents, type Told } from '../support/events.ts'
import { dataOf, type House, openHouse } from '../support/house.ts'
import { startServer } from '../support/server.ts'

let house: House
let id: string

beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())
beforeEach(async () => {
  id = await house.createDocument()
})

const rename = async (title: string, of = id) =>
  dataOf(await house.as.member.execute(UpdateDocumentDocument, { id: of, title }))
const watch = (as: 'member' | 'editor' | 'admin' | 'stranger' | 'anonymous', headers = {}) =>
  openEvents(house.as[as], documentChanged, { id }, headers)
const unauthenticated = [{ message: 'You must be signed in to do this', extensions: { code: 'UNAUTHENTICATED' } }]
const codesOf = (told: Told | string | null) =>
  typeof told === 'object'
    ? (told?.errors ?? []).map(({ extensions, path }) => [extensions.code, path?.join('.')])
    : told

describe('documentChanged as server-sent events', () => {
  it('tells two readers of each change, as the document is then, and nothing of other documents', async () => {
    const other = await house.createDocument()
    const [owner, editor] = [await watch('member'), await watch('editor')]
    expect(owner.status).toBe(200)
    expect(owner.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(owner.headers.get('cache-control')).toBe('private, no-store')
    expect(owner.headers.get('x-content-type-options')).toBe('nosniff')

    await rename('Elsewhere', other)
    await rename('First')
    const first = { data: { documentChanged: { id, title: 'First', version: 2 } } }
    expect([await owner.next(), await editor.next()]).toEqual([first, first])
    await rename('Second')
    const second = { data: { documentChanged: { id, title: 'Second', version: 3 } } }
    expect([await owner.next(), await editor.next()]).toEqual([second, second])
  })

  it.each([
    ['stranger', 'FORBIDDEN'],
    ['anonymous', 'UNAUTHENTICATED'],
  ] as const)('is refused to the %s with %s before anything is listened to', async (person, code) => {
    const events = await watch(person)
    expect(codesOf(await events.next())).toEqual([[code, 'documentChanged']])
    expect(await events.next()).toBe('complete')
  })

  it('answers for a document that there is not as for a foreign one', async () => {
    const events = await openEvents(house.as.stranger, documentChanged, { id: 'none' })
    expect(codesOf(await events.next())).toEqual([['FORBIDDEN', 'documentChanged']])
    expect(await events.next()).toBe('complete')
  })

  it('withholds from an event what its reader may not see, and tells the rest', async () => {
    const query = 'subscription ($id: ID!) { documentChanged(id: $id) { title grants { level } } }'
    const [owner, editor] = [
      await openEvents(house.as.member, query, { id }),
      await openEvents(house.as.editor, query, { id }),
    ]
    await rename('Shared')
    expect(await owner.next()).toEqual({ data: { documentChanged: { title: 'Shared', grants: [{ level: 'WRITE' }] } } })
    const withheld = await editor.next()
    expect(withheld).toMatchObject({ data: { documentChanged: { title: 'Shared', grants: null } } })
    expect(codesOf(withheld)).toEqual([['FORBIDDEN', 'documentChanged.grants']])
  })

  it('tells a hundred of the denials of an event, and counts the rest', async () => {
    for (const role of ['MEMBER', 'EDITOR', 'ADMIN'] as const)
      dataOf(await house.as.admin.execute(ShareDocumentDocument, { id, with: { role }, level: 'READ' }))
    for (const userId of [house.ids.stranger, house.ids.admin])
      dataOf(await house.as.admin.execute(ShareDocumentDocument, { id, with: { userId }, level: 'READ' }))
    const emails = Array.from({ length: 25 }, (_, n) => `a${n}: email`).join(' ')
    const query = `subscription ($id: ID!) { documentChanged(id: $id) { grants { grantedBy { ${emails} } } } }`
    const events = await openEvents(house.as.member, query, { id })
    await rename('Crowded')
    const { errors = [] } = (await events.next()) as Told
    expect(errors).toHaveLength(101)
    expect(errors[100]?.extensions).toEqual({ code: 'FORBIDDEN', omitted: { 'User.email': 25 } })
  })

  it('ends with FORBIDDEN, and no content, as soon as the document is shared no more', async () => {
    const share = { id, with: { userId: house.ids.stranger } }
    dataOf(await house.as.member.execute(ShareDocumentDocument, { ...share, level: 'READ' }))
    const [owner, reader] = [await watch('member'), await watch('stranger')]
    await rename('Visible')
    expect(await reader.next()).toMatchObject({ data: { documentChanged: { title: 'Visible' } } })
    dataOf(await house.as.member.execute(UnshareDocumentDocument, share))
    const last = await reader.next()
    expect(last).toMatchObject({ data: { documentChanged: null } })
    expect(codesOf(last)).toEqual([['FORBIDDEN', 'documentChanged']])
    expect(await reader.next()).toBe('complete')
    await rename('Secret')
    expect([await owner.next(), await owner.next(), await owner.within(300)]).toContainEqual({
      data: { documentChanged: { id, title: 'Secret', version: 3 } },
    })
  })

  it('ends when the document is deleted, for its readers and for those who may read every one', async () => {
    const streams = [await watch('member'), await watch('editor'), await watch('admin')]
    dataOf(await house.as.member.execute(DeleteDocumentDocument, { id }))
    const last = await Promise.all(streams.map((stream) => stream.next()))
    expect(last.map(codesOf)).toEqual([
      [['FORBIDDEN', 'documentChanged']],
      [['NOT_FOUND', 'documentChanged']],
      [['NOT_FOUND', 'documentChanged']],
    ])
    expect(await Promise.all(streams.map((stream) => stream.next()))).toEqual(['complete', 'complete', 'complete'])
  })

  it('is open to an API token with the scope, and to none without', async () => {
    const make = async (permissions: 'DOCUMENT_READ'[] | 'ACCOUNT_READ'[]) => {
      const made = await house.as.member.execute(CreateApiTokenDocument, { name: 'reader', permissions })
      return { authorization: `Bearer ${dataOf(made).createApiToken?.token}` }
    }
    const allowed = await watch('anonymous', await make(['DOCUMENT_READ']))
    const denied = await watch('anonymous', await make(['ACCOUNT_READ']))
    expect(codesOf(await denied.next())).toEqual([['FORBIDDEN', 'documentChanged']])
    await rename('For programs')
    expect(await allowed.next()).toMatchObject({ data: { documentChanged: { title: 'For programs' } } })
  })

  it.each(['Bearer nonsense', 'Bearer '])(
    'takes %j for nobody, whatever cookie comes with it',
    async (authorization) => {
      const events = await watch('member', { authorization })
      expect(codesOf(await events.next())).toEqual([['UNAUTHENTICATED', 'documentChanged']])
      expect(events.headers.getSetCookie()).toEqual([])
    },
  )

  it('is read by graphql-sse’s client, and by a browser’s EventSource: by GET, with nothing but its cookie', async () => {
    const cookie = await house.as.member.jar.getCookieString(house.server.url)
    const client = createSseClient({ url: `${house.server.url}/graphql`, headers: { cookie } })
    onTestFinished(() => client.dispose())
    const iterator = client.iterate({ query: documentChanged, variables: { id } })
    const first = iterator.next()
    const search = new URLSearchParams({ query: documentChanged, variables: JSON.stringify({ id }) })
    const events = await readEvents(house.as.member, { headers: { accept: 'text/event-stream' } }, `/graphql?${search}`)
    // The other one may still be connecting.
    await new Promise((resolve) => setTimeout(resolve, 300))
    await rename('Read')
    const told = { data: { documentChanged: { id, title: 'Read', version: 2 } } }
    expect((await first).value).toEqual(told)
    expect(await events.next()).toEqual(told)
  })
})

describe('a stream of events', () => {
  it('ends within a second of its session, ended on another connection', async () => {
    const second = createClient(house.server.url)
    await second.login('member@example.com')
    const events = await openEvents(second, documentChanged, { id })
    const others = await watch('member')
    const { me } = dataOf(await second.execute(MySessionsDocument))
    const current = me?.sessions?.find(({ current }) => current)?.id ?? ''
    const before = performance.now()
    dataOf(await house.as.member.execute(RevokeSessionDocument, { id: current }))
    expect(await events.next()).toEqual({ errors: unauthenticated })
    expect(performance.now() - before).toBeLessThan(1000)
    expect(await events.next()).toBe('complete')
    await rename('Goes on')
    expect(await others.next()).toMatchObject({ data: { documentChanged: { title: 'Goes on' } } })
  })

  it('ends within a second of signing out, suspension and a token’s revocation, told by another process or by nobody', async () => {
    const leaver = createClient(house.server.url)
    await leaver.login('member@example.com')
    const leaving = await openEvents(leaver, documentChanged, { id })
    dataOf(await leaver.execute(LogoutDocument))
    expect(await leaving.next()).toEqual({ errors: unauthenticated })

    const email = `suspended-${id}@example.com`
    const suspended = createClient(house.server.url)
    const registered = await suspended.execute(
      'mutation ($email: EmailAddress!) { register(email: $email, password: "correct horse battery staple", name: "S") { ... on Session { user { id } } } }',
      { email },
    )
    const userId = (registered.body.data as { register: { user: { id: string } } }).register.user.id
    dataOf(await house.as.member.execute(ShareDocumentDocument, { id, with: { userId }, level: 'READ' }))
    const suspending = await openEvents(suspended, documentChanged, { id })
    dataOf(await house.as.admin.execute(SuspendUserDocument, { userId }))
    expect(await suspending.next()).toEqual({ errors: unauthenticated })

    // Past the stores that tell of changes, as another process on the same file writes.
    const silent = createClient(house.server.url)
    await silent.login('member@example.com')
    const unheard = await openEvents(silent, documentChanged, { id })
    const { me } = dataOf(await silent.execute(MySessionsDocument))
    const current = me?.sessions?.find(({ current }) => current)?.id ?? ''
    const before = performance.now()
    const database = new Sqlite(house.server.databasePath)
    database.prepare("UPDATE sessions SET ended_at = created_at, end_reason = 'REVOKED' WHERE id = ?").run(current)
    database.close()
    expect(await unheard.next()).toEqual({ errors: unauthenticated })
    expect(performance.now() - before).toBeLessThan(1000)
  })

  it('ends with FORBIDDEN within a second of the role by which it was read', async () => {
    const stream = await openEvents(house.as.editor, documentChanged, { id })
    const foreign = dataOf(
      await house.as.admin.execute<{ createDocument: { id: string } }>(
        'mutation { createDocument(title: "Ours", body: "") { id } }',
      ),
    ).createDocument.id
    const byRole = await openEvents(house.as.editor, documentChanged, { id: foreign })
    const before = performance.now()
    dataOf(await house.as.admin.execute(WithdrawRoleDocument, { userId: house.ids.editor, role: 'EDITOR' }))
    onTestFinished(async () => {
      await house.as.admin.execute('mutation ($id: ID!) { assignRole(userId: $id, role: EDITOR) { id } }', {
        id: house.ids.editor,
      })
    })
    expect(codesOf(await byRole.next())).toEqual([['FORBIDDEN', 'documentChanged']])
    expect(performance.now() - before).toBeLessThan(1000)
    expect(await byRole.next()).toBe('complete')
    // What is shared with them by name they may read still.
    expect(await stream.within(1000)).not.toBe('complete')
  })

  it('ends when its session expires, and does not make it last longer by waiting', async () => {
    const clock = createSetClock()
    const server = await startServer({ clock, env: { SESSION_IDLE: '900' } })
    const client = createClient(server.url)
    await client.login('member@example.com')
    const made = await client.execute<{ createDocument: { id: string } }>(
      'mutation { createDocument(title: "A", body: "") { id } }',
    )
    const events = await openEvents(client, documentChanged, { id: dataOf(made).createDocument.id })
    clock.advance(899)
    expect(await events.within(700)).toBeNull()
    clock.advance(2)
    expect(await events.next()).toEqual({ errors: unauthenticated })
    expect(await events.next()).toBe('complete')
  })

  it('outlasts the time at which it would have expired when the session is used elsewhere', async () => {
    const clock = createSetClock()
    const server = await startServer({ clock, env: { SESSION_IDLE: '900' } })
    const client = createClient(server.url)
    await client.login('member@example.com')
    const made = await client.execute<{ createDocument: { id: string } }>(
      'mutation { createDocument(title: "A", body: "") { id } }',
    )
    const events = await openEvents(client, documentChanged, { id: dataOf(made).createDocument.id })
    clock.advance(800)
    dataOf(await client.execute('{ me { id } }'))
    clock.advance(800)
    expect(await events.within(700)).toBeNull()
  })

  it('is for subscriptions alone, and these come in no other way', async () => {
    const query = await openEvents(house.as.member, '{ me { id } }')
    expect(query.status).toBe(400)
    expect(await query.body()).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] })
    const before = house.dump()
    const mutation = await openEvents(house.as.member, 'mutation { createDocument(title: "A", body: "") { id } }')
    expect(mutation.status).toBe(400)
    const search = new URLSearchParams({ query: 'mutation { createDocument(title: "A", body: "") { id } }' })
    const byGet = await readEvents(house.as.member, { headers: { accept: 'text/event-stream' } }, `/graphql?${search}`)
    expect(byGet.status).toBe(400)
    expect(house.dump()).toEqual(before)

    const plain = await house.as.member.execute(documentChanged, { id })
    expect(plain.status).toBe(406)
    expect(codesOf(plain.body)).toEqual([['BAD_REQUEST', undefined]])
  })

  it('is given to clients that take both, for a subscription, and JSON for all else', async () => {
    const accept = { accept: 'application/graphql-response+json, application/json, text/event-stream' }
    const answer = await house.as.member.execute('{ me { id } }', {}, accept)
    expect(dataOf(answer)).toEqual({ me: { id: house.ids.member } })
    const events = await watch('member', accept)
    await rename('Both')
    expect(await events.next()).toMatchObject({ data: { documentChanged: { title: 'Both' } } })
  })

  it('is refused for what does not fit the schema or asks for too much, as everywhere', async () => {
    const deep = `subscription { documentChanged(id: "x") ${'{ owner { sessions { user '.repeat(5)} { id } ${'} } }'.repeat(5)} }`
    const aliases = `subscription { documentChanged(id: "x") { ${Array.from({ length: 31 }, (_, n) => `a${n}: id`).join(' ')} } }`
    for (const [query, variables, code] of [
      ['subscription { nonsense }', {}, 'GRAPHQL_VALIDATION_FAILED'],
      ['subscription {', {}, 'GRAPHQL_PARSE_FAILED'],
      [
        'subscription { documentChanged(id: "x") { id } documentChanged(id: "y") { id } }',
        {},
        'GRAPHQL_VALIDATION_FAILED',
      ],
      [deep, {}, 'GRAPHQL_VALIDATION_FAILED'],
      [aliases, {}, 'GRAPHQL_VALIDATION_FAILED'],
      [documentChanged, { id: ['x', { hidden: 'value' }] }, 'BAD_USER_INPUT'],
      [documentChanged, {}, 'BAD_USER_INPUT'],
    ] as const) {
      const events = await openEvents(house.as.member, query, variables)
      expect(events.status, query).toBe(400)
      const body = await events.body()
      expect(body.errors?.map(({ extensions }) => extensions.code)[0], query).toBe(code)
      expect(JSON.stringify(body)).not.toContain('hidden')
    }
  })

  it('is opened by no page of a foreign origin', async () => {
    for (const headers of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }]) {
      const events = await watch('member', headers)
      expect(events.status).toBe(403)
      expect(codesOf(await events.body())).toEqual([['FORBIDDEN', undefined]])
    }
    expect((await watch('member', { 'sec-fetch-site': 'same-origin' })).status).toBe(200)
  })
})

describe('streams of events, many or slow', () => {
  it('are limited for each user and each client, and make room when they end', async () => {
    const small = await openHouse({ env: { STREAMS_PER_USER: '2', STREAMS_PER_CLIENT: '3' } })
    onTestFinished(small.close)
    const document = await small.createDocument()
    const open = (as: 'member' | 'editor' | 'admin') => openEvents(small.as[as], documentChanged, { id: document })
    const [first] = [await open('member'), await open('member')]
    const third = await open('member')
    expect(third.status).toBe(429)
    expect(third.headers.get('retry-after')).toBe('10')
    expect(await third.body()).toMatchObject({ errors: [{ extensions: { code: 'RATE_LIMITED', retryAfter: 10 } }] })
    expect((await open('editor')).status).toBe(200)
    expect((await open('admin')).status).toBe(429)
    first?.close()
    await expect.poll(async () => (await open('admin')).status, { timeout: 20_000 }).toBe(200)
  })

  it('end for a client that does not read, and take nothing from the others', async () => {
    const server = await openHouse({ patience: 2000, env: { STREAMS_PER_USER: '1' } })
    onTestFinished(server.close)
    const document = await server.createDocument()
    const body = 'ä'.repeat(45_000)
    const query = 'subscription ($id: ID!) { documentChanged(id: $id) { version body } }'
    const reader = await openEvents(server.as.member, query, { id: document })
    const { port, hostname } = new URL(server.server.url)
    const payload = JSON.stringify({ query, variables: { id: document } })
    const deaf = createConnection({ port: Number(port), host: hostname })
    onTestFinished(() => void deaf.destroy())
    const closed = new Promise<void>((resolve) => deaf.once('close', () => resolve()))
    const cookie = await server.as.editor.jar.getCookieString(server.server.url)
    deaf.on('error', () => {})
    deaf.write(
      `POST /graphql HTTP/1.1\r\nhost: x\r\ncookie: ${cookie}\r\naccept: text/event-stream\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(payload)}\r\n\r\n${payload}`,
    )
    const openAnother = () => openEvents(server.as.editor, query, { id: document })
    // It reads the head of the answer, and nothing after it.
    await new Promise<void>((resolve) => deaf.once('data', () => resolve(void deaf.pause())))
    expect((await openAnother()).status).toBe(429)
    let heard = 0
    let isDropped = false
    for (let version = 2; version < 200 && !isDropped; version++) {
      dataOf(await server.as.member.execute(UpdateDocumentDocument, { id: document, body: `${body}${version}` }))
      const told = await reader.next()
      expect(told).toMatchObject({ data: { documentChanged: { version } } })
      heard = version
      if (version % 10 === 0) isDropped = (await openAnother()).status === 200
    }
    await expect.poll(async () => isDropped || (await openAnother()).status === 200, { timeout: 20_000 }).toBe(true)
    deaf.resume()
    await closed
    expect(heard).toBeGreaterThan(2)
  })

  it('end with the server, without the word that would keep clients from coming again', async () => {
    const server = await startServer()
    const client = createClient(server.url)
    await client.login('member@example.com')
    const made = await client.execute<{ createDocument: { id: string } }>(
      'mutation { createDocument(title: "A", body: "") { id } }',
    )
    const events = await openEvents(client, documentChanged, { id: dataOf(made).createDocument.id })
    const before = performance.now()
    await server.close()
    expect(await events.next()).toBe('cut')
    expect(performance.now() - before).toBeLessThan(5000)
  })
})
