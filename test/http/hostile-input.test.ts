import { once } from 'node:events'
import { connect } from 'node:net'
import fc from 'fast-check'
import { getIntrospectionQuery } from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type House, openHouse } from '../support/house.ts'

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

/** Milliseconds that an answer may take, on a machine that has other things to do too. */
const patience = 5_000
/** What an answer never tells, whatever was asked: where the code stands, and what is behind it. */
const inside = /node_modules|\.ts\b|\bat \S+ \(|sqlite|drizzle|select .* from |internal server error/i

interface Seen {
  status: number
  text: string
}

/** Holds an answer to what every answer is: the client's fault where there is a fault, in JSON, and soon. */
function expectHarmless({ status, text }: Seen, started: number): void {
  expect(status).toBeGreaterThanOrEqual(200)
  expect(status, text).toBeLessThan(500)
  expect(text).not.toContain('INTERNAL_SERVER_ERROR')
  // What somebody sent is quoted in places; what they cannot have sent is not.
  for (const { message } of (JSON.parse(text) as { errors?: { message: string }[] }).errors ?? [])
    expect(message).not.toMatch(inside)
  expect(performance.now() - started).toBeLessThan(patience)
}

async function post(body: string, headers: Record<string, string> = {}): Promise<void> {
  const started = performance.now()
  const answer = await house.as.member.send('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  })
  expectHarmless(answer, started)
}

/** Sends bytes as they are, and reads until the server hangs up. */
async function sendRaw(lines: readonly string[], body: string): Promise<Seen> {
  const socket = connect(Number(new URL(house.server.url).port), '127.0.0.1')
  const head = ['POST /graphql HTTP/1.1', 'host: x', 'connection: close', `content-length: ${Buffer.byteLength(body)}`]
  socket.end(Buffer.concat([Buffer.from([...head, ...lines, '', ''].join('\r\n'), 'latin1'), Buffer.from(body)]))
  const parts: Buffer[] = []
  socket.on('data', (part) => parts.push(part)).on('error', () => {})
  await once(socket, 'close')
  const answer = Buffer.concat(parts).toString()
  const end = answer.indexOf('\r\n\r\n')
  return { status: Number(answer.slice(9, 12)), text: answer.slice(end + 4) }
}

const hostileText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.constantFrom(
    '\0',
    '\ud800',
    'a\udc00b',
    '__proto__',
    'constructor',
    '%00',
    '\u202e',
    "'; DROP TABLE users; --",
    '{{constructor}}',
    '../../../etc/passwd',
    'x'.repeat(20_000),
    '\u0301'.repeat(5_000),
  ),
)
const hostileNumber = fc.oneof(
  fc.double(),
  fc.constantFrom(Number.MAX_SAFE_INTEGER + 1, -1, 2 ** 31, 2 ** 53, 1e308, -0, 5e-324),
)
/** Any JSON, with keys that objects have already. */
const hostileValue = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    hostileText,
    hostileNumber,
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc
      .array(
        fc.tuple(
          fc.oneof(fc.constantFrom('__proto__', 'constructor', 'toString', 'id', 'userId'), hostileText),
          tie('value'),
        ),
        {
          maxLength: 4,
        },
      )
      // Own keys, which an object literal would not make of them.
      .map((entries) => Object.fromEntries(entries)),
  ),
})).value

const bounded = { numRuns: 60, endOnFailure: true } as const

