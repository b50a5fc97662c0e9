import { type ServerResponse, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { ConnectionError, FastifyBaseLogger } from 'fastify'
import { createErrorResponse } from './error-response.ts'

/** By Node's code for the fault; every other is a 400. */
const statuses: Record<string, number> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  HPE_HEADER_OVERFLOW: 431,
}

/**
 * Makes what answers bytes that never became a request: headers that are too large or no HTTP, or that come too slowly.
 * No hook runs for them, so the headers of every answer are handed in.
 */
export function answerUnreadable(
  headers: Readonly<Record<string, string>>,
  log: FastifyBaseLogger,
): (error: ConnectionError, socket: Socket) => void {
  return (error, socket) => {
    if (error.code === 'ECONNRESET' || socket.destroyed) return
    log.debug({ code: error.code }, 'a client sent what is no request')
    if (socket.writable && !isOwed(socket)) socket.write(print(statuses[error.code] ?? 400, headers))
    socket.destroy(error)
  }
}

/**
 * Whether the client waits for the answer to a request before: for that, or for a part of it, it would take what comes
 * next. By where Node.js keeps the answer that it is sending.
 */
function isOwed({ _httpMessage: answer }: Socket & { _httpMessage?: ServerResponse | null }): boolean {
  return Boolean(answer && (answer.headersSent || answer.req.complete))
}

function print(status: number, headers: Readonly<Record<string, string>>): string {
  const reason = STATUS_CODES[status] ?? ''
  const body = JSON.stringify(createErrorResponse(status, 'BAD_REQUEST', reason).body)
  const all = {
    ...headers,
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`)
  return [`HTTP/1.1 ${status} ${reason}`, ...lines, '', body].join('\r\n')
}
