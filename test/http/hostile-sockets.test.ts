import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { createLogger } from '../../src/http/logger.ts'
import { UpdateDocumentDocument } from '../support/__generated__/operations.ts'
import { createClient } from '../support/client.ts'
import { documentChanged } from '../support/events.ts'
import { dataOf, type House, openHouse, type Person } from '../support/house.ts'
import { dial, sendRaw } from '../support/send-raw.ts'
import { startServer } from '../support/server.ts'
import { type Message, openSocket, type RawSocket, refusalOf } from '../support/sockets.ts'

let house: House
const lines: Record<string, unknown>[] = []

beforeAll(async () => {
  const logger = createLogger('trace', { write: (line) => lines.push(JSON.parse(line)) })
  house = await openHouse({ logger, heartbeat: 300 })
})
afterAll(() => house.close())

const path = 'GET /graphql HTTP/1.1\r\nhost: x\r\n'
const handshake = `${path}connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\nsec-websocket-protocol: graphql-transport-ws\r\n`
const documentRead = 'subscription { documentChanged(id: "none") { id } }'
const codesOf = ({ payload }: Message) =>
  (payload as { extensions: { code: string } }[]).map(({ extensions }) => extensions.code)

/** A socket that has said who it is. */
async function open(as: Person = 'member', of = house) {
  const socket = await openSocket(of.as[as])
  expect(await socket.initialise()).toEqual({ type: 'connection_ack' })
  return socket
}

