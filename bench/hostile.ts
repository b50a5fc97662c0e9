import { answered, hostileDocuments, refused, textOf } from '../test/http/hostile-documents.ts'
import { median } from './pairs.ts'
import { type ServerProcess, startServerProcess } from './server-process.ts'
import { renderTable, type Suite } from './suite.ts'

/** What a client can make one request cost, against `{ __typename }`. */

const defaultRounds = 5
/** Requests with a document, before and in each round. */
const warmUp = 200
const turn = 160
/** Where memory is dear: most of what a server has resident is what V8 may take before it collects. */
const heapOption = '--max-old-space-size=512'
const plain = JSON.stringify({ query: '{ __typename }' })

export const hostile: Suite = {
  title: 'Hostile documents',
  async measure(rounds = defaultRounds) {
    const bounded = await onServer({ NODE_OPTIONS: heapOption }, (server) => residentAfter(server, rounds))
    return onServer({}, (server) => measureOn(server, rounds, bounded))
  },
}

async function onServer<Found>(env: Record<string, string>, work: (server: ServerProcess) => Promise<Found>) {
  const server = await startServerProcess(new URL('own-server.ts', import.meta.url), env)
  try {
    return await work(server)
  } finally {
    await server.stop()
  }
}

/** What a server has resident after as many of them as are measured on another. */
async function residentAfter(server: ServerProcess, rounds: number): Promise<number> {
  for (const document of hostileDocuments)
    await server.measure(server.cookies.MEMBER ?? '', anew(textOf(document)), warmUp + rounds * turn)
  return (await server.memory()).rss
}

/** @param bounded - bytes resident where the heap is bounded */
async function measureOn(server: ServerProcess, rounds: number, bounded: number): Promise<string> {
  const cookie = server.cookies.MEMBER ?? ''
  const texts = new Map(hostileDocuments.map((document) => [document.name, textOf(document)]))
  const costs = new Map<string, number[]>()
  const plainCosts: number[] = []
  let requests = 0
  const measure = async (body: string | ((request: number) => string), times: number) => {
    const measured = await server.measure(cookie, body, times)
    requests += measured.requests
    return measured.cpu
  }

  // A server gets faster for as long as its first fifteen thousand.
  await measure(plain, 75 * warmUp)
  for (const text of texts.values()) await measure(anew(text), warmUp)
  const before = await server.memory()
  for (let round = 0; round < rounds; round++) {
    plainCosts.push(await measure(plain, 10 * turn))
    for (const [name, text] of texts) costs.set(name, [...(costs.get(name) ?? []), await measure(anew(text), turn)])
  }
  const after = await server.memory()

  const base = median(plainCosts)
  const rows = await Promise.all(
    hostileDocuments.map(async ({ name }) => {
      const text = texts.get(name) ?? ''
      const { status } = await server.ask(cookie, text)
      return { name, bytes: text.length, status, cpu: median(costs.get(name) ?? []) }
    }),
  )
  rows.sort((a, b) => b.cpu - a.cpu)
  const [worst] = rows
  const worstRefused = rows.find(({ name }) => refused.some((document) => document.name === name))
  const table = renderTable(
    ['document', 'bytes', 'answered with', 'CPU µs', 'times `{ __typename }`'],
    rows.map(({ name, bytes, status, cpu }) => [
      name,
      String(bytes),
      String(status),
      cpu.toFixed(0),
      (cpu / base).toFixed(1),
    ]),
  )
  return `A document that was never sent before with each request, by a MEMBER, over 16 connections: ${refused.length} that are refused and ${answered.length} that are answered. Medians of ${rounds} rounds of the server's CPU time. \`{ __typename }\`, known and signed in: ${base.toFixed(0)} µs.

**The worst is «${worst?.name}»: ${(worst?.cpu ?? Number.NaN).toFixed(0)} µs, ${((worst?.cpu ?? Number.NaN) / base).toFixed(0)} times \`{ __typename }\`; of those that are refused «${worstRefused?.name}»: ${((worstRefused?.cpu ?? Number.NaN) / base).toFixed(0)} times.**

Memory in use once collected, before and after ${requests.toLocaleString('en')} such requests: ${megabytes(before.heapUsed)} and ${megabytes(after.heapUsed)} MB; resident ${megabytes(before.rss)} and ${megabytes(after.rss)} MB. What is not in use of it are pages that V8 has freed and keeps, the more the more memory the machine has: after as many with \`NODE_OPTIONS=${heapOption}\` ${megabytes(bounded)} MB are resident. Of documents that were valid, 1,000 are kept, and 1,000,000 characters of them, at most, and as many compiled, where each field counts as ten characters.

${table}
`
}

/** Nothing that is kept of a document that was sent before helps with this one. */
function anew(text: string): (request: number) => string {
  const at = text.indexOf('"query":"') + '"query":"'.length
  // As long as the others, for the answer's length to be the same.
  return (request) => `${text.slice(0, at)}#${String(request).padStart(9, '0')}\\n${text.slice(at)}`
}

function megabytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(0)
}
