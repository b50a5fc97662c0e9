import type { ApolloServerPlugin } from '@apollo/server'
import type { Context } from './context.ts'

/** One operation that is measured, from when it is read to its answer. */
export interface FollowedOperation {
  /** As it is found valid. The name is the client's. */
  known(operation: { type: string; name: string | null }): void
  /** With the code of the answer's first error; null without one. */
  end(code: string | null): void
}

/** The code of what fails as a whole. */
export const failure = 'INTERNAL_SERVER_ERROR'

/** Makes what has operations measured. Only where somebody does: Apollo Server awaits each hook in every request. */
export function operationPlugin(follow: () => FollowedOperation): ApolloServerPlugin<Context> {
  const underWay = new WeakMap<object, FollowedOperation>()
  return {
    async requestDidStart(request) {
      const followed = follow()
      underWay.set(request, followed)
      return {
        async didResolveOperation({ operation, operationName }) {
          if (operation) followed.known({ type: operation.operation, name: operationName })
        },
        async willSendResponse({ response: { body } }) {
          const errors = body.kind === 'single' ? body.singleResult.errors : undefined
          followed.end(errors?.[0] ? codeOf(errors[0].extensions) : null)
        },
      }
    },
    async unexpectedErrorProcessingRequest({ requestContext }) {
      underWay.get(requestContext)?.end(failure)
    },
  }
}

/** The code of an error that is told to clients. */
export function codeOf(extensions: Record<string, unknown> | undefined): string {
  return typeof extensions?.code === 'string' ? extensions.code : failure
}