describe('the upgrade', () => {
  it.each([
    [{ origin: 'https://evil.example' }],
    [{ origin: 'null' }],
    [{ origin: 'http://localhost:5173.evil.example' }],
    [{ 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'same-site', origin: 'http://localhost:5174' }],
  ])('is refused to the page of a foreign origin: %j', async (headers) => {
    const before = house.dump()
    const refused = await refusalOf(openSocket(house.as.member, { headers }))
    expect(refused).toMatchObject({ status: 403, body: { errors: [{ extensions: { code: 'FORBIDDEN' } }] } })
    expect(refused.headers).toMatchObject({ connection: 'close', 'x-request-id': expect.any(String) })
    expect(house.dump()).toEqual(before)
  })

  it('is open to pages of its own and of listed origins, and to what is no browser', async () => {
    const allowing = await openHouse({
      env: { PUBLIC_URL: 'http://localhost:4000', ALLOWED_ORIGINS: 'http://localhost:5173' },
    })
    onTestFinished(allowing.close)
    const allowed: Record<string, string>[] = [
      {},
      { origin: 'http://localhost:4000' },
      { origin: 'http://localhost:5173', 'sec-fetch-site': 'same-site' },
      { origin: 'http://127.0.0.1', 'sec-fetch-site': 'same-origin' },
    ]
    for (const headers of allowed) {
      const socket = await openSocket(allowing.as.member, { headers })
      expect(await socket.initialise()).toEqual({ type: 'connection_ack' })
    }
    const foreign = { origin: 'http://localhost:5174' }
    expect(await refusalOf(openSocket(allowing.as.member, { headers: foreign }))).toMatchObject({ status: 403 })
  })

  it('of a development server is refused under a foreign host, and to a page that pretends to want HTML', async () => {
    const { url } = await startServer({ env: { NODE_ENV: 'development' } })
    const client = createClient(url)
    const foreign: Record<string, string>[] = [
      { host: 'rebound.example:4000' },
      { accept: 'text/html', origin: 'https://evil.example' },
    ]
    for (const headers of foreign) {
      const refused = await refusalOf(openSocket(client, { headers }))
      expect(refused, JSON.stringify(headers)).toMatchObject({
        status: 403,
        body: { errors: [{ extensions: { code: 'FORBIDDEN' } }] },
      })
    }
    const socket = await openSocket(client, { headers: { accept: 'text/html' } })
    expect(await socket.initialise()).toEqual({ type: 'connection_ack' })
  })

  it('opens nothing anywhere else', async () => {
    for (const target of ['/', '/health/live', '/graphql/', '//', '/graphqlx']) {
      const answer = await sendRaw(house.server.url, `${handshake.replace('/graphql', target)}\r\n`)
      expect(answer, target).toMatch(/^HTTP\/1.1 (404|200)/)
    }
  })

  it.each([
    ['no key', handshake.replace(/sec-websocket-key.*\r\n/, '')],
    ['a key that is none', handshake.replace('AAAA==', 'AAAA')],
    ['an old version', handshake.replace('version: 13', 'version: 7')],
    ['subprotocols that are none', handshake.replace('graphql-transport-ws', 'a,,b')],
  ])('is refused with BAD_REQUEST with %s', async (_, text) => {
    const answer = await sendRaw(house.server.url, `${text}\r\n`)
    expect(answer).toMatch(/^HTTP\/1.1 400/)
    expect(answer).toContain('"code":"BAD_REQUEST"')
    expect(answer).toMatch(/connection: close/i)
  })

  it('to something else is no upgrade: the request is answered as any other', async () => {
    const body = JSON.stringify({ query: '{ __typename }' })
    const head = `host: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n`
    for (const upgrade of ['h2c', 'websocket']) {
      const answer = await sendRaw(
        house.server.url,
        `POST /graphql HTTP/1.1\r\n${head}connection: upgrade, close\r\nupgrade: ${upgrade}\r\n\r\n${body}`,
      )
      expect(answer).toContain('{"data":{"__typename":"Query"}}')
    }
  })

  it.each([[[]], [['graphql-ws']], [['soap', 'mqtt']]])(
    'comes to nothing with the subprotocols %j: 4406',
    async (protocols) => {
      const socket = await dial(house.server.url)
      const line = protocols.length === 0 ? '' : `sec-websocket-protocol: ${protocols.join(', ')}\r\n`
      socket.write(`${handshake.replace(/sec-websocket-protocol.*\r\n/, line)}\r\n`)
      let answer = Buffer.alloc(0)
      socket.on('data', (chunk) => {
        answer = Buffer.concat([answer, chunk])
      })
      await once(socket, 'close')
      expect(answer.toString('latin1')).not.toMatch(/sec-websocket-protocol/i)
      // The frame that ends it: 0x88, its length, the code.
      expect(answer.readUInt16BE(answer.indexOf(0x88, answer.indexOf('\r\n\r\n')) + 2)).toBe(4406)
    },
  )

  it('with a body is an upgrade all the same, or none, and nobody else notices', async () => {
    for (const more of ['content-length: 30\r\n', 'content-length: 999999999\r\n', 'transfer-encoding: chunked\r\n']) {
      const socket = await dial(house.server.url)
      socket.write(`${handshake}${more}\r\n1e\r\n{"query":"{ __typename }"}      \r\n0\r\n\r\n`)
      const [answer] = await once(socket, 'data')
      expect(String(answer), more).toMatch(/^HTTP\/1.1 (101|400)/)
      await once(socket, 'close')
    }
    await open()
  })

  it('is given up by those who hang up at any moment, and nobody else notices', async () => {
    for (let length = 0; length <= handshake.length + 2; length += 24) {
      const socket = await dial(house.server.url)
      socket.write(`${handshake}\r\n`.slice(0, length))
      await sleep(length % 3)
      socket.resetAndDestroy()
    }
    const frame = Buffer.from([0x81, 0xfe, 0x10])
    for (const wait of [0, 1, 5, 20]) {
      const socket = await dial(house.server.url)
      socket.write(Buffer.concat([Buffer.from(`${handshake}\r\n`), frame]))
      await sleep(wait)
      socket.resetAndDestroy()
    }
    await open()
  })
})

