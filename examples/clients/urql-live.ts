import { type Exchange, type ExecutionResult, subscriptionExchange } from '@urql/core'
import type { Operation, Subscribe } from './live-updates.ts'

/** Has urql subscribe: `createApi(url, page, createLiveExchange(createSocket(url)))`. */
export function createLiveExchange(subscribe: Subscribe): Exchange {
  return subscriptionExchange({
    forwardSubscription: ({ query = '', variables }) => ({
      subscribe: ({ next, error, complete }) => ({
        unsubscribe: subscribe(
          { query, variables: variables as Operation['variables'] },
          {
            // Named, though there be none: urql would take over those of the answer before.
            next: ({ errors = [], ...answer }) => next({ ...answer, errors } as ExecutionResult),
            // The last word: urql would wait for more, and keep the next subscriber of the same waiting with it.
            error: (cause) => (Array.isArray(cause) ? next({ errors: cause, hasNext: false }) : error(cause)),
            complete,
          },
        ),
      }),
    }),
  })
}
