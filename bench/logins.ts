import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { demoPassword } from '../src/demo.ts'
import { percentile } from './load.ts'
import { median } from './pairs.ts'
import { type ServerProcess, startServerProcess } from './server-process.ts'
import { renderTable, type Suite } from './suite.ts'

/** What signed-in users notice of many logins at once. */

const defaultRounds = 9
/** Milliseconds of each half of a round. */
const turn = 4000
/** Clients that ask who they are, each with a pause between two requests, so that an idle server is idle. */
const readers = 8
const pause = 10
/** More than there are cores to hash on: some always wait for their turn. */
const signingIn = 8

const me = { query: '{ me { id name email roles } }' }
const login =
  'mutation ($email: EmailAddress!, $password: String!) { login(email: $email, password: $password) { ... on Session { id } } }'

export const logins: Suite = {
  title: 'Signed-in users while others sign in',
  async measure(rounds = defaultRounds) {
    const server = await startServerProcess(new URL('own-server.ts', import.meta.url), { PEOPLE: String(signingIn) })
    try {
      return await measureOn(server, rounds)
    } finally {
      await server.stop()
    }
  },
}

async function measureOn(server: ServerProcess, rounds: number): Promise<string> {
  const idle: number[][] = []
  const beside: number[][] = []
  const busy: number[][] = []
  let signedIn = 0
  await read(server, turn)
  for (let round = 0; round < rounds; round++) {
    idle.push(await read(server, turn))
    const hashing = await startHashing()
    beside.push(await read(server, turn))
    hashing.kill()
    const stop = new AbortController()
    const flood = Array.from({ length: signingIn }, (_, person) => signIn(server, person, stop.signal))
    busy.push(await read(server, turn))
    stop.abort()
    for (const count of await Promise.all(flood)) signedIn += count
  }
  const rows = [0.5, 0.99, 0.999].map((share) => {
    const [alone = [], besideHashes = [], during = []] = [idle, beside, busy].map((all) =>
      all.map((latencies) => percentile(latencies, share)),
    )
    const ratio = median(alone.map((latency, round) => (during[round] ?? Number.NaN) / latency))
    const verdict = share === 0.99 ? (ratio <= 2 ? 'met' : 'missed') : ''
    const medians = [alone, besideHashes, during].map((latencies) => median(latencies).toFixed(2))
    return [`p${share * 100}`, ...medians, ratio.toFixed(2), verdict]
  })
  const each = (signedIn * 1000) / (rounds * turn)
  return `${readers} clients ask \`me\` with a pause of ${pause} ms between two requests, alone and while ${signingIn} others sign in one after the other as fast as they are let: ${each.toFixed(0)} logins a second, ${signedIn} in all, each an Argon2id of 19 MiB and a new session. Milliseconds; medians of ${rounds} rounds of ${turn / 1000} s each, and the ratio of the last to the first. The client that measures runs on the same two cores. *Beside hashes*: nobody signs in, but another process hashes one password after another, at the priority that the server's threads have, which is what the machine alone makes of it.

${renderTable(['me', 'alone', 'beside hashes', 'while others sign in', 'ratio', '≤ 2'], rows)}
`
}

/** A process that computes the same hashes, and has nothing to do with the server. */
async function startHashing(): Promise<ChildProcess> {
  const child = fork(new URL('hash-alone.ts', import.meta.url))
  await once(child, 'message')
  return child
}

async function read(server: ServerProcess, milliseconds: number): Promise<number[]> {
  const latencies: number[] = []
  const end = performance.now() + milliseconds
  const work = async () => {
    while (performance.now() < end) {
      const start = performance.now()
      const { status, errors } = await server.ask(server.cookies.ADMIN ?? '', me)
      if (status !== 200 || errors) throw new Error(`me was answered with ${status}`)
      latencies.push(performance.now() - start)
      await sleep(pause)
    }
  }
  await Promise.all(Array.from({ length: readers }, work))
  return latencies.sort((a, b) => a - b)
}

/** Each somebody else, and from another network each time: others would soon be told to wait. */
async function signIn(server: ServerProcess, person: number, signal: AbortSignal): Promise<number> {
  let count = 0
  while (!signal.aborted) {
    const variables = { email: `person${person}@example.com`, password: demoPassword }
    const address = Array.from({ length: 3 }, () => Math.floor(Math.random() * 256)).join('.')
    const { errors } = await server.ask('', { query: login, variables }, { 'x-forwarded-for': `10.${address}` })
    if (errors) throw new Error(`a login was answered with ${errors[0]?.extensions?.code}`)
    count++
  }
  return count
}
