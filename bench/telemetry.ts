import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Comparison, compareInPairs, renderComparisons } from './pairs.ts'
import { type ServerProcess, startServerProcess } from './server-process.ts'
import type { Suite } from './suite.ts'

/** What it costs to be watched: the whole server with telemetry, against the one without. */

const defaultPairs = 30
/** Requests, before and in each half of a pair. */
const warmUp = 15_000
const turn = 2000

const operations = {
  me: { query: '{ me { id name email roles } }' },
  'a page of documents': { query: '{ documents(first: 20) { edges { node { id title owner { id name } } } } }' },
}

export const telemetry: Suite = {
  title: 'What telemetry costs',
  async measure(pairs = defaultPairs) {
    const collector = await startCollector()
    const sent = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url }
    const servers: Record<string, ServerProcess> = {}
    try {
      const start = async (env: Record<string, string>) =>
        startServerProcess(new URL('own-server.ts', import.meta.url), env)
      const off = await start({})
      servers.off = off
      servers['metrics for Prometheus'] = await start({ METRICS_PORT: '0' })
      servers['metrics and one trace in a hundred, sent'] = await start({
        ...sent,
        OTEL_TRACES_SAMPLER: 'traceidratio',
        OTEL_TRACES_SAMPLER_ARG: '0.01',
      })
      servers['metrics and every trace, sent'] = await start(sent)

      const found: Comparison[] = []
      for (const [operation, body] of Object.entries(operations)) {
        const cpu = async (server: ServerProcess, requests: number) =>
          (await server.measure(server.cookies.ADMIN ?? '', body, requests)).cpu
        for (const server of Object.values(servers)) await cpu(server, warmUp)
        for (const [what, server] of Object.entries(servers).slice(1))
          found.push(
            await compareInPairs({ what: `\`${operation}\`: ${what}`, bar: null, pairs }, (isBase) =>
              cpu(isBase ? off : server, turn),
            ),
          )
      }
      if (collector.received() === 0) throw new Error('nothing was sent to the collector')
      return `CPU microseconds of the whole server for each request over HTTP, on SQLite, without and with telemetry: medians of ${pairs} alternating pairs of ${turn} requests over 16 connections, the ratio with its 95 % interval.

${renderComparisons(found, 'with telemetry')}
`
    } finally {
      for (const server of Object.values(servers)) await server.stop()
      collector.close()
    }
  },
}

/** Takes what is sent to it, and does nothing with it. */
async function startCollector() {
  let received = 0
  const server = createServer((request, response) => {
    received++
    request.resume().on('end', () => response.setHeader('content-type', 'application/json').end('{}'))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received: () => received,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
