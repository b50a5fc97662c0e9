import { once } from 'node:events'
import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { demoPassword } from '../../src/demo.ts'
import { createSetClock } from '../identity/set-clock.ts'
import {
  ChangePasswordDocument,
  ReauthenticateDocument,
  ShareDocumentDocument,
  UnshareDocumentDocument,
  UpdateDocumentDocument,
} from '../support/__generated__/operations.ts'
import { type Client, createClient } from '../support/client.ts'
import { documentChanged, openEvents, readEvents } from '../support/events.ts'
import { dataOf, type House, openHouse, type Person } from '../support/house.ts'
import { createToken } from '../support/program.ts'
import { dial } from '../support/send-raw.ts'
import { startServer } from '../support/server.ts'
import { type Message, openSocket, refusalOf, subscribe } from '../support/sockets.ts'

let house: House
let id: string

beforeAll(async () => {
  house = await openHouse({ patience: 1000, env: { STREAMS_PER_USER: '100' } })
})
afterAll(() => house.close())
beforeEach(async () => {
  id = await house.createDocument()
})

const unauthenticated = [{ message: 'You must be signed in to do this', extensions: { code: 'UNAUTHENTICATED' } }]
const rename = async (title: string, of = id, as: Client = house.as.member) =>
  dataOf(await as.execute(UpdateDocumentDocument, { id: of, title }))
const sessionOf = async (client: Client) =>
  (await client.jar.getCookies(client.url)).find(({ key }) => key === 'session')?.value ?? ''
const codesOf = (told: Message) =>
  (told.payload as { extensions: { code: string } }[]).map(({ extensions }) => extensions.code)

/** A socket that has said who it is. */
async function open(as: Person = 'member', options: Parameters<typeof openSocket>[1] = {}, of = house) {
  const socket = await openSocket(of.as[as], options)
  expect(await socket.initialise()).toEqual({ type: 'connection_ack' })
  return socket
}

const handshake = (extra = '') =>
  `GET /graphql HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\nsec-websocket-protocol: graphql-transport-ws\r\n${extra}\r\n`

/** Opens four streams, and ends them: gives their statuses. */
async function openedBy({ as: { member } }: House, document: string): Promise<number[]> {
  const opened = []
  for (let n = 0; n < 4; n++) opened.push(await openEvents(member, documentChanged, { id: document }))
  for (const events of opened) events.close()
  return opened.map(({ status }) => status)
}

/** The same, a WebSocket already; `extra` are headers. */
async function dialUpgraded(extra = ''): Promise<{ socket: Socket; head: string }> {
  const socket = await dial(house.server.url)
  socket.write(handshake(extra))
  const [head] = await once(socket, 'data')
  expect(String(head)).toMatch(/^HTTP\/1.1 101/)
  return { socket, head: String(head) }
}

