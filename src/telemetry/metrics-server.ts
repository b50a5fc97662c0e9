import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { ConfigError } from '../errors.ts'

export interface MetricsServer {
  port: number
  close(): Promise<void>
}

/** What a scrape is answered with. */
type Answer = (request: IncomingMessage, response: ServerResponse) => void

/**
 * Serves the metrics on a port of their own, at `/metrics` and nowhere else. It asks nobody who they are: whoever
 * reaches the port may read them.
 *
 * @throws ConfigError when it cannot listen there
 */
export async function openMetricsServer(
  { host, port }: { host: string; port: number },
  answer: Answer,
): Promise<MetricsServer> {
  const server = createServer({ requestTimeout: 30_000 }, (request, response) => {
    response.setHeader('x-content-type-options', 'nosniff')
    response.setHeader('cache-control', 'no-store')
    if (request.url?.split('?', 1)[0] !== '/metrics') response.writeHead(404).end()
    else if (request.method !== 'GET') response.writeHead(405, { allow: 'GET' }).end()
    else answer(request, response)
  })
  await listen(server, host, port)
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  server.listen({ host, port }, resolve)
  try {
    await promise
  } catch (error) {
    throw explainFault(error, host, port)
  }
  server.off('error', reject)
}

function explainFault(error: unknown, host: string, port: number): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE')
    return new ConfigError([
      { variable: 'METRICS_PORT', problem: `should be free: something listens on ${port} already` },
    ])
  if (code === 'EACCES')
    return new ConfigError([{ variable: 'METRICS_PORT', problem: `${port} needs more rights to listen on` }])
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return new ConfigError([{ variable: 'METRICS_HOST', problem: `should be an address of this machine, not ${host}` }])
  return error
}
