import { type ApolloServer, HeaderMap, type HTTPGraphQLRequest, type HTTPGraphQLResponse } from '@apollo/server'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Config } from '../config.ts'
import { type Application, type Context, createContext } from '../graphql/context.ts'
import { authenticateApiToken } from '../identity/api-token/authenticate-api-token.ts'
import { authenticate } from '../identity/authenticate.ts'
import { deviceLifetime } from '../identity/device.ts'
import { createBrowserKey } from './browser-key.ts'
import { type CookieJar, type CookiePolicy, createCookieJar, readCookie } from './cookies.ts'
import { isTrustedOrigin } from './cross-site.ts'
import { createErrorResponse } from './error-response.ts'
import { requestScope } from './request-scope.ts'
import { sandboxContentSecurityPolicy } from './security-headers.ts'
import { withTimeLimit } from './time-limit.ts'

export const graphqlPath = '/graphql'

export interface GraphqlRouteParts {
  application: Application
  apollo: ApolloServer<Context>
  config: Config
  /** Milliseconds that an operation may take. */
  timeLimit: number
}

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
  const { apollo, config, timeLimit } = parts
  const trusted = new Set([config.publicUrl, ...config.allowedOrigins])
  const isPage = (request: FastifyRequest) => config.environment === 'development' && asksForPage(request)

  server.route({
    method: ['GET', 'POST'],
    url: graphqlPath,
    exposeHeadRoute: false,

    onRequest: (request, reply, done) => {
      const { 'sec-fetch-site': site, origin } = request.headers
      if (isPage(request) || isTrustedOrigin({ site: site?.toString(), origin }, trusted)) return done()
      reply.code(crossSite.status).send(crossSite.body)
    },

    handler: async (request, reply) => {
      if (isPage(request)) return sendPage(reply, apollo)
      if (Array.isArray(request.body)) return reply.code(batch.status).send(batch.body)
      const jar = createCookieJar(cookiePolicy(config), parts.application.identity.clock)
      const work = requestScope.run(request.scope, () => execute(parts, request, jar))
      const answer = await withTimeLimit(timeLimit, work)
      // An API token speaks for itself: the browser's cookie is left as it is.
      if (readBearerToken(request) === null) reply.header('set-cookie', jar.headers())
      return send(reply, answer)
    },
  })
}

async function execute(
  { application, apollo, config }: GraphqlRouteParts,
  request: FastifyRequest,
  jar: CookieJar,
): Promise<HTTPGraphQLResponse> {
  const policy = cookiePolicy(config)
  const apiToken = readBearerToken(request)
  const sessionToken = apiToken === null ? readCookie(request.headers.cookie, 'session', policy) : null
  // Before Apollo, which would echo what is thrown here.
  const authentication =
    apiToken === null
      ? await authenticate(application.identity, sessionToken)
      : await authenticateApiToken(application.identity, apiToken)
  if (authentication.kind === 'anonymous' && authentication.clearCookie) jar.clear('session')
  if (authentication.kind === 'signed-in' && authentication.renewedToken !== null)
    jar.set('session', authentication.renewedToken, authentication.session.expiresAt)

  const cookieHeader = apiToken === null ? request.headers.cookie : undefined
  const browserKey = createBrowserKey(cookieHeader, { policy, jar, clock: application.identity.clock })

  return apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: toGraphQLRequest(request),
    context: async () =>
      createContext({
        application,
        authentication,
        sessionToken,
        browserKey: browserKey.sent,
        client: {
          ipAddress: request.ip,
          userAgent: request.headers['user-agent']?.slice(0, 256) ?? null,
          deviceToken: apiToken === null ? readCookie(request.headers.cookie, 'device', policy) : null,
        },
        cookies: {
          set({ token, session, deviceToken }) {
            const now = application.identity.clock.now()
            jar.set('session', token, session.expiresAt)
            jar.set('device', deviceToken, new Date(now.getTime() + deviceLifetime * 1000))
          },
          clear: () => jar.clear('session'),
          bindBrowser: () => browserKey.keep(),
        },
      }),
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
  const { vary, ...others } = Object.fromEntries(headers)
  if (vary) addVary(reply, vary)
  return reply
    .code(status ?? 200)
    .headers(others)
    .send(body.string)
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

function asksForPage({ method, headers }: FastifyRequest): boolean {
  return method === 'GET' && headers.accept?.includes('text/html') === true
}

/** The API token of a request, good or bad, empty too: then the cookie counts for nothing. Null without one. */
function readBearerToken({ headers }: FastifyRequest): string | null {
  const match = /^bearer(?:\s+(.*))?$/i.exec(headers.authorization ?? '')
  return match && (match[1] ?? '')
}

function cookiePolicy({ secure, cookieSameSite }: Config): CookiePolicy {
  return { secure, sameSite: cookieSameSite }
}
