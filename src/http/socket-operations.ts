import type { HTTPGraphQLResponse } from '@apollo/server'
import type { FastifyRequest } from 'fastify'
import { type ExecutionArgs, type FormattedExecutionResult, GraphQLError, type GraphQLFormattedError } from 'graphql'
import type { SubscribePayload } from 'graphql-ws'
import type { Logger } from 'pino'
import type { ValidSubscription } from '../graphql/context.ts'
import type { Answers } from '../graphql/open-subscription.ts'
import type { CreateId } from '../id.ts'
import { type Credentials, cookiePolicy } from './authenticate-request.ts'
import { createCookieJar } from './cookies.ts'
import { createMaskedResponse } from './error-response.ts'
import { createSubscriptionRequest, type ExecutionParts, executeRequest } from './execute-request.ts'
import type { WatchedViewer } from './live-viewer.ts'
import type { OpenStream } from './open-streams.ts'
import { closeCode, type Peer } from './peer.ts'
import { type RequestScope, requestScope } from './request-scope.ts'
import { beginSubscription, type SubscriptionParts, tooMany } from './subscription-events.ts'
import { withTimeLimit } from './time-limit.ts'

export interface OperationParts extends ExecutionParts, SubscriptionParts {
  logger: Logger
  createId: CreateId
  /** Milliseconds that an operation may take. */
  timeLimit: number
}

/** Whose subscriptions they are. */
interface Owner {
  request: FastifyRequest
  peer: Peer
  live: WatchedViewer
  credentials: Credentials
  userId: string | null
}

/** The subscriptions of one socket, each known by the message that asked for it. */
export interface SocketOperations {
  /** Begins one: gives what graphql-ws reads its answers from, or the errors by which it is refused. */
  begin(id: string, payload: SubscribePayload): Promise<ExecutionArgs | readonly GraphQLError[]>
  /** One has said its last word. */
  release(payload: SubscribePayload): void
  /** Resolves once each has said its last word. */
  settled(): Promise<unknown>
  /** Ends all of them, with nobody left to tell. */
  endAll(): void
}

interface Operation {
  id: string
  stream: OpenStream
  scope: RequestScope
  since: number
  answers: Answers | null
  over: PromiseWithResolvers<void>
}

interface Begun {
  subscription: ValidSubscription
  answers: Answers
}

/** Carries formatted errors through graphql-ws, which hands errors of its own making to those who format them. */
class Refusal extends Error {
  readonly errors: readonly GraphQLFormattedError[]

  constructor(errors: readonly GraphQLFormattedError[]) {
    super('A subscription is refused')
    this.errors = errors
  }
}

/** The errors as they were formatted. */
export function toFormatted(errors: readonly GraphQLError[]): readonly GraphQLFormattedError[] {
  return errors.flatMap(({ originalError }) => (originalError instanceof Refusal ? originalError.errors : []))
}

export function createSocketOperations(parts: OperationParts, owner: Owner): SocketOperations {
  const { request, peer, live, userId } = owner
  const operations = new Map<SubscribePayload, Operation>()

  const fail = (error: unknown, { requestId }: RequestScope): FormattedExecutionResult => {
    parts.logger.error({ err: error, requestId }, 'a subscription failed')
    return { errors: createMaskedResponse(requestId).body.errors }
  }

  /** Where it could not be told who they are, nothing is decided on this socket any more. */
  const giveUpUnlessKnown = () => {
    // The subscription at which that was found tells of it before.
    if (live.failure !== null) setImmediate(() => peer.close(closeCode.tryAgainLater, 'Internal server error'))
  }

  const release = (payload: SubscribePayload) => {
    const operation = operations.get(payload)
    if (!operation) return
    operations.delete(payload)
    const { stream, scope, since, over, answers } = operation
    // Also where reading them failed: what is listened to would be for ever.
    void answers?.return()
    stream.close()
    over.resolve()
    const name = scope.operationName !== null && { operation: scope.operationName }
    const ms = Math.round(performance.now() - since)
    parts.logger.info({ requestId: scope.requestId, socket: request.id, ...name, ms }, 'subscription')
  }

  /** The answers, until one tells that there will be none: of that clients hear by another kind of message. */
  const tell = (answers: Answers, scope: RequestScope): Answers => ({
    ...answers,
    async next() {
      const result = await answers.next().catch((error) => ({ done: false, value: fail(error, scope) }) as const)
      giveUpUnlessKnown()
      if (!result.done && result.value.data === undefined) throw new Refusal(result.value.errors ?? [])
      return result
    },
  })

  return {
    async begin(id, payload) {
      // Wanted no more, and not over yet: graphql-ws knows both by the id, and would take the one for the other.
      if (operations.values().some((operation) => operation.id === id)) {
        peer.close(closeCode.idTaken, 'The subscription with this id is not over yet')
        return refuse([])
      }
      const stream = parts.streams.open({ userId, ipAddress: request.ip }, () => {})
      if (!stream) return refuse(tooMany.body.errors)
      const scope: RequestScope = { requestId: parts.createId(), operationName: null, followed: null }
      const over = Promise.withResolvers<void>()
      const operation: Operation = { id, stream, scope, since: performance.now(), answers: null, over }
      operations.set(payload, operation)

      const begun = await open(parts, { ...owner, payload, scope }).catch((error) => fail(error, scope))
      giveUpUnlessKnown()
      if (!('answers' in begun)) {
        release(payload)
        return refuse(begun.errors ?? [])
      }
      operation.answers = begun.answers
      if (peer.isClosed) void begun.answers.return()
      const { document, operationName } = begun.subscription
      // The rest is for those who have graphql-ws execute it.
      return { document, operationName, contextValue: tell(begun.answers, scope) } as unknown as ExecutionArgs
    },
    release,
    settled: () => Promise.all([...operations.values()].map(({ over }) => over.promise)),
    endAll() {
      for (const payload of [...operations.keys()]) release(payload)
    },
  }
}

async function open(
  parts: OperationParts,
  { request, live, credentials, payload, scope }: Owner & { payload: SubscribePayload; scope: RequestScope },
): Promise<Begun | FormattedExecutionResult> {
  const execute = async () =>
    executeRequest(parts, {
      request,
      operation: () => createSubscriptionRequest(payload),
      credentials,
      authentication: await live.authenticate(),
      // Cookies come with answers by HTTP alone.
      jar: createCookieJar(cookiePolicy(parts.config), parts.application.identity.clock),
      streaming: 'always',
    })
  const { answer, context } = await withTimeLimit(parts.timeLimit, requestScope.run(scope, execute))
  const { subscription } = context.streaming
  if (!subscription) return readResult(answer)
  const answers = await beginSubscription(parts, { subscription, context, live, scope })
  return Symbol.asyncIterator in answers ? { subscription, answers } : answers
}

function readResult({ body }: HTTPGraphQLResponse): FormattedExecutionResult {
  if (body.kind !== 'complete') throw new TypeError('Incremental delivery is not a part of this schema')
  return JSON.parse(body.string)
}

function refuse(errors: readonly GraphQLFormattedError[]): readonly GraphQLError[] {
  return [new GraphQLError('', { originalError: new Refusal(errors) })]
}