describe('a socket that does not keep to the protocol', () => {
  it('is closed with 4408 when it never says who it is, and with 4429 when it says so twice', async () => {
    const silent = await openSocket(house.as.member)
    const twice = await open()
    twice.send({ type: 'connection_init' })
    expect(await twice.next()).toEqual({ closed: 4429, reason: 'Too many initialisation requests' })
    const before = performance.now()
    expect(await silent.next()).toEqual({ closed: 4408, reason: 'Connection initialisation timeout' })
    expect(performance.now() - before).toBeLessThan(5000)
  })

  it('is closed with 4401 when it subscribes before that', async () => {
    const socket = await openSocket(house.as.member)
    socket.subscribe('one', documentChanged, { id: 'x' })
    expect(await socket.next()).toEqual({ closed: 4401, reason: 'Unauthorized' })
  })

  it('is closed with 4409 when it gives one id to two subscriptions, however long it is', async () => {
    for (const name of ['one', 'ö'.repeat(1000)]) {
      const document = await house.createDocument()
      const socket = await open()
      socket.subscribe(name, documentChanged, { id: document })
      socket.subscribe(name, documentChanged, { id: document })
      expect(await socket.closed).toMatchObject({ closed: 4409 })
    }
  })

  it.each([
    ['nonsense', 'nonsense'],
    ['a list', '[]'],
    ['nothing', ''],
    ['no type', '{}'],
    ['an unknown type', '{"type":"start","id":"1"}'],
    ['what only servers say', '{"type":"next","id":"1","payload":{"data":null}}'],
    ['no id', '{"type":"subscribe","payload":{"query":"{ __typename }"}}'],
    ['no query', '{"type":"subscribe","id":"1","payload":{}}'],
    ['variables that are a list', '{"type":"subscribe","id":"1","payload":{"query":"{ __typename }","variables":[]}}'],
    ['a poisoned key', '{"type":"ping","payload":{"\\u005f_proto__":{"a":1}}}'],
    ['a poisoned constructor', '{"type":"ping","payload":{"constructor":{"prototype":{}}}}'],
  ])('is closed with 4400 when it sends %s', async (_, text) => {
    const socket = await open()
    socket.send(text)
    expect(await socket.next()).toEqual({ closed: 4400, reason: 'Invalid message received' })
  })

  it('is closed with 1009 when it sends more than 100 KiB, in one frame or in many', async () => {
    const large = JSON.stringify({ type: 'ping', payload: { a: 'x'.repeat(100 * 1024) } })
    const one = await open()
    one.send(large)
    expect(await one.closed).toMatchObject({ closed: 1009 })
    const many = await open()
    for (let start = 0; start < large.length; start += 10_000)
      many.socket.send(large.slice(start, start + 10_000), { fin: start + 10_000 >= large.length })
    expect(await many.closed).toMatchObject({ closed: 1009 })
    const fits = await open()
    fits.send(JSON.stringify({ type: 'ping', payload: { a: 'x'.repeat(99 * 1024) } }))
    expect(await fits.next()).toMatchObject({ type: 'pong' })
  })

  it.each([
    ['frames without a mask', [0x81, 0x02, 0x7b, 0x7d], 1002],
    ['reserved bits', [0xf1, 0x80, 0, 0, 0, 0], 1002],
    ['an unknown kind of frame', [0x83, 0x80, 0, 0, 0, 0], 1002],
    ['text that is not UTF-8', [0x81, 0x82, 0, 0, 0, 0, 0xc3, 0x28], 1007],
    ['a length beyond all bounds', [0x81, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], 1009],
    ['a control frame in pieces', [0x09, 0x80, 0, 0, 0, 0], 1002],
    ['a code that nobody may send', [0x88, 0x82, 0, 0, 0, 0, 0x03, 0xed], 1002],
  ])('is closed by the code for %s', async (_, bytes, code) => {
    const socket = await dial(house.server.url)
    socket.write(`${handshake}\r\n`)
    const [head] = await once(socket, 'data')
    expect(String(head)).toMatch(/^HTTP\/1.1 101/)
    socket.write(Buffer.from(bytes))
    const [end] = await once(socket, 'data')
    expect(end[0]).toBe(0x88)
    expect((end as Buffer).readUInt16BE(2)).toBe(code)
    await once(socket, 'close')
  })
})

