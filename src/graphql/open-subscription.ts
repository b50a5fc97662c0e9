import { createSourceEventStream, execute, type FormattedExecutionResult, type GraphQLSchema } from 'graphql'
import { beginEvent } from '../directives/index.ts'
import { AuthenticationError } from '../errors.ts'
import type { Context, LiveViewer, ValidSubscription } from './context.ts'
import { type FormatError, formatResult } from './format-result.ts'

/** The answers to a subscription, one an event. */
export type Answers = AsyncGenerator<FormattedExecutionResult, void, void>

/** Begins subscriptions: gives their answers, or the one that says why there are none. */
export type OpenSubscription = (
  subscription: ValidSubscription,
  context: Context & { live: LiveViewer },
) => Promise<Answers | FormattedExecutionResult>

/**
 * Makes what begins subscriptions. The schema's rules decide before the source of events is listened to, and again for
 * each event, for the viewer as they are then. Once their session is over, the last answer is UNAUTHENTICATED, whatever
 * else there would have been to tell. Where it cannot be found out whether it is over, reading them throws: whoever
 * wants to go on has to begin anew.
 *
 * @param schema - the guarded one
 * @param within - throws when the answer to one event takes too long
 */
export function createSubscriptionOpener(
  schema: GraphQLSchema,
  { formatError, within }: { formatError: FormatError; within<Result>(work: Promise<Result>): Promise<Result> },
): OpenSubscription {
  return async (subscription, context) => {
    const operation = {
      schema,
      document: subscription.document,
      operationName: subscription.operationName,
      variableValues: subscription.variables,
      contextValue: context,
    }
    const source = await createSourceEventStream(operation)
    if (!(Symbol.asyncIterator in source)) return formatResult(source, formatError)
    const execution = async (rootValue: unknown) => {
      // Each its own: an execution is known by its context.
      const contextValue = { ...context }
      const { document, complete } = await beginEvent(schema, subscription, contextValue)
      return complete(formatResult(await execute({ ...operation, document, contextValue, rootValue }), formatError))
    }
    const answer = (event: unknown) => within(execution(event))
    return answerEvents(source[Symbol.asyncIterator](), answer, context.live)
  }
}

function answerEvents(
  events: AsyncIterator<unknown>,
  answer: (event: unknown) => Promise<FormattedExecutionResult>,
  live: LiveViewer,
): Answers {
  let over = false
  const done = { done: true, value: undefined } as const
  const close = async () => {
    over = true
    endListening()
    await events.return?.()
    return done
  }
  // What waits for the next event waits no longer.
  const endListening = live.onChange(() => {
    if (live.ended) void events.return?.()
  })

  // By hand: a generator that waits for the next event cannot be ended from outside until there is one.
  return {
    async next() {
      if (over) return done
      const event = await events.next()
      const value = event.done || live.ended ? null : await answer(event.value)
      if (over) return done
      if (live.ended) {
        await close()
        return { done: false, value: sessionOver() }
      }
      if (live.failure !== null) {
        await close()
        throw live.failure
      }
      if (value === null) return close()
      return { done: false, value }
    },
    return: close,
    async throw(cause) {
      await close()
      throw cause
    },
    [Symbol.asyncIterator]() {
      return this
    },
    async [Symbol.asyncDispose]() {
      await close()
    },
  }
}

function sessionOver(): FormattedExecutionResult {
  const { message, extensions } = new AuthenticationError('UNAUTHENTICATED')
  return { errors: [{ message, extensions }] }
}
