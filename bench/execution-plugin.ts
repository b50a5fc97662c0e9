import { type ApolloServerPlugin, HeaderMap } from '@apollo/server'
import type { GraphQLSchema, OperationDefinitionNode } from 'graphql'
import { keepPrivate } from '../src/directives/authorization-plugin.ts'
import { findOperation } from '../src/directives/operation.ts'
import { coerceVariables } from '../src/graphql/coerce-variables.ts'
import { type CompiledOperation, compileOperation } from '../src/graphql/compile-operation.ts'

const nothingMore = { status: undefined, headers: new HeaderMap() }

/** Executes compiled operations without a rule: what the rules are compared with. */
export function executionPlugin(schema: GraphQLSchema, isPrivate = false): ApolloServerPlugin {
  const compiled = new Map<OperationDefinitionNode, CompiledOperation>()
  return {
    requestDidStart: async () => ({
      async responseForOperation({ document, operation: node, contextValue, request, response }) {
        let ready = compiled.get(node)
        const operation = ready ? null : findOperation(schema, { document })
        if (!ready && operation) {
          ready = compileOperation(schema, schema, operation)
          compiled.set(node, ready)
        }
        if (!ready) return null
        const variables = coerceVariables(schema, node, request.variables)
        if (!variables) return null
        if (isPrivate) keepPrivate(response.http.headers)
        // In all that no rule asks for it is as sparing as the guarded side: it waits for nothing, and has no head to merge.
        const running = ready.run({ context: contextValue, operation: node, variables })
        const { data } = running instanceof Promise ? await running : running
        return { http: nothingMore, body: { kind: 'single', singleResult: { data: data ?? null } } }
      },
    }),
  }
}
