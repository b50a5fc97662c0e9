import type { ApolloServerPlugin, GraphQLRequestContext, GraphQLRequestListener } from '@apollo/server'
import type { ExecutionResult, GraphQLError, GraphQLSchema } from 'graphql'
import { isPromise } from '../directives/execution.ts'
import type { ExecuteFunction } from '../directives/index.ts'
import { coerceVariables } from './coerce-variables.ts'
import { createCompiledOperations } from './compiled-operations.ts'
import type { Context } from './context.ts'
import { type FormatError, formatResult } from './format-result.ts'

type Plugin = ApolloServerPlugin<Context>
type Listener = GraphQLRequestListener<Context>

export interface Executor {
  /** For authorizationPlugin(). */
  execute: ExecuteFunction
  /** Has a plugin hear of the errors of fields, as Apollo Server would have it. */
  attach(plugin: Plugin): Plugin
}

/**
 * Makes what executes operations in Apollo Server's stead: compiled, once for each document. Errors of fields are
 * formatted and told to plugins as Apollo Server does it, but for `extensions.http`, which changes nothing.
 *
 * Leaves to Apollo Server what it answers otherwise: variables that do not fit, and requests whose execution a plugin
 * wants to follow.
 *
 * @param schema - the guarded one, which resolvers are handed
 */
export function createExecutor(schema: GraphQLSchema, { formatError }: { formatError: FormatError }): Executor {
  const compiled = createCompiledOperations(schema)
  const listeners = new WeakMap<object, Listener[]>()
  return {
    execute(prepared, request) {
      const interested = listeners.get(request)
      if (interested?.some(({ executionDidStart }) => executionDidStart)) return null
      const variables = coerceVariables(schema, prepared.operation.node, request.request.variables)
      if (!variables) return null
      const { operation, complete } = prepared.begin()
      const finish = (result: ExecutionResult) => {
        const format = () => complete(formatResult({ data: result.data ?? null, errors: result.errors }, formatError))
        if (!result.errors || !interested) return format()
        const told = Object.assign(request, { errors: result.errors }) as unknown as FaultyContext
        return Promise.all(interested.map((listener) => listener.didEncounterErrors?.(told))).then(format)
      }
      // At once where nothing has to be waited for.
      const running = compiled.of(prepared).run({ context: request.contextValue, operation, variables })
      return isPromise(running) ? running.then(finish) : finish(running)
    },

    attach: (plugin) => ({
      ...plugin,
      async requestDidStart(request) {
        const listener = await plugin.requestDidStart?.(request)
        if (listener?.didEncounterErrors || listener?.executionDidStart)
          listeners.set(request, [...(listeners.get(request) ?? []), listener])
        return listener
      },
    }),
  }
}

type FaultyContext = GraphQLRequestContext<Context> & { errors: readonly GraphQLError[] }
