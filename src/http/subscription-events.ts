import type { FastifyReply, FastifyRequest } from 'fastify'
import type { FormattedExecutionResult } from 'graphql'
import type { Context, ValidSubscription } from '../graphql/context.ts'
import type { Answers, OpenSubscription } from '../graphql/open-subscription.ts'
import type { Authentication } from '../identity/authenticate.ts'
import type { Identity } from '../identity/identity.ts'
import type { SessionWatch } from '../identity/session-watch.ts'
import type { Credentials } from './authenticate-request.ts'
import { createErrorResponse } from './error-response.ts'
import { sendEvents } from './event-stream.ts'
import { createLiveViewer } from './live-viewer.ts'
import type { OpenStreams } from './open-streams.ts'
import { requestScope, withinScope } from './request-scope.ts'
import { withTimeLimit } from './time-limit.ts'

/** What subscriptions are begun with, by whichever way they come. */
export interface SubscriptionParts {
  openSubscription: OpenSubscription
  streams: OpenStreams
  sessionWatch: SessionWatch
  /** Milliseconds that a client has to take what is sent to it. */
  patience: number
}

/** A subscription that came by HTTP. */
export interface SubscriptionRequest {
  subscription: ValidSubscription
  context: Context
  credentials: Credentials
  authentication: Authentication
}

/** Seconds. */
const retryAfter = 10
const tooMany = createErrorResponse(429, 'RATE_LIMITED', 'Too many streams of events are open: end one of them first', {
  retryAfter,
})

/** Begins a subscription and answers with its events, until they, the session or the connection end. */
export async function answerWithEvents(
  { identity, timeLimit, ...parts }: { identity: Identity; timeLimit: number } & SubscriptionParts,
  request: FastifyRequest,
  reply: FastifyReply,
  { subscription, context, credentials, authentication }: SubscriptionRequest,
): Promise<FastifyReply> {
  let answers: Answers | FormattedExecutionResult | null = null
  let isCutShort = false
  const endAnswers = () => {
    if (answers && Symbol.asyncIterator in answers) void answers.return()
  }
  const stream = parts.streams.open({ userId: context.viewer?.id ?? null, ipAddress: request.ip }, () => {
    isCutShort = true
    endAnswers()
  })
  if (!stream) return reply.code(tooMany.status).header('retry-after', String(retryAfter)).send(tooMany.body)

  const live = createLiveViewer({ identity, sessionWatch: parts.sessionWatch }, credentials, authentication)
  // Whatever becomes of it from here on, an answer that was sent or a client that hung up.
  reply.raw.once('close', () => {
    endAnswers()
    live.close()
    stream.close()
  })
  const begin = requestScope.run(request.scope, () => parts.openSubscription(subscription, { ...context, live }))
  answers = await withTimeLimit(timeLimit, begin)
  if (Symbol.asyncIterator in answers) answers = withinScope(answers, request.scope)
  if (reply.raw.destroyed || isCutShort) endAnswers()
  return sendEvents(reply, { answers, isCutShort: () => isCutShort, patience: parts.patience })
}