describe('a socket', () => {
  it('answers subscriptions alone: queries and mutations are refused, and nothing is written', async () => {
    const socket = await open()
    const before = house.dump()
    socket.subscribe('query', '{ me { id } }')
    const query = await socket.next()
    expect(query).toMatchObject({ type: 'error', id: 'query' })
    expect(codesOf(query as Message)).toEqual(['BAD_REQUEST'])
    socket.subscribe('mutation', 'mutation { createDocument(title: "A", body: "") { id } }')
    expect(codesOf((await socket.next()) as Message)).toEqual(['BAD_REQUEST'])
    socket.subscribe('introspection', '{ __schema { types { name } } }')
    expect(codesOf((await socket.next()) as Message)).toEqual(['BAD_REQUEST'])
    expect(house.dump()).toEqual(before)
  })

  it('refuses what does not fit the schema or asks for too much, as HTTP does, and quotes none of it', async () => {
    const socket = await open()
    const deep = `subscription { documentChanged(id: "x") ${'{ owner { sessions { user '.repeat(5)} { id } ${'} } }'.repeat(5)} }`
    const aliases = `subscription { documentChanged(id: "x") { ${Array.from({ length: 31 }, (_, n) => `a${n}: id`).join(' ')} } }`
    for (const [query, variables, code] of [
      ['subscription { nonsense }', {}, 'GRAPHQL_VALIDATION_FAILED'],
      ['subscription {', {}, 'GRAPHQL_PARSE_FAILED'],
      [`subscription { ${'documentChanged(id: "x") { id } '.repeat(400)} }`, {}, 'GRAPHQL_PARSE_FAILED'],
      [deep, {}, 'GRAPHQL_VALIDATION_FAILED'],
      [aliases, {}, 'GRAPHQL_VALIDATION_FAILED'],
      [documentChanged, { id: ['x', { hidden: 'value' }] }, 'BAD_USER_INPUT'],
      [documentChanged, {}, 'BAD_USER_INPUT'],
    ] as const) {
      socket.subscribe('one', query, variables)
      const refused = (await socket.next()) as Message
      expect(refused).toMatchObject({ type: 'error', id: 'one' })
      expect(codesOf(refused)[0], query).toBe(code)
      expect(JSON.stringify(refused)).not.toContain('hidden')
    }
  })

  it('is in the log once with the id of its request, and each subscription with one of its own, and no more', async () => {
    const socket = await openSocket(house.as.member)
    await socket.initialise({ authorization: 'Bearer canary', secret: 'canary' })
    lines.length = 0
    socket.subscribe('canary', 'subscription Canaries($id: ID!) { documentChanged(id: $id) { id } }', { id: 'canary' })
    await socket.next()
    socket.socket.close(4999, 'canary')
    await socket.closed
    await expect.poll(() => lines.filter(({ msg }) => msg === 'request')).toHaveLength(1)
    const [line] = lines.filter(({ msg }) => msg === 'request')
    expect(line).toMatchObject({
      method: 'GET',
      path: '/graphql',
      status: 101,
      closeCode: 4999,
      ms: expect.any(Number),
    })
    const told = lines.filter(({ msg }) => msg === 'subscription')
    expect(told).toMatchObject([{ operation: 'Canaries', socket: line?.requestId, ms: expect.any(Number) }])
    expect(told[0]?.requestId).not.toBe(line?.requestId)
    expect(JSON.stringify(lines).toLowerCase()).not.toContain('"canary')
  })

  it('answers signs of life, and is dropped when it gives none', async () => {
    const socket = await open()
    socket.send({ type: 'ping', payload: { a: 1 } })
    expect(await socket.next()).toEqual({ type: 'pong', payload: { a: 1 } })
    socket.socket.ping('x')
    const [pong] = await once(socket.socket, 'pong')
    expect(String(pong)).toBe('x')
    expect(await socket.within(1500)).toBeNull()

    const dead = await openSocket(house.as.member, { autoPong: false })
    await dead.initialise()
    const before = performance.now()
    expect(await dead.next()).toMatchObject({ closed: 1006 })
    expect(performance.now() - before).toBeLessThan(2000)
  })

  it('is put off from asking on while it does not read the answers', async () => {
    const socket = await open('stranger')
    socket.socket.pause()
    const wants = JSON.stringify({ type: 'ping', payload: { a: 'x'.repeat(90_000) } })
    const all = 1000
    let sent = 0
    for (let n = 0; n < all; n++) socket.socket.send(wants, () => sent++)
    await sleep(1500)
    // What the network holds in between is some megabytes at most; the server holds none of it.
    expect(sent).toBeLessThan(all)
    socket.socket.terminate()
  })
})

