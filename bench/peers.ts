import { deepStrictEqual } from 'node:assert'
import { randomBytes } from 'node:crypto'
import { percentile } from './load.ts'
import { intervalOf, median } from './pairs.ts'
import { versionOf } from './peers/version-of.ts'
import { operations, type Role } from './peers/world.ts'
import { type Measured, type ServerProcess, startServerProcess } from './server-process.ts'
import { renderTable, type Suite } from './suite.ts'

/** This server beside others: the same schema, data, operations and cookie, in turn in one run. */

interface Contender {
  name: string
  /** Its program, in `peers/`. */
  program: string
  packages: readonly string[]
  env?: Record<string, string>
}

const ours = 'this server'
const contenders: readonly Contender[] = [
  { name: ours, program: 'gatehouse.ts', packages: ['@apollo/server', 'fastify', 'better-sqlite3'] },
  {
    name: `${ours}, SESSION_CACHE=5`,
    program: 'gatehouse.ts',
    packages: [],
    env: { SESSION_CACHE: '5' },
  },
  { name: 'bare node:http', program: 'bare-node.ts', packages: [] },
  {
    name: 'mercurius + mercurius-auth, jit',
    program: 'mercurius-auth.ts',
    packages: ['mercurius', 'mercurius-auth', 'graphql-jit', '@fastify/jwt'],
  },
  {
    name: 'mercurius + mercurius-auth, jit, tokens cached',
    program: 'mercurius-auth.ts',
    packages: [],
    env: { JWT_CACHE: 'on' },
  },
  { name: 'mercurius, jit, guards by hand', program: 'mercurius-by-hand.ts', packages: [] },
  {
    name: 'graphql-yoga + generic-auth',
    program: 'yoga-generic-auth.ts',
    packages: ['graphql-yoga', '@envelop/generic-auth'],
  },
  { name: 'Apollo + graphql-shield', program: 'apollo-shield.ts', packages: ['graphql-shield'] },
  {
    name: 'Apollo + @graphql-authz',
    program: 'apollo-authz.ts',
    packages: ['@graphql-authz/core', '@graphql-authz/apollo-server-plugin'],
  },
]

/** Of CPU for each request, against those named so. */
const bars: readonly { operation: string; against: string; bar: number }[] = [
  { operation: 'list', against: 'mercurius + mercurius-auth, jit', bar: 0.85 },
  { operation: 'me', against: 'mercurius + mercurius-auth, jit', bar: 1 },
  { operation: 'list', against: 'mercurius + mercurius-auth, jit, tokens cached', bar: 0.85 },
  { operation: 'me', against: 'mercurius + mercurius-auth, jit, tokens cached', bar: 1 },
  { operation: 'list', against: 'mercurius, jit, guards by hand', bar: 1.1 },
  { operation: 'me', against: 'mercurius, jit, guards by hand', bar: 1.5 },
  ...['Apollo + graphql-shield', 'Apollo + @graphql-authz'].flatMap((against) => [
    { operation: 'list', against, bar: 0.25 },
    { operation: 'me', against, bar: 0.4 },
  ]),
  { operation: 'list', against: 'bare node:http', bar: 1.5 },
]

const defaultRounds = 12
/** Of each server: two of the same code differ by up to a tenth, by what was compiled when. */
const processes = 2
/** Of operations that no bar is about, one round in so many: some servers take long for them. */
const spared = 4
/** Requests of an operation, before the rounds. A server gets faster for as long as its first fifteen thousand. */
const warmUp = 15_000
const warmUpOfSpared = 3000
/**
 * Microseconds of its CPU time for which a server is asked in each round, and requests at the least. In a shorter turn
 * more is measured of a process that wakes, and of caches that others have filled, than of one at work.
 */
const turn = 250_000
const least = 1500

const isBarred = (name: string) => bars.some(({ operation }) => operation === name)

type Started = { name: string; server: ServerProcess }
type Results = Map<string, Map<string, Measured[]>>

export const peers: Suite = {
  title: 'Beside other servers',
  async measure(rounds = defaultRounds) {
    const secret = randomBytes(32).toString('base64url')
    const started: Started[] = []
    try {
      for (const { name, program, env } of Array.from({ length: processes }, () => contenders).flat()) {
        const server = await startServerProcess(new URL(`peers/${program}`, import.meta.url), {
          ...env,
          BENCH_SECRET: secret,
        })
        started.push({ name, server })
      }
      return render(await compare(started, rounds), rounds)
    } finally {
      for (const { server } of started) await server.stop()
    }
  },
}

