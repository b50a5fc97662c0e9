import type { ApolloServerPlugin } from '@apollo/server'
import type { Context } from './context.ts'

/** One operation that is measured, from when it is read to its answer. */
export interface FollowedOperation {
  /** As it is found valid. The name is the client's. */
  known(operation: { type: string; name: string | null }): void
  /** With the code of the answer's first error; null without one. */
  end(code: string | null): void
}

/** Makes what has operations measured. Only where somebody does: Apollo Server awaits each hook in every request. */
export function operationPlugin(follow: () => FollowedOperation): ApolloServerPlugin<Context> {
  return {
    async requestDidStart() {
      const followed = follow()
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
  }
}

/** The code of an error that is told to clients. */
export function codeOf(extensions: Record<string, unknown> | undefined): string {
  return typeof extensions?.code === 'string' ? extensions.code : 'INTERNAL_SERVER_ERROR'
}