describe('sockets, many or slow', () => {
  it('count as streams, and so do the subscriptions on them', async () => {
    const small = await openHouse({ env: { STREAMS_PER_USER: '3', STREAMS_PER_CLIENT: '5' } })
    onTestFinished(small.close)
    const document = await small.createDocument()
    const socket = await open('member', small)
    socket.subscribe('one', documentChanged, { id: document })
    socket.subscribe('two', documentChanged, { id: document })
    socket.subscribe('three', documentChanged, { id: document })
    expect(await socket.next()).toMatchObject({
      type: 'error',
      id: 'three',
      payload: [{ extensions: { code: 'RATE_LIMITED', retryAfter: 10 } }],
    })
    const another = await openSocket(small.as.member)
    expect(await another.initialise()).toEqual({ closed: 1013, reason: 'Too many streams of events are open' })
    const anonymous = await open('anonymous', small)
    await open('anonymous', small)
    const refused = await refusalOf(openSocket(small.as.stranger))
    expect(refused).toMatchObject({
      status: 429,
      headers: { 'retry-after': '10' },
      body: { errors: [{ extensions: { code: 'RATE_LIMITED', retryAfter: 10 } }] },
    })
    anonymous.socket.close()
    await anonymous.closed
    await open('stranger', small)

    // What has ended counts no more.
    socket.send({ type: 'complete', id: 'one' })
    dataOf(await small.as.member.execute(UpdateDocumentDocument, { id: document, title: 'On' }))
    while (await socket.within(300));
    socket.subscribe('four', documentRead)
    expect(codesOf((await socket.next()) as Message)).toEqual(['FORBIDDEN'])
    socket.subscribe('five', documentRead)
    expect(codesOf((await socket.next()) as Message)).toEqual(['FORBIDDEN'])
    socket.socket.terminate()
    await expect.poll(async () => (await openSocket(small.as.member)).initialise()).toEqual({ type: 'connection_ack' })
  })

  it('are told what is too much as often as they ask, and keep nobody waiting', async () => {
    const socket = await open('stranger')
    const all = 3000
    const answers = new Map<string, number>()
    const told = new Promise<void>((resolve) => {
      let count = 0
      socket.socket.on('message', (data) => {
        const { payload } = JSON.parse(String(data)) as { payload: { extensions: { code: string } }[] }
        const code = payload[0]?.extensions.code ?? ''
        answers.set(code, (answers.get(code) ?? 0) + 1)
        if (++count === all) resolve()
      })
    })
    for (let n = 0; n < all; n++) socket.subscribe(`${n}`, documentRead)
    const before = performance.now()
    dataOf(await house.as.member.execute('{ me { id } }'))
    expect(performance.now() - before).toBeLessThan(5000)
    await told
    // Whoever has twenty in hand is told so at once; each that ends makes room.
    expect([...answers.keys()].sort()).toEqual(['FORBIDDEN', 'RATE_LIMITED'])
  })

  it('leave nothing counted however they end', async () => {
    const small = await openHouse({ env: { STREAMS_PER_USER: '4', STREAMS_PER_CLIENT: '10' } })
    onTestFinished(small.close)
    const document = await small.createDocument()
    for (let round = 0; round < 60; round++) {
      const socket = await openSocket(small.as.member).catch(() => null)
      if (!socket) {
        await sleep(20)
        continue
      }
      socket.send({ type: 'connection_init' })
      if (round % 2) await socket.next()
      for (const name of ['a', 'b']) socket.subscribe(name, documentChanged, { id: document })
      if (round % 3) socket.send({ type: 'complete', id: 'a' })
      if (round % 3) socket.subscribe('a', documentChanged, { id: document })
      await sleep(round % 5)
      socket.socket.terminate()
    }
    let socket: RawSocket | null = null
    while (!socket) {
      const tried = await openSocket(small.as.member)
      if ('type' in (await tried.initialise())) socket = tried
      else tried.socket.terminate()
    }
    await sleep(200)
    for (const name of ['one', 'two', 'three']) socket.subscribe(name, documentChanged, { id: document })
    expect(await socket.within(300)).toBeNull()
    socket.subscribe('four', documentChanged, { id: document })
    expect(codesOf((await socket.next()) as Message)).toEqual(['RATE_LIMITED'])
  })

  it('end for a client that does not read, with 1013, and take nothing from the others', async () => {
    let isDropped = false
    const logger = createLogger('info', {
      write(line) {
        isDropped ||= line.includes('a client read its events too slowly')
      },
    })
    const server = await openHouse({ patience: 1000, logger })
    onTestFinished(server.close)
    const document = await server.createDocument()
    const query = 'subscription ($id: ID!) { documentChanged(id: $id) { version body } }'
    const reader = await open('member', server)
    const deaf = await open('editor', server)
    for (const socket of [reader, deaf]) socket.subscribe('one', query, { id: document })
    await sleep(500)
    deaf.socket.pause()
    const body = 'ä'.repeat(45_000)
    let version = 1
    for (; version < 1000 && !isDropped; version++) {
      dataOf(await server.as.member.execute(UpdateDocumentDocument, { id: document, body: `${body}${version}` }))
      expect(await reader.next()).toMatchObject({ payload: { data: { documentChanged: { version: version + 1 } } } })
    }
    expect(isDropped).toBe(true)
    deaf.socket.resume()
    expect(await deaf.closed).toEqual({ closed: 1013, reason: 'Events were read too slowly' })
    dataOf(await server.as.member.execute(UpdateDocumentDocument, { id: document, body: 'On' }))
    expect(await reader.next()).toMatchObject({ payload: { data: { documentChanged: { body: 'On' } } } })
  })
})

describe('a fault', () => {
  it('is masked under an id that the log has, and has the client come again', async () => {
    const logger = createLogger('trace', { write: (line) => lines.push(JSON.parse(line)) })
    const server = await openHouse({ logger })
    onTestFinished(server.close)
    const socket = await open('member', server)
    const late = await openSocket(server.as.member)
    lines.length = 0
    await server.server.database.close()
    socket.subscribe('one', documentRead)
    const told = await socket.next()
    expect(told).toMatchObject({
      type: 'error',
      id: 'one',
      payload: [{ message: 'Internal server error', extensions: { code: 'INTERNAL_SERVER_ERROR' } }],
    })
    const [{ extensions }] = (told as { payload: [{ extensions: { correlationId: string } }] }).payload
    expect(lines.filter(({ level }) => level === 50)).toContainEqual(
      expect.objectContaining({ requestId: extensions.correlationId, err: expect.anything() }),
    )
    expect(await socket.next()).toEqual({ closed: 1013, reason: 'Internal server error' })
    expect(await late.initialise()).toEqual({ closed: 1013, reason: 'Internal server error' })
  })
})
