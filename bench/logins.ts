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
  const busy: number[][] = []
  let signedIn = 0
  await read(server, turn)
  for (let round = 0; round < rounds; round++) {
    idle.push(await read(server, turn))
    const stop = new AbortController()
    const flood = Array.from({ length: signingIn }, (_, person) => signIn(server, person, stop.signal))
    busy.push(await read(server, turn))
    stop.abort()
    for (const count of await Promise.all(flood)) signedIn += count
  }
  const at = (share: number) => (latencies: number[]) => percentile(latencies, share)
  const rows = [0.5, 0.99, 0.999].map((share) => {
    const [without, during] = [idle, busy].map((all) => median(all.map(at(share))))
    const ratio = median(idle.map((latencies, round) => at(share)(busy[round] ?? []) / at(share)(latencies)))
    const verdict = share === 0.99 ? (ratio <= 2 ? 'met' : 'missed') : ''
    return [`p${share * 100}`, without?.toFixed(2) ?? '', during?.toFixed(2) ?? '', ratio.toFixed(2), verdict]
  })
  const each = (signedIn * 1000) / (rounds * turn)
  return `${readers} clients ask \`me\` with a pause of ${pause} ms between two requests, alone and while ${signingIn} others sign in one after the other as fast as they are let: ${each.toFixed(0)} logins a second, ${signedIn} in all, each an Argon2id of 19 MiB and a new session. Milliseconds; medians of ${rounds} rounds of ${turn / 1000} s each. The client that measures runs on the same two cores.

${renderTable(['me', 'alone', 'while others sign in', 'ratio', '≤ 2'], rows)}
`
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
