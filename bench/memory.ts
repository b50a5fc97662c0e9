import { startServerProcess } from './server-process.ts'
import { renderTable, type Suite } from './suite.ts'

/** What a million requests leave behind. */

const defaultRounds = 10
const perRound = 100_000
/** Every tenth request is a document that was never sent before: they fill what remembers documents. */
const known = [
  '{ __typename }',
  '{ me { id name email roles } }',
  '{ session { id createdAt } }',
  '{ documents(first: 5) { edges { node { id title } } pageInfo { hasNextPage } } }',
  '{ me { name } session { lastUsedAt } }',
]

export const memory: Suite = {
  title: 'Memory',
  async measure(rounds = defaultRounds) {
    const server = await startServerProcess(new URL('own-server.ts', import.meta.url))
    try {
      const cookie = server.cookies.MEMBER ?? ''
      const bodies = known.map((query) => JSON.stringify({ query }))
      let sent = 0
      const body = () => {
        const request = sent++
        if (request % 10 === 9) return JSON.stringify({ query: `{ me { id name${request}: name } }` })
        return bodies[request % bodies.length] ?? ''
      }
      const held = [await server.memory()]
      for (let round = 0; round < rounds; round++) {
        await server.send(cookie, body, perRound)
        held.push(await server.memory())
      }
      return render(held)
    } finally {
      await server.stop()
    }
  },
}

function render(held: readonly NodeJS.MemoryUsage[]): string {
  const megabytes = (bytes = Number.NaN) => (bytes / 2 ** 20).toFixed(1)
  const rows = held.map(({ heapUsed, external, rss }, round) => [
    (round * perRound).toLocaleString('en'),
    megabytes(heapUsed),
    megabytes(external),
    megabytes(rss),
  ])
  // By then whatever remembers documents is as full as it gets.
  const full = held[Math.floor(held.length / 2)]
  const last = held.at(-1)
  const growth = megabytes((last?.heapUsed ?? Number.NaN) - (full?.heapUsed ?? Number.NaN))
  return `Held by the server after so many requests by a MEMBER over 16 connections, garbage collected; every tenth is a document that was never sent before. What is remembered is bounded: documents that were parsed and found valid, operations that are compiled, and those that are answered without Apollo Server, of each 1,000, and of documents of 1,000,000 characters together, at most; 10,000 sessions, 5,000 verified tokens, 500 prepared statements. From the middle of the run to its end the heap changed by ${growth} MB.

${renderTable(['requests', 'heap MB', 'external MB', 'resident MB'], rows)}
`
}