describe('a body', () => {
  it('of any bytes is refused', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 500 }), (body) => post(body)),
      bounded,
    )
  })

  it('of any JSON is refused, or answered', async () => {
    await fc.assert(
      fc.asyncProperty(hostileValue, (value) => post(JSON.stringify(value))),
      bounded,
    )
  })

  it('with anything for query, operationName, variables and extensions is refused, or answered', async () => {
    const parts = fc.record({
      query: fc.oneof(fc.constantFrom('{ me { id } }', 'query A { me { id } } query B { __typename }'), hostileValue),
      operationName: hostileValue,
      variables: hostileValue,
      extensions: hostileValue,
    })
    await fc.assert(
      fc.asyncProperty(parts, (body) => post(JSON.stringify(body))),
      bounded,
    )
  })

  it.each([
    ['nested by brackets', '['.repeat(50_000)],
    ['nested by arrays', `{"query":"{ me { id } }","variables":${'['.repeat(20_000)}${']'.repeat(20_000)}}`],
    ['nested by objects', `{"query":"{ me { id } }","variables":${'{"a":'.repeat(8_000)}1${'}'.repeat(8_000)}}`],
    ['of a number without end', `{"query":"{ me { id } }","variables":{"first":${'9'.repeat(50_000)}}}`],
    [
      'of a number beyond doubles',
      '{"query":"query($first: Int) { documents(first: $first) { totalCount } }","variables":{"first":1e999}}',
    ],
    ['of duplicate keys', '{"query":"{ me { id } }","query":"mutation { logout }","query":"{ __typename }"}'],
    ['of a prototype', '{"query":"{ me { id } }","__proto__":{"isAdmin":true},"variables":{"__proto__":{"x":1}}}'],
    ['of a constructor', '{"query":"{ me { id } }","variables":{"constructor":{"prototype":{"isAdmin":true}}}}'],
    ['of a thousand operations', JSON.stringify(Array(1000).fill({ query: '{ me { id } }' }))],
    ['of NUL', '\0'.repeat(1000)],
  ])('%s is harmless', async (_, body) => {
    await post(body)
    expect(Object.hasOwn(Object.prototype, 'isAdmin')).toBe(false)
    await post('{"query":"{ me { id } }"}')
  })
})

describe('variables', () => {
  const operations = [
    'query ($a: Int, $b: String) { documents(first: $a, after: $b) { totalCount edges { cursor node { id title } } } }',
    'query ($a: ID!) { document(id: $a) { id title body } }',
    'mutation ($a: String!, $b: String!) { createDocument(title: $a, body: $b) { id title body } }',
    'mutation ($a: ID!, $b: GranteeInput!, $c: AccessLevel!) { shareDocument(id: $a, with: $b, level: $c) { id } }',
    'mutation ($a: String!) { updateProfile(name: $a) { id name } }',
    'mutation ($a: ID!) { revokeSession(id: $a) }',
  ]

  it.each(operations)('of any value are refused, or answered: %s', async (query) => {
    const variables = fc.record({ a: hostileValue, b: hostileValue, c: hostileValue })
    await fc.assert(
      fc.asyncProperty(variables, (values) => post(JSON.stringify({ query, variables: values }))),
      bounded,
    )
  })

  it.each(operations)('of texts that are hard to keep are refused, or answered: %s', async (query) => {
    const variables = fc.record({ a: fc.oneof(hostileText, hostileNumber), b: hostileText, c: hostileText })
    await fc.assert(
      fc.asyncProperty(variables, (values) => post(JSON.stringify({ query, variables: values }))),
      bounded,
    )
  })
})

describe('headers', () => {
  const names = [
    'cookie',
    'authorization',
    'origin',
    'content-type',
    'accept',
    'x-forwarded-for',
    'x-request-id',
    'sec-fetch-site',
    'user-agent',
    'apollo-require-preflight',
    'x-apollo-operation-name',
  ]
  /** Any bytes but those that end a header. */
  const value = fc
    .array(fc.integer({ min: 0x20, max: 0xff }), { maxLength: 300 })
    .map((bytes) => String.fromCharCode(...bytes))
  const prefix = fc.constantFrom('', 'session=', 'session=a.b.', 'device=', 'Bearer ', 'application/json; charset=')

  it.each(names)('of any value are refused, or answered: %s', async (name) => {
    await fc.assert(
      fc.asyncProperty(prefix, value, async (start, rest) => {
        const started = performance.now()
        const others = name === 'content-type' ? [] : ['content-type: application/json']
        const answer = await sendRaw([...others, `${name}: ${start}${rest}`], '{"query":"{ me { id } }"}')
        expectHarmless(answer, started)
      }),
      { ...bounded, numRuns: 30 },
    )
  })

  it('of too many cookies are refused, or answered', async () => {
    const cookies = Array.from({ length: 2_000 }, (_, index) => `c${index}=${index}`)
      .join('; ')
      .slice(0, 15_000)
    const answer = await sendRaw(['content-type: application/json', `cookie: ${cookies}`], '{"query":"{ me { id } }"}')
    expectHarmless(answer, performance.now())
  })
})