/** A frame with a mask of noughts: its bytes are what they say. */
const frame = (first: number, text: string) =>
  Buffer.concat([Buffer.from([first, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)])

describe('who waits for events', () => {
  it('is nobody where two cookies of one name are sent, and whoever else’s session was planted', async () => {
    const [own, planted] = [await sessionOf(house.as.member), await sessionOf(house.as.stranger)]
    for (const cookie of [
      `session=${own}; session=${planted}`,
      `session=${planted}; session=${own}`,
      'session=',
      `session=${own}x`,
    ]) {
      const socket = await open('anonymous', { headers: { cookie } })
      socket.subscribe('one', documentChanged, { id })
      expect(await socket.next(), cookie).toMatchObject({
        type: 'error',
        payload: [{ extensions: { code: 'UNAUTHENTICATED' } }],
      })
      const events = await openEvents(house.as.anonymous, documentChanged, { id }, { cookie })
      expect(await events.next(), cookie).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] })
    }
    const socket = await open('anonymous', { headers: { cookie: `session=${own}; other=1` } })
    socket.subscribe('one', documentChanged, { id })
    expect(await socket.within(300)).toBeNull()
  })

  it('gets by an API token what its scope covers in each event, and the rest as null', async () => {
    const { token } = await createToken(house.as.member, ['DOCUMENT_READ'])
    const query = 'subscription ($id: ID!) { documentChanged(id: $id) { title owner { id email } } }'
    const headers = { authorization: `Bearer ${token}` }
    const events = await openEvents(house.as.anonymous, query, { id }, headers)
    const socket = await open('anonymous', { headers })
    socket.subscribe('one', query, { id })
    await sleep(300)
    for (const title of ['First', 'Second']) {
      await rename(title)
      const told = {
        data: { documentChanged: { title, owner: { id: house.ids.member, email: null } } },
        errors: [{ path: ['documentChanged', 'owner', 'email'], extensions: { code: 'FORBIDDEN' } }],
      }
      expect(await events.next()).toMatchObject(told)
      expect(await socket.next()).toMatchObject({ type: 'next', payload: told })
    }
    const full = await openEvents(house.as.member, query, { id })
    await rename('Third')
    expect(await full.next()).toEqual({
      data: { documentChanged: { title: 'Third', owner: { id: house.ids.member, email: 'member@example.com' } } },
    })
  })

  it('is told the same, to the byte, of a document that there is not and of a foreign one', async () => {
    const texts: string[] = []
    for (const document of [id, 'none', '', '\u0000', id.toUpperCase()]) {
      const socket = await open('stranger')
      const [data] = await Promise.all([
        once(socket.socket, 'message'),
        socket.subscribe('one', documentChanged, { id: document }),
      ])
      const events = await openEvents(house.as.stranger, documentChanged, { id: document })
      texts.push(`${data[0]} ${JSON.stringify([await events.next(), await events.next()])}`)
      expect(events.status).toBe(200)
    }
    expect(new Set(texts).size).toBe(1)
    expect(texts[0]).toContain('FORBIDDEN')
  })

  it('learns nothing of what changes between the end of the share and the next one', async () => {
    const share = { id, with: { userId: house.ids.stranger } }
    const give = async () => dataOf(await house.as.member.execute(ShareDocumentDocument, { ...share, level: 'READ' }))
    await give()
    const socket = await open('stranger')
    socket.subscribe('one', documentChanged, { id })
    await sleep(300)
    // At once, so that the share has ended when the change of before is told.
    await Promise.all([rename('Secret'), house.as.member.execute(UnshareDocumentDocument, share)])
    const told: string[] = []
    for (let next = await socket.within(500); next; next = await socket.within(500)) told.push(JSON.stringify(next))
    await rename('More of it')
    await give()
    expect(await socket.within(300)).toBeNull()
    expect(told.at(-1)).toBe('{"id":"one","type":"complete"}')
    expect(told.at(-2)).toContain('FORBIDDEN')
    expect(told.join()).not.toContain('More of it')
  })
})

describe('the end of a session', () => {
  /** A stream and a socket of a browser's own. */
  async function wait() {
    const browser = createClient(house.server.url)
    const email = `w${id}@example.com`
    const password = 'correct horse battery staple'
    const made = await browser.execute<{ register: { user: { id: string } } }>(
      `mutation { register(email: "${email}", password: "${password}", name: "W") { ... on Session { user { id } } } }`,
    )
    const userId = dataOf(made).register.user.id
    dataOf(await house.as.member.execute(ShareDocumentDocument, { id, with: { userId }, level: 'READ' }))
    const events = await openEvents(browser, documentChanged, { id })
    const socket = await subscribe(browser, documentChanged, { id })
    await sleep(300)
    return { browser, email, password, events, socket }
  }

  it.each(['changePassword', 'changePassword on another device', 'reauthenticate'])(
    'by %s ends streams and sockets that were opened with it',
    async (how) => {
      const { browser, email, password, events, socket } = await wait()
      const newPassword = 'a horse of another colour'
      const other = createClient(house.server.url)
      if (how === 'changePassword on another device') await other.login(email, password)
      const by = how === 'changePassword on another device' ? other : browser
      if (how === 'reauthenticate') dataOf(await browser.execute(ReauthenticateDocument, { password }))
      else dataOf(await by.execute(ChangePasswordDocument, { currentPassword: password, newPassword }))
      expect(await events.next()).toEqual({ errors: unauthenticated })
      expect(await events.next()).toBe('complete')
      expect(await socket.next()).toEqual({ errors: unauthenticated })
      expect((await socket.closed).closed).toBe(4401)
    },
  )

  it('comes at the very millisecond of its expiry, and not one before', async () => {
    const clock = createSetClock()
    const server = await startServer({ clock, env: { SESSION_IDLE: '900' } })
    const browser = createClient(server.url)
    await browser.login('member@example.com', demoPassword)
    const made = await browser.execute<{ createDocument: { id: string } }>(
      'mutation { createDocument(title: "A", body: "") { id } }',
    )
    const document = dataOf(made).createDocument.id
    const events = await openEvents(browser, documentChanged, { id: document })
    const socket = await openSocket(browser)
    await socket.initialise()
    clock.advance(899.999)
    expect([await events.within(700), await socket.within(10)]).toEqual([null, null])
    clock.advance(0.001)
    expect(await events.next()).toEqual({ errors: unauthenticated })
    expect(await socket.next()).toMatchObject({ closed: 4401 })
  })
})

