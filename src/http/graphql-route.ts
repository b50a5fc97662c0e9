import { type ApolloServer, HeaderMap, type HTTPGraphQLRequest, type HTTPGraphQLResponse } from '@apollo/server'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type Awaitable, andThen } from '../awaitable.ts'
import type { Context, Streaming } from '../graphql/context.ts'
import type { Authentication } from '../identity/authenticate.ts'
import { authenticateRequest, type Credentials, cookiePolicy, readCredentials } from './authenticate-request.ts'
import { type CookieJar, createCookieJar } from './cookies.ts'
import { isTrustedOrigin } from './cross-site.ts'
import { createErrorResponse } from './error-response.ts'
import { streamingOf } from './event-stream.ts'
import { createSubscriptionRequest, executeRequest, type Outcome } from './execute-request.ts'
import { requestScope } from './request-scope.ts'
import { sandboxContentSecurityPolicy } from './security-headers.ts'
import { answerWithEvents } from './subscription-events.ts'
import { createSubscriptionSockets, type SocketParts } from './subscription-sockets.ts'
import { withTimeLimit } from './time-limit.ts'
import { isUpgrade } from './upgrades.ts'

export const graphqlPath = '/graphql'

export type GraphqlRouteParts = SocketParts

const crossSite = createErrorResponse(
  403,
  'FORBIDDEN',
  'Operations from pages of other origins are refused unless the origin is listed in ALLOWED_ORIGINS',
)
const batch = createErrorResponse(400, 'BAD_REQUEST', 'Batches are not supported: send one operation a request')

/**
 * The one route of the API. Apollo's request function is called directly: the usual adapter authenticates inside
 * Apollo, which would tell clients the text of a failure, and throws on some paths that `new URL` cannot read.
 */
export function addGraphqlRoute(server: FastifyInstance, parts: GraphqlRouteParts): void {
  const { apollo, config } = parts
  const { identity } = parts.application
  const trusted = new Set([config.publicUrl, ...config.allowedOrigins])
  const isPage = (request: FastifyRequest) => config.environment === 'development' && asksForPage(request)
  const openSocket = createSubscriptionSockets(parts)

  server.route({
    method: ['GET', 'POST'],
    url: graphqlPath,
    exposeHeadRoute: false,

    onRequest: (request, reply, done) => {
      const { 'sec-fetch-site': site, origin } = request.headers
      if (isPage(request) || isTrustedOrigin({ site: site?.toString(), origin }, trusted)) return done()
      reply.code(crossSite.status).send(crossSite.body)
    },

    handler(request, reply) {
      if (isUpgrade(request)) return openSocket(request, reply)
      if (isPage(request)) return sendPage(reply, apollo)
      if (Array.isArray(request.body)) return reply.code(batch.status).send(batch.body)
      const jar = createCookieJar(cookiePolicy(config), identity.clock)
      const streaming = streamingOf(request)
      const work = requestScope.run(request.scope, () => execute(parts, request, jar, streaming))
      return andThen(work instanceof Promise ? withTimeLimit(parts.timeLimit, work) : work, (outcome) => {
        const { answer, credentials } = outcome
        const { subscription } = outcome.context.streaming
        const cookies = jar.headers()
        // An API token speaks for itself: the browser's cookie is left as it is.
        if (credentials.apiToken === null && cookies.length > 0) reply.header('set-cookie', cookies)
        if (subscription) return answerWithEvents({ identity, ...parts }, request, reply, { subscription, ...outcome })
        return send(reply, answer)
      })
    },
  })
}

/** What became of a request, and who sent it. */
interface RequestOutcome extends Outcome {
  credentials: Credentials
  authentication: Authentication
}

function execute(
  parts: GraphqlRouteParts,
  request: FastifyRequest,
  jar: CookieJar,
  streaming: Streaming['mode'],
): Awaitable<RequestOutcome> {
  const credentials = readCredentials(request.headers, cookiePolicy(parts.config))
  const operation = () => (streaming === 'always' ? toEventRequest(request) : toGraphQLRequest(request))
  return andThen(authenticateRequest(parts.application.identity, credentials), (authentication) => {
    if (authentication.kind === 'anonymous' && authentication.clearCookie) jar.clear('session')
    if (authentication.kind === 'signed-in' && authentication.renewedToken !== null)
      jar.set('session', authentication.renewedToken, authentication.session.expiresAt)
    const executing = executeRequest(parts, { request, operation, credentials, authentication, jar, streaming })
    return andThen(executing, ({ answer, context }) => ({ answer, context, credentials, authentication }))
  })
}

/** Apollo Sandbox, by a request that asks for nothing else: it cannot carry an operation past the checks above. */
async function sendPage(reply: FastifyReply, apollo: ApolloServer<Context>): Promise<FastifyReply> {
  const headers = new HeaderMap([['accept', 'text/html']])
  const page = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { method: 'GET', headers, search: '', body: undefined },
    context: () => Promise.reject(new TypeError('A page needs no context')),
  })
  reply.header('content-security-policy', sandboxContentSecurityPolicy)
  return send(reply, page)
}

function send(reply: FastifyReply, { status, headers, body }: HTTPGraphQLResponse): FastifyReply {
  if (body.kind !== 'complete') throw new TypeError('Incremental delivery is not a part of this schema')
  for (const [name, value] of headers) {
    if (name === 'vary') addVary(reply, value)
    else reply.header(name, value)
  }
  return reply.code(status ?? 200).send(body.string)
}

/** CORS has had its say already: its `Vary: Origin` stays. */
function addVary(reply: FastifyReply, names: string): void {
  const known = reply.getHeader('vary')
  reply.header('vary', known === undefined ? names : `${known}, ${names}`)
}

function toGraphQLRequest({ method, url, headers, body }: FastifyRequest): HTTPGraphQLRequest {
  const map = new HeaderMap()
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) map.set(name, value.toString())
  const query = url.indexOf('?')
  return { method, headers: map, search: query < 0 ? '' : url.slice(query), body }
}

/** One that is answered with nothing but events. GET is all that a browser's EventSource can send. */
function toEventRequest(request: FastifyRequest): HTTPGraphQLRequest {
  return createSubscriptionRequest(request.method === 'GET' ? readSearch(request) : request.body)
}

function readSearch({ query }: FastifyRequest): Record<string, unknown> {
  const { variables, ...others } = query as Record<string, unknown>
  if (typeof variables !== 'string') return others
  try {
    return { ...others, variables: JSON.parse(variables) }
  } catch {
    return { ...others, variables }
  }
}

function asksForPage(request: FastifyRequest): boolean {
  const { method, headers } = request
  return method === 'GET' && headers.accept?.includes('text/html') === true && !isUpgrade(request)
}