describe('a document', () => {
  const times = (count: number, text: (index: number) => string) =>
    Array.from({ length: count }, (_, index) => text(index)).join(' ')

  it.each([
    ['a circle of fragments', '{ me { ...a } } fragment a on User { ...b } fragment b on User { ...a }'],
    ['a fragment that spreads itself', '{ me { ...a } } fragment a on User { id ...a }'],
    [
      'a fragment bomb',
      `{ me { ...f0 } } ${times(24, (n) => `fragment f${n} on User { ...f${n + 1} ...f${n + 1} }`)} fragment f24 on User { id }`,
    ],
    ['a flood of aliases', `{ ${times(300, (n) => `a${n}: __typename`)} }`],
    ['a flood of one field', `{ ${'__typename '.repeat(900)} }`],
    ['a flood of directives', `{ __typename ${'@include(if: true) '.repeat(190)} }`],
    ['a flood of unknown directives', `{ __typename ${'@a '.repeat(450)} }`],
    ['depth', `{ me { ${'sessions { user { '.repeat(200)}id${' } }'.repeat(200)} } }`],
    ['depth in a value', `{ document(id: ${'['.repeat(450)}1${']'.repeat(450)}) { id } }`],
    ['depth in inline fragments', `{ me { ${'... on User { '.repeat(300)}id${' }'.repeat(300)} } }`],
    [
      'introspection in introspection',
      `{ __schema { types { ${'fields { type { '.repeat(20)}name${' } }'.repeat(20)} } } }`,
    ],
    ['introspection thirty times', `{ ${times(30, (n) => `a${n}: __schema { types { fields { type { name } } } }`)} }`],
    ['the standard introspection', getIntrospectionQuery()],
    ['operations without end', times(150, (n) => `query q${n} { __typename }`)],
    ['variables without end', `query (${times(200, (n) => `$v${n}: Int`)}) { __typename }`],
    ['definitions of types', 'type Query { me: String } schema { query: Query }'],
    ['a string without end', '{ document(id: "'],
    ['a block string of quotes', `{ document(id: """${'"'.repeat(5_000)}""") { id } }`],
    ['a comment of 90 KiB', `# ${'x'.repeat(90_000)}\n{ __typename }`],
    ['commas of 90 KiB', `{ __typename ${','.repeat(90_000)} }`],
    ['fields that overlap', `{ me { ${times(150, (n) => `... on User { id name a${n % 5}: email }`)} } }`],
    ['a number without end', `{ documents(first: ${'9'.repeat(10_000)}) { totalCount } }`],
    ['lone surrogates', '{ document(id: "\\ud800") { id } } # \ud800'],
    ['prototype names', '{ __proto__ constructor toString hasOwnProperty me { __proto__ { id } } }'],
  ])('of %s is harmless', async (_, query) => {
    await post(JSON.stringify({ query }))
    await post(JSON.stringify({ query: '{ me { id } }' }))
  })

  it('of any tokens is refused, or answered', async () => {
    const token = fc.constantFrom(
      ...[
        '{',
        '}',
        '(',
        ')',
        '[',
        ']',
        '!',
        '...',
        ':',
        '=',
        '@',
        '$',
        '|',
        '&',
        '""',
        '"""',
        '#',
        '\n',
        '0',
        '-1',
        '1e9',
      ],
      ...[
        'query',
        'mutation',
        'subscription',
        'fragment',
        'on',
        'me',
        'id',
        'User',
        'documents',
        'first',
        'edges',
        'node',
      ],
      ...['__typename', '__schema', '__type', 'true', 'null', 'include', 'if', 'a', '\ufeff', '\0', '__proto__'],
    )
    await fc.assert(
      fc.asyncProperty(fc.array(token, { maxLength: 60 }), (tokens) =>
        post(JSON.stringify({ query: tokens.join(' ') })),
      ),
      { ...bounded, numRuns: 300 },
    )
  })
})
