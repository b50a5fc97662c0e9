import { writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { drawMemoryGraph, type Sample } from './soak/memory-graph.ts'
import { fillDocuments, startMixedLoad } from './soak/mixed-load.ts'
import { startSoakedServer } from './soak/soaked-server.ts'

/**
 * Has one server answer mixed requests for so many minutes, and draws what memory it holds meanwhile into
 * `bench/soak.svg`. Fails when an answer is wrong, or memory grows.
 */

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    /** Milliseconds between two errands of one person: more is less load. */
    pause: { type: 'string', default: '100' },
    database: { type: 'string' },
  },
})
const minutes = Number(values.minutes)
const pause = Number(values.pause)
if (!(minutes > 0 && minutes <= 1440 && pause >= 1)) throw new TypeError('--minutes takes 0 to 1440, --pause 1 or more')
/** Requests at most, however long it goes on. */
const most = 1_000_000
/** Seconds between two measurements. */
const interval = Math.max(1, Math.min(30, minutes * 2))
/** What the heap may be more at the end than once it was warm. */
const allowedGrowth = 1.1

const server = await startSoakedServer(values.database)
await fillDocuments(server.url)
const load = await startMixedLoad(server.url, { pause, most })
const start = performance.now()
const elapsed = () => (performance.now() - start) / 60_000
const samples: Sample[] = []

const failed = load.done.then(() => false).catch(() => true)
while (elapsed() < minutes && load.sent() < most) {
  samples.push({ minutes: elapsed(), requests: load.sent(), ...(await server.measure()) })
  if (await Promise.race([sleep(interval * 1000, false), failed])) break
}
load.stop()
await load.done
const code = await server.stop()

const took = samples.at(-1)?.minutes ?? 0
const title = `One server over ${took.toFixed(0)} minutes and ${load.sent().toLocaleString('en')} requests, memory after a collection`
writeFileSync(new URL('soak.svg', import.meta.url), drawMemoryGraph(samples, title))

/** The median of a part of the run. */
function heapOf(from: number, until: number): number {
  const part = samples.filter((sample) => sample.minutes >= took * from && sample.minutes <= took * until)
  const sorted = part.map(({ heapUsed }) => heapUsed).toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}
const mib = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`
const [warm, end] = [heapOf(0.25, 0.5), heapOf(0.75, 1)]
const resident = samples.map(({ rss }) => rss)
console.log(
  `${title}: heap ${mib(warm)} in the second quarter, ${mib(end)} in the last; resident ${mib(resident[0] ?? 0)} at the start, ${mib(Math.max(...resident))} at most, ${mib(resident.at(-1) ?? 0)} at the end. It stopped with ${code}.`,
)
process.exitCode = code === 0 && end <= warm * allowedGrowth ? 0 : 1