describe('what is asked for by a stream or a socket', () => {
  it.each([
    'mutation { login(email: "member@example.com", password: "open sesame in development") { __typename } }',
    'mutation { logout }',
    'mutation { changePassword(currentPassword: "open sesame in development", newPassword: "a horse of another colour") }',
    'mutation { a: createDocument(title: "A", body: "") { id } b: createDocument(title: "B", body: "") { id } }',
  ])('is no mutation: nothing is run, counted or set of %s', async (query) => {
    const socket = await open()
    const before = house.dump()
    socket.subscribe('one', query)
    const refused = await socket.next()
    expect(refused).toMatchObject({ type: 'error', payload: [{ extensions: { code: 'BAD_REQUEST' } }] })
    expect((refused as { payload: unknown[] }).payload).toHaveLength(1)
    for (const events of [
      await openEvents(house.as.member, query),
      await readEvents(
        house.as.member,
        { headers: { accept: 'text/event-stream' } },
        `/graphql?${new URLSearchParams({ query })}`,
      ),
    ]) {
      expect(events.status).toBe(400)
      expect(events.headers.getSetCookie()).toEqual([])
    }
    expect(house.dump()).toEqual(before)
    // Nor did it become another's socket, or nobody's.
    socket.subscribe('two', documentChanged, { id })
    expect(await socket.within(300)).toBeNull()
  })

  it.each([
    ['@skip', 'subscription ($id: ID!) { documentChanged(id: $id) @skip(if: true) { id } }', {}],
    ['@include', 'subscription ($id: ID!) { documentChanged(id: $id) @include(if: false) { id } }', {}],
    [
      '@skip by a variable',
      'subscription ($id: ID!, $x: Boolean!) { documentChanged(id: $id) @skip(if: $x) { id } }',
      { x: false },
    ],
    [
      '@include on a fragment',
      'subscription ($id: ID!, $x: Boolean!) { ... @include(if: $x) { documentChanged(id: $id) { id } } }',
      { x: false },
    ],
    [
      '@skip on a spread',
      'subscription ($id: ID!) { ...F @skip(if: true) } fragment F on Subscription { documentChanged(id: $id) { id } }',
      {},
    ],
    [
      '@skip in a fragment',
      'subscription ($id: ID!) { ...F } fragment F on Subscription { ...F documentChanged(id: $id) @skip(if: true) { id } }',
      {},
    ],
  ] as const)('is refused as the client’s fault with %s at its root', async (_, query, more) => {
    const variables = { id, ...more }
    const answers = [
      await openEvents(house.as.member, query, variables),
      await openEvents(house.as.member, query, variables, { accept: 'application/json' }),
    ]
    for (const answer of answers) {
      expect(answer.status).toBe(400)
      expect(await answer.body()).toMatchObject({ errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] })
    }
    const socket = await open()
    socket.subscribe('one', query, variables)
    expect(codesOf((await socket.next()) as Message)).toEqual(['GRAPHQL_VALIDATION_FAILED'])
    const explained = await house.as.admin.execute(
      'query ($query: String!, $variables: JSON) { explainAccess(query: $query, variables: $variables) { complete } }',
      { query, variables },
    )
    expect(explained.body.errors?.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT'])
  })

  it('may depend on @skip and @include below its root, and queries at theirs', async () => {
    const query =
      'subscription ($id: ID!, $x: Boolean!) { documentChanged(id: $id) { id title @skip(if: $x) ... @include(if: $x) { version } } }'
    const events = await openEvents(house.as.member, query, { id, x: true })
    await rename('On')
    expect(await events.next()).toEqual({ data: { documentChanged: { id, version: 2 } } })
    const answer = await house.as.member.execute('query ($x: Boolean!) { me @skip(if: $x) { id } }', { x: true })
    expect(answer.body).toEqual({ data: {} })
  })
})

