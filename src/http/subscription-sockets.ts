import { setImmediate, setTimeout } from 'node:timers/promises'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ExecutionResult, FormattedExecutionResult } from 'graphql'
import { type Context, makeServer } from 'graphql-ws'
import type { Authentication } from '../identity/authenticate.ts'
import { authenticateRequest, type Credentials, cookiePolicy, readCredentials } from './authenticate-request.ts'
import type { CookiePolicy } from './cookies.ts'
import { createErrorResponse } from './error-response.ts'
import { createLiveViewer, type WatchedViewer } from './live-viewer.ts'
import { pathOf } from './logger.ts'
import type { OpenStream } from './open-streams.ts'
import { closeCode, createPeer, type Peer } from './peer.ts'
import { createSocketOperations, type OperationParts, type SocketOperations, toFormatted } from './socket-operations.ts'
import { refuseForTooMany } from './subscription-events.ts'
import { createUpgrade } from './upgrades.ts'

export interface SocketParts extends OperationParts {
  /** Bytes of a message at most. */
  bodyLimit: number
  /** Milliseconds between two signs of life. */
  heartbeat: number
}

type Parameters = Record<string, unknown> | undefined

/** One socket. */
interface Connection {
  request: FastifyRequest
  peer: Peer
  /** What it counts as. */
  stream: OpenStream
  /** Who it is; null until it said that there are no more credentials to come. */
  who: { live: WatchedViewer; operations: SocketOperations } | null
}

/** Milliseconds in which a client has to say who it is. */
const initialisationTimeout = 3000
/** Milliseconds in which subscriptions say that the session is over. */
const lastWords = 500

const noHandshake = createErrorResponse(400, 'BAD_REQUEST', 'This is not the handshake of a WebSocket')

/**
 * Makes what opens sockets for subscriptions, by the protocol graphql-transport-ws. Where requests come from is checked
 * before.
 *
 * @see https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md
 */
export function createSubscriptionSockets(
  parts: SocketParts,
): (request: FastifyRequest, reply: FastifyReply) => FastifyReply {
  const upgrade = createUpgrade(parts.bodyLimit)
  const protocol = makeServer<Parameters, Connection>({
    connectionInitWaitTimeout: initialisationTimeout,
    jsonMessageReviver: refusePoison,
    onConnect: (context) => connect(parts, context.extra, takeParameters(context)),
    onSubscribe: ({ extra }, id, payload) => extra.who?.operations.begin(id, payload),
    // Their errors are formatted already: graphql-ws hands them on as they are.
    subscribe: ({ contextValue }) => contextValue as AsyncGenerator<ExecutionResult>,
    onNext: (_context, _id, _payload, _operation, result) => result as FormattedExecutionResult,
    onError: (_context, _id, _payload, errors) => toFormatted(errors),
    onComplete: ({ extra }, _id, payload) => extra.who?.operations.release(payload),
  })

  return (request, reply) => {
    let peer: Peer | null = null
    const end = () => peer?.close(closeCode.goingAway, 'The server stops')
    const stream = parts.streams.open({ userId: null, ipAddress: request.ip }, end)
    if (!stream) return refuseForTooMany(reply)
    const socket = upgrade(request, reply)
    if (!socket) {
      stream.close()
      return reply.code(noHandshake.status).send(noHandshake.body)
    }

    // As a request it is over: what comes of it is no answer to it.
    request.scope.followed?.end({ route: request.routeOptions.url ?? null, status: 101 })
    peer = createPeer(socket, { ...parts, log: request.log })
    const connection: Connection = { request, peer, stream, who: null }
    const closed = protocol.opened(peer, connection)
    socket.once('close', (code) => {
      connection.who?.operations.endAll()
      connection.who?.live.close()
      stream.close()
      void closed(code)
      const { method, url } = request
      const ms = Math.round(reply.elapsedTime)
      request.log.info({ method, path: pathOf(url), status: 101, closeCode: code, ms }, 'request')
    })
    return reply
  }
}

/** Finds out who it is that a socket belongs to, once and for all. */
async function connect(parts: SocketParts, connection: Connection, parameters: Parameters): Promise<boolean> {
  const { request, peer, stream } = connection
  const { identity } = parts.application
  const credentials = readSocketCredentials(request, parameters, cookiePolicy(parts.config))
  let authentication: Authentication
  try {
    authentication = await authenticateRequest(identity, credentials)
  } catch (error) {
    request.log.error({ err: error }, 'request failed')
    peer.close(closeCode.tryAgainLater, 'Internal server error')
    return false
  }
  if (peer.isClosed) return false
  const userId = authentication.kind === 'signed-in' ? authentication.user.id : null
  if (userId !== null && !stream.belongTo(userId)) {
    peer.close(closeCode.tryAgainLater, 'Too many streams of events are open')
    return false
  }
  const live = createLiveViewer({ identity, sessionWatch: parts.sessionWatch }, credentials, authentication)
  const operations = createSocketOperations(parts, { request, peer, live, credentials, userId })
  connection.who = { live, operations }
  live.onChange(() => {
    if (live.ended) void endWithSession(peer, operations)
  })
  return true
}

/** Each subscription tells that the session is over; one that is not read does not put that off. */
async function endWithSession(peer: Peer, operations: SocketOperations): Promise<void> {
  await Promise.race([operations.settled(), setTimeout(lastWords)])
  // What one was refused with goes out after it has settled.
  await setImmediate()
  peer.close(closeCode.unauthorized, 'The session is over')
}

/** By the cookie or the token of the upgrade; pages, which cannot set its headers, tell an API token afterwards. */
function readSocketCredentials({ headers }: FastifyRequest, parameters: Parameters, policy: CookiePolicy): Credentials {
  const sent = readCredentials(headers, policy)
  const authorization = parameters?.authorization
  if (sent.apiToken !== null || typeof authorization !== 'string') return sent
  const told = readCredentials({ authorization }, policy)
  return told.apiToken === null ? sent : told
}

/** They may hold a secret, or be large, and would be kept for as long as the socket. */
function takeParameters(context: Context<Parameters, Connection>): Parameters {
  const { connectionParams } = context
  Object.assign(context, { connectionParams: undefined })
  return connectionParams
}

/** What requests are refused for too: keys by which objects become others than they seem. */
function refusePoison(key: string, value: unknown): unknown {
  const isPoison = key === '__proto__' || (key === 'constructor' && Object.hasOwn(Object(value), 'prototype'))
  if (isPoison) throw new SyntaxError('A key that no message has')
  return value
}
