import {
  type ExecutionArgs,
  type ExecutionResult,
  type FormattedExecutionResult,
  getVariableValues,
  subscribe,
} from 'graphql'
import { prepareExecution } from '../../src/directives/prepare-execution.ts'
import { compileOperation } from '../../src/graphql/compile-operation.ts'
import { createReaders } from '../../src/graphql/readers.ts'

/**
 * Runs a query or mutation as createExecutor() does for Apollo Server, and subscriptions as graphql-js does.
 *
 * @param readAfter - objects of a selection that are made before it gets a reader
 */
export async function runCompiled(
  args: ExecutionArgs,
  readAfter = 0,
): Promise<FormattedExecutionResult | AsyncGenerator> {
  const { schema, contextValue, variableValues } = args
  const prepared = await prepareExecution(schema, args, contextValue)
  if (!prepared) {
    const result = await subscribe(args)
    return Symbol.asyncIterator in result ? result : formatted(result)
  }
  const definitions = prepared.operation.node.variableDefinitions ?? []
  const { coerced, errors } = getVariableValues(schema, definitions, { ...variableValues })
  if (!coerced) return formatted({ errors })
  const { operation, complete } = prepared.begin()
  const compiled = compileOperation(prepared.schema, schema, prepared.operation, createReaders({ after: readAfter }))
  return complete(formatted(await compiled.run({ context: contextValue, operation, variables: coerced })))
}

/** Gives a result as clients get it. */
export function formatted({ data, errors }: ExecutionResult): FormattedExecutionResult {
  return { ...(data !== undefined && { data }), ...(errors && { errors: errors.map((error) => error.toJSON()) }) }
}
