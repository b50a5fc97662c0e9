import { type GraphQLSchema, getVariableValues, type OperationDefinitionNode } from 'graphql'

/** Gives the variables of an operation as its resolvers get them, in an object of their own; null where they do not fit. */
export function coerceVariables(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> | null {
  if (variableDefinitions.length === 0) return {}
  return getVariableValues(schema, variableDefinitions, variables, { maxErrors: 1 }).coerced ?? null
}
