import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Config } from '../config.ts'
import { type ErrorCode, GatehouseError, RateLimitError } from '../errors.ts'
import { type OnSignIn, outcomeOfFailure } from '../graphql/sign-in-outcomes.ts'
import { authenticate } from '../identity/authenticate.ts'
import { deviceLifetime } from '../identity/device.ts'
import type { Identity } from '../identity/identity.ts'
import { beginProviderAuthorization } from '../identity/oauth/begin-provider-authorization.ts'
import { finishProviderAuthorization, type ProviderOutcome } from '../identity/oauth/finish-provider-authorization.ts'
import { ProviderUnavailableError } from '../identity/oauth/login-provider.ts'
import { createBrowserKey } from './browser-key.ts'
import { type CookieJar, type CookiePolicy, createCookieJar, readCookie } from './cookies.ts'

interface ProviderRoute {
  Params: { provider: string }
  Querystring: Record<string, unknown>
}

const statuses: Partial<Record<ErrorCode, number>> = { NOT_FOUND: 404, CONFLICT: 409, RATE_LIMITED: 429 }
const unknownState =
  'This sign-in is not known here: it was begun in another browser, more than ten minutes ago, or was finished already. Begin it again.'

/**
 * Where browsers leave for a login provider, and where they come back. Both are pages: any link may lead to the first,
 * and to the second leads nothing but what this very browser began.
 */
export function addOAuthRoutes(
  server: FastifyInstance,
  { identity, config, onSignIn }: { identity: Identity; config: Config; onSignIn?: OnSignIn | undefined },
): void {
  const policy: CookiePolicy = { secure: config.secure, sameSite: config.cookieSameSite }
  // A HEAD would use a state up and answer nobody.
  const route = { exposeHeadRoute: false }

  server.get<ProviderRoute>('/oauth/:provider/start', route, (request, reply) =>
    answer(reply, request, async () => {
      const { returnTo = '/' } = request.query
      const jar = createCookieJar(policy, identity.clock)
      const browserKey = createBrowserKey(request.headers.cookie, { policy, jar, clock: identity.clock }).keep()
      const returnPath = typeof returnTo === 'string' ? returnTo : ''
      const { provider } = request.params
      const client = readClient(request, policy)
      const url = await beginProviderAuthorization(identity, { provider, returnPath, browserKey, linkTo: null }, client)
      return reply.header('set-cookie', jar.headers()).redirect(url.href, 303)
    }),
  )

  server.get<ProviderRoute>('/oauth/:provider/callback', route, (request, reply) =>
    answer(reply, request, async () => {
      const { cookie } = request.headers
      const { provider } = request.params
      const jar = createCookieJar(policy, identity.clock)
      const browserKey = createBrowserKey(cookie, { policy, jar, clock: identity.clock }).sent
      const viewer = await authenticate(identity, readCookie(cookie, 'session', policy))
      const session = viewer.kind === 'signed-in' ? viewer.session : null
      const query = request.url.split('?').slice(1).join('?')
      const input = { provider, query, browserKey, session }
      const outcome = await finishProviderAuthorization(identity, input, readClient(request, policy)).catch((error) => {
        onSignIn?.('oauth', outcomeOfFailure(error))
        throw error
      })
      onSignIn?.('oauth', outcomes[outcome.kind])

      if (outcome.kind === 'refused') {
        const { refusal, cause } = outcome
        request.log.warn({ provider, refusal, ...describeCause(cause) }, 'a login provider led to nothing')
      }
      if (outcome.returnPath === null) return sendText(reply, 400, unknownState)
      if (outcome.kind === 'signed-in') keepSession(jar, outcome.signedIn, identity)
      return reply
        .header('set-cookie', jar.headers())
        .redirect(`${outcome.returnPath}#${describeOutcome(outcome)}`, 303)
    }),
  )
}

const outcomes: Record<ProviderOutcome['kind'], string> = {
  'signed-in': 'OK',
  linked: 'OK',
  'second-factor': 'SECOND_FACTOR_REQUIRED',
  refused: 'REFUSED',
}

/** In the hash, which browsers send to nobody. */
function describeOutcome(outcome: ProviderOutcome): URLSearchParams {
  const hash = new URLSearchParams({ oauth: outcome.kind })
  if (outcome.kind === 'refused') hash.set('reason', outcome.refusal)
  if (outcome.kind === 'second-factor') {
    const { challenge, methods, expiresAt } = outcome.required
    hash.set('challenge', challenge)
    hash.set('methods', methods.join(','))
    hash.set('expiresAt', expiresAt.toISOString())
  }
  return hash
}

/** The library's errors hold the provider's answers, tokens among them: only what kind of fault it was is told. */
function describeCause(cause: unknown): Record<string, unknown> {
  if (!(cause instanceof Error)) return {}
  return { fault: 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.name }
}

async function answer(
  reply: FastifyReply,
  request: FastifyRequest,
  work: () => Promise<FastifyReply>,
): Promise<FastifyReply> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof RateLimitError) reply.header('retry-after', error.retryAfter)
    if (error instanceof GatehouseError) return sendText(reply, statuses[error.code] ?? 400, error.message)
    if (!(error instanceof ProviderUnavailableError)) throw error
    request.log.error({ problem: error.message, ...describeCause(error.cause) }, 'a login provider is unavailable')
    return sendText(reply, 502, 'The login provider cannot be reached: try again later, or sign in another way.')
  }
}

function sendText(reply: FastifyReply, status: number, text: string): FastifyReply {
  return reply.code(status).type('text/plain; charset=utf-8').send(`${text}\n`)
}

function keepSession(
  jar: CookieJar,
  { session, token, deviceToken }: { session: { expiresAt: Date }; token: string; deviceToken: string },
  { clock }: Identity,
): void {
  jar.set('session', token, session.expiresAt)
  jar.set('device', deviceToken, new Date(clock.now().getTime() + deviceLifetime * 1000))
}

function readClient({ ip, headers }: FastifyRequest, policy: CookiePolicy) {
  return {
    ipAddress: ip,
    userAgent: headers['user-agent']?.slice(0, 256) ?? null,
    deviceToken: readCookie(headers.cookie, 'device', policy),
  }
}
