import { type IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { handleProtocols } from 'graphql-ws'
import { type WebSocket, WebSocketServer } from 'ws'

/** Milliseconds that a client has to agree to an end: then its connection is cut. */
const closeTimeout = 2000

/** What a message may come in at most: each piece takes far more memory than it has bytes. */
const pieces = { maxFragments: 256, maxBufferedChunks: 1024 }

/**
 * Tells requests for a WebSocket from all others, which are answered as if they asked for no upgrade. So are those that
 * did not wait for the answers to others on their connection: it cannot be another's before those are sent.
 */
export function isWebSocketRequest({ method, headers, socket }: IncomingMessage): boolean {
  return method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket' && !isAnswering(socket)
}

/** By where Node.js keeps the answer that it is sending: it tells of it in no other way. */
function isAnswering(socket: Socket & { _httpMessage?: unknown }): boolean {
  return Boolean(socket._httpMessage)
}

/** What came after the head of a request for an upgrade. */
const rests = new WeakMap<IncomingMessage, Buffer>()

/** Whether a request asks for a WebSocket. */
export function isUpgrade({ raw }: FastifyRequest): boolean {
  return rests.has(raw)
}

/**
 * Has requests for an upgrade go the way of all others first: they get an id and a line in the log, and are refused by
 * the same checks with the same answers.
 */
export function answerUpgrades(server: FastifyInstance): void {
  server.server.on('upgrade', (request: IncomingMessage, socket: Duplex, rest: Buffer) => {
    // Node.js listens to it no more: without a listener, a client that hangs up would end the process.
    socket.on('error', () => socket.destroy())
    if (!(socket instanceof Socket)) return void socket.destroy()
    rests.set(request, rest)
    const response = new ServerResponse(request)
    response.shouldKeepAlive = false
    response.assignSocket(socket)
    response.once('finish', () => socket.destroySoon())
    server.routing(request, response)
  })
}

/** Opens WebSockets. */
export type Upgrade = (request: FastifyRequest, reply: FastifyReply) => WebSocket | null

/** Makes what opens WebSockets; null for a handshake that is none (RFC 6455, section 4.2.1): the reply is open still then. */
export function createUpgrade(maxPayload: number): Upgrade {
  const limits = { maxPayload, ...pieces, closeTimeout }
  const options = { noServer: true, clientTracking: false, autoPong: false, ...limits, handleProtocols }
  const server = new WebSocketServer(options)
  // It would answer by itself otherwise.
  server.on('wsClientError', () => {})

  return (request, reply) => {
    const { raw } = request
    let opened: WebSocket | null = null
    const nameRequest = (headers: string[]) => void headers.push(`x-request-id: ${request.id}`)
    server.once('headers', nameRequest)
    server.handleUpgrade(raw, raw.socket, rests.get(raw) ?? Buffer.alloc(0), (webSocket) => {
      opened = webSocket
    })
    server.off('headers', nameRequest)
    if (!opened) return null
    reply.hijack()
    reply.raw.detachSocket(raw.socket)
    return opened
  }
}
