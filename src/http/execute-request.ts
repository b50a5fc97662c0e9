import { HeaderMap, type HTTPGraphQLRequest, type HTTPGraphQLResponse } from '@apollo/server'
import type { FastifyRequest } from 'fastify'
import { type Awaitable, andThen } from '../awaitable.ts'
import type { Config } from '../config.ts'
import { type Application, type Context, createContext, type Streaming } from '../graphql/context.ts'
import type { Authentication } from '../identity/authenticate.ts'
import { deviceLifetime } from '../identity/device.ts'
import type { Answering } from './apollo.ts'
import { type Credentials, cookiePolicy } from './authenticate-request.ts'
import { createBrowserKey } from './browser-key.ts'
import { type CookieJar, readCookie } from './cookies.ts'

/** What every operation is executed with, by whichever way it comes. */
export interface ExecutionParts extends Answering {
  application: Application
  config: Config
}

/** An operation, and who sends it. */
export interface OperationRequest {
  /** The request that it came with, or the one by which its socket was opened. */
  request: Pick<FastifyRequest, 'method' | 'headers' | 'ip' | 'body'>
  /** As Apollo Server is to read it. */
  operation(): HTTPGraphQLRequest
  credentials: Credentials
  authentication: Authentication
  jar: CookieJar
  streaming: Streaming['mode']
}

/** What became of it: its answer, or a subscription in the context that is to be begun. */
export interface Outcome {
  answer: HTTPGraphQLResponse
  context: Context
}

/**
 * Has Apollo Server read, limit, validate and execute an operation, unless it is known already. Who sends it is known
 * before: Apollo would echo a failure.
 */
export function executeRequest(
  { application, apollo, known, config }: ExecutionParts,
  { request, operation, credentials, authentication, jar, streaming }: OperationRequest,
): Awaitable<Outcome> {
  const policy = cookiePolicy(config)
  const { sessionToken, cookieHeader } = credentials
  const { clock } = application.identity
  const browserKey = createBrowserKey(cookieHeader, { policy, jar, clock })
  const context = createContext({
    application,
    authentication,
    sessionToken,
    browserKey: browserKey.sent,
    client: {
      ipAddress: request.ip,
      userAgent: request.headers['user-agent']?.slice(0, 256) ?? null,
      deviceToken: readCookie(cookieHeader, 'device', policy),
    },
    cookies: {
      set({ token, session, deviceToken }) {
        jar.set('session', token, session.expiresAt)
        jar.set('device', deviceToken, new Date(clock.now().getTime() + deviceLifetime * 1000))
      },
      clear: () => jar.clear('session'),
      bindBrowser: () => browserKey.keep(),
    },
    streaming,
  })
  // What is answered with nothing but events is none of them.
  const soon = streaming === 'always' ? null : known?.answer(request, context)
  return andThen(soon ?? throughApollo({ apollo, known }, operation(), context), (answer) => ({ answer, context }))
}

async function throughApollo(
  { apollo, known }: Answering,
  httpGraphQLRequest: HTTPGraphQLRequest,
  context: Context,
): Promise<HTTPGraphQLResponse> {
  const answer = await apollo.executeHTTPGraphQLRequest({ httpGraphQLRequest, context: async () => context })
  known?.remember(httpGraphQLRequest, answer)
  return answer
}

/** A subscription as Apollo Server reads one: by POST, since by GET it takes none, as JSON, whatever way it came. */
export function createSubscriptionRequest(body: unknown): HTTPGraphQLRequest {
  const headers = new HeaderMap([
    ['content-type', 'application/json'],
    ['accept', 'application/json'],
  ])
  return { method: 'POST', headers, search: '', body }
}