async function compare(started: readonly Started[], rounds: number): Promise<Results> {
  const [first] = started
  if (!first) throw new TypeError('expected this server')
  // A session stands in one database; the others take the token's word.
  const cookieOf = async (server: ServerProcess, role: Role) => {
    const cookie = server.cookies[role] ?? first.server.cookies[role] ?? ''
    // Ten minutes old, it is renewed with each answer until it is the new one that is sent.
    return server.cookies[role] === undefined ? cookie : server.renew(cookie)
  }
  const results: Results = new Map(operations.map(({ name }) => [name, new Map()]))
  const turns = new Map<string, number>()

  for (const { name, as, body } of operations) {
    const expected = await first.server.ask(await cookieOf(first.server, as), body)
    for (const contender of started) {
      const cookie = await cookieOf(contender.server, as)
      const answer = await contender.server.ask(cookie, body)
      // Refusals each tells in its own way; what is allowed they must all give alike.
      if (as === 'ADMIN') deepStrictEqual(answer, expected, `${contender.name} answers ${name} otherwise`)
      else if (!answer.errors?.length) throw new Error(`${contender.name} denies nothing of ${name}`)
      const { cpu } = await contender.server.measure(cookie, body, isBarred(name) ? warmUp : warmUpOfSpared)
      turns.set(`${name} ${contender.name}`, Math.max(least, Math.round(turn / cpu)))
    }
  }
  for (let round = 0; round < rounds; round++)
    for (const { name, as, body } of operations) {
      if (round % spared !== 0 && !isBarred(name)) continue
      const ofRound = new Map<string, Measured[]>()
      for (let index = 0; index < started.length; index++) {
        // Another one begins each time, and every second time it is the other way round.
        const place = (round + (round % 2 === 0 ? index : started.length - index)) % started.length
        const contender = started[place]
        if (!contender) throw new TypeError('expected a contender')
        const cookie = await cookieOf(contender.server, as)
        const measured = await contender.server.measure(cookie, body, turns.get(`${name} ${contender.name}`) ?? least)
        ofRound.set(contender.name, [...(ofRound.get(contender.name) ?? []), measured])
      }
      const byName = results.get(name)
      for (const [each, measured] of ofRound) byName?.set(each, [...(byName.get(each) ?? []), together(measured)])
    }
  return results
}

/** What several processes of one server took, as if it were one. */
function together(measured: readonly Measured[]): Measured {
  const sum = (figure: (each: Measured) => number) => measured.reduce((total, each) => total + figure(each), 0)
  return {
    cpu: sum(({ cpu }) => cpu) / measured.length,
    requests: sum(({ requests }) => requests),
    duration: sum(({ duration }) => duration),
    latencies: measured.flatMap(({ latencies }) => latencies).sort((a, b) => a - b),
  }
}

function render(results: Results, rounds: number): string {
  const take = (operation: string, name: string, figure: (measured: Measured) => number) =>
    median((results.get(operation)?.get(name) ?? []).map(figure))
  const table = (operation: string) =>
    renderTable(
      [operation, 'CPU µs', 'requests a second', 'p50 ms', 'p99 ms'],
      contenders.map(({ name }) => [
        name,
        take(operation, name, ({ cpu }) => cpu).toFixed(0),
        take(operation, name, ({ requests, duration }) => (requests / duration) * 1000).toFixed(0),
        take(operation, name, ({ latencies }) => percentile(latencies, 0.5)).toFixed(2),
        take(operation, name, ({ latencies }) => percentile(latencies, 0.99)).toFixed(2),
      ]),
    )
  const verdicts = bars.map(({ operation, against, bar }) => {
    // Round by round, so that what slows the machine for a while slows both.
    const own = results.get(operation)?.get(ours) ?? []
    const other = results.get(operation)?.get(against) ?? []
    const { ratio, low, high } = intervalOf(own.map(({ cpu }, round) => cpu / (other[round]?.cpu ?? Number.NaN)))
    const interval = `${low.toFixed(2)} – ${high.toFixed(2)}`
    const verdict = ratio <= bar ? 'met' : 'missed'
    return [`${operation}, against ${against}`, ratio.toFixed(2), interval, `≤ ${bar}`, verdict]
  })
  const versions = contenders.flatMap(({ packages }) => packages.map((name) => `${name} ${versionOf(name)}`))
  return `${versions.join(', ')}.

Each server is ${processes} processes of its own, whose figures are taken together; 16 connections of this one ask each for ${turn / 1_000_000} s of its CPU time, and ${least.toLocaleString('en')} times at the least, in turn, ${rounds} rounds of *list* and *me* and ${Math.ceil(rounds / spared)} of the others, each beginning with another of them, after ${warmUp.toLocaleString('en')} requests of each of those two, and ${warmUpOfSpared.toLocaleString('en')} of the others, that are not measured. CPU is the server's own, for each request; all figures are medians over the rounds. *list*: 50 objects × 8 fields, 3 of which need a role; *me*: one such object; all of them are at hand, and nothing is read for them; *denied list*: the list without that role; *mutation*: one that needs it. This server is the whole of it, as in production but for the log of each request: the signature verified once, SQLite asked, once for the requests that arrive together, whether anything of the session, its user or their roles has changed (nothing has: where it had, they would be read again), limits, security headers. The others take the token's word for who somebody is; *tokens cached* is an option of @fastify/jwt that its first examples do without; the one with guards by hand remembers which tokens it has verified as this server does.

${operations.map(({ name }) => table(name)).join('\n\n')}

CPU for each request, as a ratio by rounds:

${renderTable(['bar', 'ratio', '95 % interval', 'at most', ''], verdicts)}
`
}