describe('a socket', () => {
  it('is not compressed, whatever its client offers', async () => {
    const { head } = await dialUpgraded('sec-websocket-extensions: permessage-deflate; client_max_window_bits\r\n')
    expect(head).not.toMatch(/sec-websocket-extensions/i)
  })

  it('is closed with 4400 when it sends bytes in place of text', async () => {
    const socket = await open()
    socket.socket.send(Buffer.from('{"type":"ping"}'), { binary: true })
    expect(await socket.next()).toEqual({ closed: 4400, reason: 'Invalid message received' })
  })

  it.each([
    ['one byte each', '"'],
    ['nothing at all', ''],
  ])('is closed with 1008 when a message comes in very many frames of %s', async (_, text) => {
    const { socket } = await dialUpgraded()
    socket.write(Buffer.concat([frame(0x01, text), ...Array.from({ length: 300 }, () => frame(0x00, text))]))
    const [end] = await once(socket, 'data')
    expect([end[0], (end as Buffer).readUInt16BE(2)]).toEqual([0x88, 1008])
    await once(socket, 'close')
  })

  it('takes a message in some frames, with others between them', async () => {
    const { socket } = await dialUpgraded()
    const text = '{"type":"connection_init"}'
    const frames = [...text].map((letter, index) => frame(index === 0 ? 0x01 : 0x00, letter))
    socket.write(Buffer.concat([...frames.flatMap((each) => [each, frame(0x89, 'x')]), frame(0x80, '')]))
    let heard = ''
    while (!heard.includes('connection_ack')) heard += String((await once(socket, 'data'))[0])
  })

  it('is dropped when it asks for signs of life without end, and takes none of them', async () => {
    const { socket } = await dialUpgraded()
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
    socket.write(frame(0x81, '{"type":"connection_init"}'))
    await once(socket, 'data')
    socket.pause()
    const pings = Buffer.concat(Array.from({ length: 1000 }, () => frame(0x89, 'x'.repeat(125))))
    let written = 0
    // Until the network holds no more, in either direction.
    const write = () =>
      new Promise<boolean>((resolve) => {
        setTimeout(resolve, 1000, false)
        socket.write(pings, (error) => resolve(!error))
      })
    while (written < 400 && (await write())) written++
    expect(written).toBeLessThan(400)
    // It hears of the end by what it has to write; what it has to read it leaves.
    await closed
  })

  it('is closed with 4429 when it says twice at once who it is, and the second is not believed', async () => {
    const { token } = await createToken(house.as.member, ['DOCUMENT_READ'])
    const socket = await openSocket(house.as.stranger)
    socket.send({ type: 'connection_init' })
    socket.send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } })
    socket.subscribe('one', documentChanged, { id })
    expect(await socket.closed).toMatchObject({ closed: 4429 })
  })

  it('is closed with 4409 when it takes an id anew before its subscription is over, whose events would be another’s', async () => {
    const other = await house.createDocument()
    const socket = await open()
    socket.subscribe('one', documentChanged, { id })
    socket.send({ type: 'complete', id: 'one' })
    socket.subscribe('one', documentChanged, { id: other })
    expect(await socket.next()).toEqual({ closed: 4409, reason: 'The subscription with this id is not over yet' })
  })

  it('may have ids that objects have already', async () => {
    const socket = await open()
    for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty']) {
      socket.subscribe(name, documentChanged, { id: 'none' })
      expect(await socket.next(), name).toMatchObject({
        type: 'error',
        id: name,
        payload: [{ extensions: { code: 'FORBIDDEN' } }],
      })
    }
  })
})

