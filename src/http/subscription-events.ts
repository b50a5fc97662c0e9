import type { FastifyReply, FastifyRequest } from 'fastify'
import type { FormattedExecutionResult } from 'graphql'
import type { Context, LiveViewer, ValidSubscription } from '../graphql/context.ts'
import type { Answers, OpenSubscription } from '../graphql/open-subscription.ts'
import type { Authentication } from '../identity/authenticate.ts'
import type { Identity } from '../identity/identity.ts'
import type { SessionWatch } from '../identity/session-watch.ts'
import type { Credentials } from './authenticate-request.ts'
import { createErrorResponse } from './error-response.ts'
import { sendEvents } from './event-stream.ts'
import { createLiveViewer } from './live-viewer.ts'
import type { OpenStreams } from './open-streams.ts'
import { type RequestScope, requestScope, withinScope } from './request-scope.ts'
import { withTimeLimit } from './time-limit.ts'

/** What subscriptions are begun with, by whichever way they come. */
export interface SubscriptionParts {
  openSubscription: OpenSubscription
  streams: OpenStreams
  sessionWatch: SessionWatch
  /** Milliseconds that a client has to take what is sent to it. */
  patience: number
  /** Milliseconds between two signs of life, so that neither proxies nor this server take the other for gone. */
  heartbeat: number
}

/** A subscription that came by HTTP. */
export interface SubscriptionRequest {
  subscription: ValidSubscription
  context: Context
  credentials: Credentials
  authentication: Authentication
}

/** One that is to be begun, for whom, and for which request. */
export interface BeginningSubscription {
  subscription: ValidSubscription
  context: Context
  live: LiveViewer
  scope: RequestScope
}

/** Seconds. */
const retryAfter = 10
/** One more stream, or socket, than there may be. */
export const tooMany = createErrorResponse(
  429,
  'RATE_LIMITED',
  'Too many streams of events are open: end one of them first',
  {
    retryAfter,
  },
)

/** Begins a subscription, within the time for an operation; what is logged of it belongs to its request. */
export async function beginSubscription(
  { openSubscription, timeLimit }: { openSubscription: OpenSubscription; timeLimit: number },
  { subscription, context, live, scope }: BeginningSubscription,
): Promise<Answers | FormattedExecutionResult> {
  const begin = requestScope.run(scope, () => openSubscription(subscription, { ...context, live }))
  try {
    const answers = await withTimeLimit(timeLimit, begin)
    return Symbol.asyncIterator in answers ? withinScope(answers, scope) : answers
  } catch (error) {
    // One that begins after all has nobody to end it.
    void begin.then(endAnswers, () => {})
    throw error
  }
}

function endAnswers(answers: Answers | FormattedExecutionResult): void {
  if (Symbol.asyncIterator in answers) void answers.return()
}

export function refuseForTooMany(reply: FastifyReply): FastifyReply {
  return reply.code(tooMany.status).header('retry-after', String(retryAfter)).send(tooMany.body)
}

/** Begins a subscription and answers with its events, until they, the session or the connection end. */
export async function answerWithEvents(
  { identity, timeLimit, ...parts }: { identity: Identity; timeLimit: number } & SubscriptionParts,
  request: FastifyRequest,
  reply: FastifyReply,
  { subscription, context, credentials, authentication }: SubscriptionRequest,
): Promise<FastifyReply> {
  // Who has hung up already is heard of no more: what is opened for them would stay open.
  if (reply.raw.destroyed) return reply.hijack()
  let answers: Answers | FormattedExecutionResult | null = null
  let isCutShort = false
  const stream = parts.streams.open({ userId: context.viewer?.id ?? null, ipAddress: request.ip }, () => {
    isCutShort = true
    if (answers) endAnswers(answers)
    // What is not read would be waited for.
    if (reply.raw.writableNeedDrain) reply.raw.destroy()
  })
  if (!stream) return refuseForTooMany(reply)

  const live = createLiveViewer({ identity, sessionWatch: parts.sessionWatch }, credentials, authentication)
  // Whatever becomes of it from here on, an answer that was sent or a client that hung up.
  reply.raw.once('close', () => {
    if (answers) endAnswers(answers)
    live.close()
    stream.close()
  })
  answers = await beginSubscription({ ...parts, timeLimit }, { subscription, context, live, scope: request.scope })
  if (reply.raw.destroyed || isCutShort) endAnswers(answers)
  if (reply.raw.destroyed) return reply.hijack()
  return sendEvents(reply, { answers, isCutShort: () => isCutShort, ...parts })
}
