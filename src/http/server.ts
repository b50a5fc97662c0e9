import cors from '@fastify/cors'
import {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  fastify,
  LogController,
} from 'fastify'
import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import type { Application } from '../graphql/context.ts'
import type { OnSignIn } from '../graphql/sign-in-outcomes.ts'
import type { CreateId } from '../id.ts'
import type { DevelopmentInbox } from '../identity/email/development-inbox.ts'
import type { Answering } from './apollo.ts'
import { addConsole } from './console.ts'
import { addDevMailRoute } from './dev-mail.ts'
import { createErrorResponse, createMaskedResponse, describeClientFault } from './error-response.ts'
import { addGraphqlRoute, graphqlPath } from './graphql-route.ts'
import { addHealthRoutes } from './health.ts'
import { addJsonWebKeyRoute } from './json-web-keys.ts'
import { pathOf } from './logger.ts'
import { addMailLinkRoutes } from './mail-links.ts'
import { addOAuthRoutes } from './oauth-routes.ts'
import { isOwnHost } from './own-host.ts'
import { createRequestId } from './request-id.ts'
import { type FollowRequest, type RequestScope, requestScope } from './request-scope.ts'
import { createSecurityHeaders } from './security-headers.ts'
import type { SubscriptionParts } from './subscription-events.ts'
import { answerUnreadable } from './unreadable-request.ts'
import { answerUpgrades, isWebSocketRequest } from './upgrades.ts'

declare module 'fastify' {
  interface FastifyRequest {
    scope: RequestScope
  }
}

/** Bytes. */
const bodyLimit = 100 * 1024
/** Milliseconds in which a request must have arrived: a client cannot hold a connection by sending slowly. */
const requestTimeout = 30_000

export interface ServerParts extends SubscriptionParts, Answering {
  application: Application
  config: Config
  logger: Logger
  createId: CreateId
  /** Rejects when the database cannot be read. */
  ready(): Promise<void>
  /** Where a development server keeps its mails, to be read; null elsewhere. */
  inbox: DevelopmentInbox | null
  /** Milliseconds that an operation may take. */
  timeLimit: number
  /** Told of each request as soon as it is there. */
  onArrival?: (() => void) | undefined
  /** Begins to measure a request, where somebody does. */
  followRequest?: FollowRequest | undefined
  /** Told what became of sign-ins through a provider, where somebody counts it. */
  onSignIn?: OnSignIn | undefined
  /** The folder of the console's pages; it may not be there. */
  consoleFolder: string
}

const foreignHost = createErrorResponse(
  403,
  'FORBIDDEN',
  'A development server answers to localhost, to addresses, and to the host of PUBLIC_URL',
)
const hostless = createErrorResponse(400, 'BAD_REQUEST', 'The request has no Host header')
const notFound = createErrorResponse(404, 'NOT_FOUND', `There is nothing here: the API is at ${graphqlPath}`)
const wrongMethod = createErrorResponse(405, 'BAD_REQUEST', 'Send operations by POST; queries by GET too')

