// Whether the time of an answer tells who has an account: node bench/enumeration.ts
// Measures a server in a process of its own over HTTP, one request after the other, and renews its section of results.md.
import { fork } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { createServer } from 'node:net'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openSqlite } from '../src/database/sqlite.ts'
import { createStores } from '../src/database/stores/index.ts'
import { createId } from '../src/id.ts'
import { createPasswordHasher } from '../src/identity/password/hash.ts'
import { median } from './pairs.ts'
import { renewSection } from './renew-section.ts'
import { describeMachine, renderTable } from './suite.ts'

const tries = 200
/** Milliseconds that the medians of known and unknown addresses may be apart. */
const bar = 5
const password = 'correct horse battery staple'

/** Who an address belongs to; one address a try, since each is throttled by itself. */
type Kind = 'unknown' | 'known' | 'suspended'
const addressOf = (kind: Kind, index: number) => `${kind}-${index}@example.com`

interface Operation {
  name: string
  kinds: readonly Kind[]
  query(email: string): string
  /** What every answer is, whoever has the address. */
  answer: RegExp
}

const operations: readonly Operation[] = [
  {
    name: '`login`, wrong password',
    kinds: ['unknown', 'known', 'suspended'],
    query: (email) => `mutation { login(email: "${email}", password: "wrong horse battery staple") { __typename } }`,
    answer: /"INVALID_CREDENTIALS"/,
  },
  {
    name: '`requestPasswordReset`',
    kinds: ['unknown', 'known', 'suspended'],
    query: (email) => `mutation { requestPasswordReset(email: "${email}") }`,
    answer: /^\{"data":\{"requestPasswordReset":true\}\}/,
  },
  {
    name: '`requestLoginCode`',
    kinds: ['unknown', 'known', 'suspended'],
    query: (email) => `mutation { requestLoginCode(email: "${email}") }`,
    answer: /^\{"data":\{"requestLoginCode":true\}\}/,
  },
  {
    name: '`register` with `EMAIL_VERIFICATION=required`',
    kinds: ['unknown', 'known'],
    query: (email) => `mutation { register(email: "${email}", password: "${password}", name: "Nina") { __typename } }`,
    answer: /^\{"data":\{"register":null\}\}/,
  },
]

async function fill(path: string): Promise<void> {
  const concurrency = availableParallelism()
  const hasher = createPasswordHasher({ memory: 19_456, iterations: 2, parallelism: 1, concurrency, queue: 0 })
  const hash = await hasher.hash(password)
  const database = await openSqlite({ path })
  const { users, passwords } = createStores(database)
  const createdAt = new Date()
  await database.transaction(async () => {
    for (const kind of ['known', 'suspended'] as const)
      for (let index = 0; index < tries; index++) {
        const user = { id: createId(), name: 'Nina', email: addressOf(kind, index), emailVerified: true }
        await users.create({ ...user, suspended: kind === 'suspended', createdAt, roles: ['MEMBER'] })
        await passwords.put(user.id, hash, createdAt)
      }
  })
  await database.close()
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => probe.once('listening', resolve))
  const address = probe.address()
  await new Promise((resolve) => probe.close(resolve))
  return typeof address === 'object' && address ? address.port : Number.NaN
}

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'))
const path = join(folder, 'gatehouse.db')
const port = await freePort()
const agent = new Agent({ keepAlive: true, maxSockets: 1 })
await fill(path)

const server = fork(new URL('../src/main.ts', import.meta.url), {
  env: {
    NODE_ENV: 'production',
    PORT: `${port}`,
    PUBLIC_URL: 'https://api.example.com',
    DATABASE_URL: `file:${path}`,
    JWT_KEYS: JSON.stringify([{ kid: 'bench', alg: 'HS256', secret: Buffer.alloc(32, 's').toString('base64url') }]),
    MASTER_KEY: Buffer.alloc(32, 'm').toString('base64'),
    // Mails are put into the outbox as ever; nobody takes them from it.
    SMTP_URL: 'smtp://127.0.0.1:1',
    MAIL_FROM: 'bench@example.com',
    EMAIL_VERIFICATION: 'required',
    // A network for each try, so that none is throttled.
    TRUST_PROXY: '1',
    LOG_LEVEL: 'silent',
  },
})

let networks = 0
/** Milliseconds from the request to the whole of its answer. */
async function measure({ query, answer }: Operation, email: string): Promise<number> {
  const body = JSON.stringify({ query: query(email) })
  const network = networks++
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'x-forwarded-for': `10.${network >> 16}.${(network >> 8) & 255}.${network & 255}`,
  }
  const started = performance.now()
  const text = await new Promise<string>((resolve, reject) => {
    const sent = request({ agent, host: '127.0.0.1', port, path: '/graphql', method: 'POST', headers }, (response) => {
      let received = ''
      response.setEncoding('utf8').on('data', (chunk: string) => {
        received += chunk
      })
      response.on('end', () => resolve(received))
    })
    sent.on('error', reject).end(body)
  })
  const taken = performance.now() - started
  if (!answer.test(text)) throw new Error(`unexpected answer: ${text}`)
  return taken
}

async function untilItAnswers(): Promise<void> {
  for (let waited = 0; waited < 30_000; waited += 100) {
    const isLive = await fetch(`http://127.0.0.1:${port}/health/ready`).then(
      ({ ok }) => ok,
      () => false,
    )
    if (isLive) return
    await sleep(100)
  }
  throw new Error('the server does not start')
}

try {
  await untilItAnswers()
  for (const operation of operations)
    for (let index = 0; index < 20; index++)
      await measure(operation, `warm-${operation.name.length}-${index}@example.com`)

  const rows: string[][] = []
  let isMet = true
  for (const operation of operations) {
    const taken = new Map<Kind, number[]>(operation.kinds.map((kind) => [kind, []]))
    for (let index = 0; index < tries; index++) {
      // In turn, each as often first as the others: whatever drifts meanwhile drifts for all.
      const turn = index % operation.kinds.length
      for (const kind of [...operation.kinds.slice(turn), ...operation.kinds.slice(0, turn)])
        taken.get(kind)?.push(await measure(operation, addressOf(kind, index)))
    }
    const medians = operation.kinds.map((kind) => median(taken.get(kind) ?? []))
    const apart = Math.max(...medians) - Math.min(...medians)
    isMet &&= apart <= bar
    const cells = [...medians.map((value) => value.toFixed(2)), ...Array(3 - medians.length).fill('–')]
    rows.push([operation.name, ...cells, apart.toFixed(2), `≤ ${bar}`, apart <= bar ? 'met' : 'missed'])
  }

  const table = renderTable(['operation', 'unknown address', 'known', 'suspended', 'apart', 'bar', ''], rows)
  const section = `\`node bench/enumeration.ts\`. ${describeMachine()}

Milliseconds over HTTP from the request to the whole of its answer: medians of ${tries} tries each, in turn, on a production server with SQLite that nothing else asks.

${table}`
  const title = 'Whether time tells who has an account'
  const results = new URL('results.md', import.meta.url)
  writeFileSync(results, renewSection(readFileSync(results, 'utf8'), title, section))
  console.log(section)
  if (!isMet) process.exitCode = 1
} finally {
  agent.destroy()
  server.kill()
  rmSync(folder, { recursive: true, force: true })
}
