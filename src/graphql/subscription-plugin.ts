import type { ApolloServerPlugin } from '@apollo/server'
import { GraphQLError, getVariableValues, OperationTypeNode } from 'graphql'
import type { Context } from './context.ts'

/**
 * Has Apollo Server read, validate and limit subscriptions as it does every operation, and leaves them in the context
 * for whoever begins them: Apollo Server runs none.
 */
export const subscriptionPlugin: ApolloServerPlugin<Context> = {
  requestDidStart: async () => ({
    async didResolveOperation({ operation, request, schema, contextValue: { streaming } }) {
      // None of the name that was asked for: Apollo Server says so.
      if (!operation) return
      const isSubscription = operation.operation === OperationTypeNode.SUBSCRIPTION
      if (isSubscription && streaming.mode === 'never')
        throw refuse('A subscription is answered with a stream of events: accept text/event-stream', 406)
      if (!isSubscription && streaming.mode === 'always')
        throw refuse(`A stream of events answers a subscription, not a ${operation.operation}`, 400)
      if (!isSubscription) return
      const definitions = operation.variableDefinitions ?? []
      const { errors } = getVariableValues(schema, definitions, request.variables ?? {}, { maxErrors: 1 })
      const [fault] = errors ?? []
      if (fault) throw refuse(fault.message, 400, fault)
    },

    async responseForOperation({ operation, document, operationName, request, contextValue, response }) {
      if (operation?.operation !== OperationTypeNode.SUBSCRIPTION) return null
      contextValue.streaming.subscription = { document, operationName, variables: request.variables ?? {} }
      return { http: response.http, body: { kind: 'single', singleResult: { data: null } } }
    },
  }),
}

function refuse(message: string, status: number, fault?: GraphQLError): GraphQLError {
  return new GraphQLError(message, {
    nodes: fault?.nodes,
    originalError: fault && (fault.originalError ?? fault),
    extensions: { code: fault ? 'BAD_USER_INPUT' : 'BAD_REQUEST', http: { status } },
  })
}
