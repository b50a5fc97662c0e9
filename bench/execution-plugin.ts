import type { ApolloServerPlugin } from '@apollo/server'
import { type GraphQLSchema, getVariableValues, type OperationDefinitionNode } from 'graphql'
import { keepPrivate } from '../src/directives/authorization-plugin.ts'
import { findOperation } from '../src/directives/operation.ts'
import { type CompiledOperation, compileOperation } from '../src/graphql/compile-operation.ts'

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
        const definitions = node.variableDefinitions ?? []
        const { coerced } = getVariableValues(schema, definitions, request.variables ?? {}, { maxErrors: 1 })
        if (!coerced) return null
        if (isPrivate) keepPrivate(response.http.headers)
        const { data } = await ready.run({ context: contextValue, operation: node, variables: coerced })
        return { http: response.http, body: { kind: 'single', singleResult: { data: data ?? null } } }
      },
    }),
  }
}