describe('streams and sockets', () => {
  it('that are asked for behind others on their connection are no sockets, and end nobody’s', async () => {
    const small = await openHouse({ env: { STREAMS_PER_USER: '3' } })
    onTestFinished(small.close)
    const document = await small.createDocument()
    const cookie = await small.as.member.jar.getCookieString(small.server.url)
    const post = (more: string, query: string) => {
      const body = JSON.stringify({ query })
      return `POST /graphql HTTP/1.1\r\nhost: x\r\n${more}content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
    }
    // Checking a password takes longer than reading what follows.
    const slow = post('', 'mutation { login(email: "a@example.com", password: "open sesame") { __typename } }')
    const stream = post(
      `cookie: ${cookie}\r\naccept: text/event-stream\r\n`,
      `subscription { documentChanged(id: "${document}") { id } }`,
    )
    const foreign = handshake('origin: https://evil.example\r\n')
    for (const [text, statuses] of [
      [slow + handshake(), ['200', '400']],
      [slow + slow + foreign, ['200', '200', '403']],
      [slow + handshake().replace('version: 13', 'version: 7'), ['200', '400']],
      [stream + handshake(), ['200']],
      [slow + stream + stream + handshake(), ['200', '200']],
    ] as const) {
      const socket = await dial(small.server.url)
      let heard = ''
      socket.on('data', (chunk) => {
        heard += chunk
      })
      socket.write(text)
      const heads = () => [...heard.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)
      await expect.poll(heads, { timeout: 5000 }).toEqual(statuses)
      socket.destroy()
    }
    await expect.poll(() => openedBy(small, document), { timeout: 10_000, interval: 500 }).toEqual([200, 200, 200, 429])
    await open('member', {}, small)
  })

  it('count for the client that the last proxy names, and for no one that clients make up', async () => {
    const behind = await openHouse({ env: { TRUST_PROXY: '1', STREAMS_PER_CLIENT: '2' } })
    onTestFinished(behind.close)
    const from = (addresses: string) => ({ headers: { 'x-forwarded-for': addresses } })
    await open('anonymous', from('192.0.2.1, 203.0.113.7'), behind)
    await open('anonymous', from('192.0.2.2, 203.0.113.7'), behind)
    expect(await refusalOf(openSocket(behind.as.anonymous, from('192.0.2.3, ::ffff:203.0.113.7')))).toMatchObject({
      status: 429,
    })
    const events = await openEvents(
      behind.as.member,
      documentChanged,
      { id: 'none' },
      { 'x-forwarded-for': '203.0.113.7' },
    )
    expect(events.status).toBe(429)
    await open('anonymous', from('203.0.113.7, 203.0.113.8'), behind)
    // Subscriptions on a socket count for it too.
    const socket = await open('member', from('2001:db8::1'), behind)
    const document = await behind.createDocument()
    socket.subscribe('one', documentChanged, { id: document })
    socket.subscribe('two', documentChanged, { id: document })
    expect(await socket.next()).toMatchObject({
      type: 'error',
      id: 'two',
      payload: [{ extensions: { code: 'RATE_LIMITED' } }],
    })

    const direct = await openHouse({ env: { STREAMS_PER_CLIENT: '1' } })
    onTestFinished(direct.close)
    await open('anonymous', from('192.0.2.1'), direct)
    expect(await refusalOf(openSocket(direct.as.anonymous, from('192.0.2.2')))).toMatchObject({ status: 429 })
  })

  it('that wait behind other answers on their connection are counted no more once it is gone', async () => {
    const small = await openHouse({ env: { STREAMS_PER_USER: '3' } })
    onTestFinished(small.close)
    const document = await small.createDocument()
    const cookie = await small.as.member.jar.getCookieString(small.server.url)
    const body = JSON.stringify({ query: documentChanged, variables: { id: document } })
    const request = `POST /graphql HTTP/1.1\r\nhost: x\r\ncookie: ${cookie}\r\naccept: text/event-stream\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
    for (const wait of [0, 1, 5, 50]) {
      const socket = await dial(small.server.url)
      socket.write(request.repeat(3))
      await sleep(wait)
      socket.resetAndDestroy()
    }
    await expect.poll(() => openedBy(small, document), { timeout: 10_000, interval: 500 }).toEqual([200, 200, 200, 429])
  })

  it('hold up no stop of the server, read or not, told who they are or not', async () => {
    // As long as the test may last: what is waited for is waited for until it fails.
    const server = await openHouse({ patience: 600_000, stopLimit: 600_000 })
    const document = await server.createDocument()
    const query = 'subscription ($id: ID!) { documentChanged(id: $id) { body } }'
    const cookie = await server.as.member.jar.getCookieString(server.server.url)
    const body = JSON.stringify({ query, variables: { id: document } })
    const deaf = await dial(server.server.url)
    deaf.write(
      `POST /graphql HTTP/1.1\r\nhost: x\r\ncookie: ${cookie}\r\naccept: text/event-stream\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    )
    await once(deaf, 'data')
    deaf.pause()
    const reader = await openEvents(server.as.member, query, { id: document })
    const text = 'ä'.repeat(45_000)
    for (let n = 0; n < 60; n++)
      dataOf(await server.as.member.execute(UpdateDocumentDocument, { id: document, body: `${text}${n}` }))
    const silent = await openSocket(server.as.member)
    const mute = await openSocket(server.as.member)
    mute.socket.pause()
    const stopped = server.close()
    expect(await silent.next()).toEqual({ closed: 1001, reason: 'The server stops' })
    while (typeof (await reader.next()) !== 'string');
    await stopped
  })
})