/** Makes the HTTP server, not listening yet. The Apollo server has to be started already. */
export async function createServer(parts: ServerParts): Promise<FastifyInstance> {
  const { application, config, createId, ready, inbox, consoleFolder } = parts
  const logger: FastifyBaseLogger = parts.logger
  const headers = { ...createSecurityHeaders(config), 'cache-control': 'no-store' }
  const server: FastifyInstance = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    // By the number of hops: the last proxy is trusted to have appended who it heard from, and so on outwards.
    trustProxy: config.trustProxy > 0 ? (_address: string, hop: number) => hop < config.trustProxy : false,
    bodyLimit,
    requestTimeout,
    // Node.js would refuse one without a host by itself, without the headers of every answer.
    http: { shouldUpgradeCallback: isWebSocketRequest, requireHostHeader: false },
    requestIdHeader: false,
    genReqId: createRequestId(createId),
    clientErrorHandler: answerUnreadable(headers, logger),
    frameworkErrors: (error, request, reply: FastifyReply) => {
      const { status, body } = describeClientFault(error) ?? createMaskedResponse(request.id)
      void reply
        .headers({ ...headers, 'x-request-id': request.id })
        .code(status)
        .send(body)
    },
  })

  answerUpgrades(server)
  answerExpectations(server)
  server.decorateRequest('scope')
  // Hooks that wait for nothing call back: a promise more for each would be a tenth of what a small request costs.
  server.addHook('onRequest', (request, reply, done) => {
    parts.onArrival?.()
    request.scope = { requestId: request.id, operationName: null, followed: null }
    reply.headers(headers).header('x-request-id', request.id)
    done()
  })
  refuseHostless(server)
  if (parts.followRequest) followRequests(server, config, parts.followRequest)
  if (config.environment === 'development') refuseForeignHosts(server, config.publicUrl)
  // Without one, nothing is told that pages of other origins could read.
  if (config.allowedOrigins.length > 0)
    await server.register(cors, {
      origin: [...config.allowedOrigins],
      credentials: true,
      methods: ['GET', 'POST'],
      allowedHeaders: ['content-type', 'authorization', 'apollo-require-preflight', 'x-apollo-operation-name'],
      exposedHeaders: ['x-request-id'],
      maxAge: 600,
    })

  server.removeAllContentTypeParsers()
  server.addContentTypeParser('application/json', { parseAs: 'string' }, server.getDefaultJsonParser('error', 'error'))
  server.setErrorHandler<FastifyError>((error, request, reply) => {
    const fault = describeClientFault(error)
    if (!fault) request.log.error({ err: error }, 'request failed')
    const { status, body } = fault ?? createMaskedResponse(request.id)
    return reply.code(status).send(body)
  })
  server.setNotFoundHandler((request, reply) => {
    const { status, body } = pathOf(request.url) === graphqlPath ? wrongMethod : notFound
    if (status === 405) reply.header('allow', 'GET, POST')
    return reply.code(status).send(body)
  })
  if (parts.logger.isLevelEnabled('info')) logRequests(server)
  letGoWhenStopping(server)
  server.addHook('preClose', async () => parts.streams.endAll())

  addHealthRoutes(server, ready)
  addMailLinkRoutes(server, consoleFolder)
  if (inbox) addDevMailRoute(server, inbox)
  addJsonWebKeyRoute(server, application.identity.keys)
  addOAuthRoutes(server, { identity: application.identity, config, onSignIn: parts.onSignIn })
  addGraphqlRoute(server, { ...parts, bodyLimit })
  await addConsole(server, consoleFolder)
  return server
}

/** Has requests measured. What is done for one is found from it by what runs within its scope. */
function followRequests(server: FastifyInstance, { trustProxy }: Config, follow: FollowRequest): void {
  server.addHook('onRequest', (request, reply, done) => {
    const { method, protocol, headers, scope } = request
    // A client's own would have it choose what is traced, and by which id.
    const traceparent = trustProxy > 0 ? headers.traceparent?.toString() : undefined
    scope.followed = follow({ method, scheme: protocol, traceparent })
    if (scope.followed.ids) {
      request.log = request.log.child(scope.followed.ids)
      reply.log = request.log
    }
    // However it ends: a client that hangs up has no response.
    reply.raw.once('close', () => {
      const { headersSent, statusCode } = reply.raw
      scope.followed?.end({ route: request.routeOptions.url ?? null, status: headersSent ? statusCode : null })
    })
    done()
  })
  server.addHook('preHandler', ({ scope }, _reply, done) => requestScope.run(scope, done))
}

/** What a client expects besides to be told to go on may be left aside (RFC 9110, section 10.1.1). */
function answerExpectations({ server }: FastifyInstance): void {
  server.on('checkExpectation', (request, response) => server.emit('request', request, response))
}

/** RFC 9112, section 3.2. HTTP/1.0 knows no hosts. */
function refuseHostless(server: FastifyInstance): void {
  server.addHook('onRequest', ({ raw }, reply, done) => {
    if (raw.headers.host !== undefined || raw.httpVersion === '1.0') done()
    else void reply.code(hostless.status).send(hostless.body)
  })
}

/** By the header itself: what a proxy is said to have heard is for any page to make up. */
function refuseForeignHosts(server: FastifyInstance, publicUrl: string): void {
  server.addHook('onRequest', ({ headers }, reply, done) => {
    if (isOwnHost(headers.host, publicUrl)) done()
    else void reply.code(foreignHost.status).send(foreignHost.body)
  })
}

/** What is answered while the server stops is the last on its connection: kept alive, it would hold up the stop. */
function letGoWhenStopping(server: FastifyInstance): void {
  let stopping = false
  server.addHook('preClose', async () => {
    stopping = true
  })
  server.addHook('onSend', (_request, reply, payload, done) => {
    if (stopping) reply.header('connection', 'close')
    done(null, payload)
  })
}

function logRequests(server: FastifyInstance): void {
  server.addHook('onResponse', (request, reply, done) => {
    const { method, url, log, scope } = request
    const operation = scope.operationName !== null && { operation: scope.operationName }
    const ms = Math.round(reply.elapsedTime)
    log.info({ method, path: pathOf(url), ...operation, status: reply.statusCode, ms }, 'request')
    done()
  })
  server.addHook('onRequestAbort', ({ method, url, log }, done) => {
    log.info({ method, path: pathOf(url) }, 'the client hung up')
    done()
  })
}
