import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getVariableValues,
  type OperationDefinitionNode,
  validate,
} from 'graphql'

/** A request as far as it can be wrong before anything runs. */
export interface FaultyRequest {
  document: DocumentNode
  operation: OperationDefinitionNode | undefined
  variables: Readonly<Record<string, unknown>>
}

const unseen = 'This does not fit the part of the schema that you can see'

/** In the schema that the viewer sees what they do not see is a fault as well: so many of those are looked past. */
const mostUnseen = 30

/**
 * Retells what graphql-js found wrong with a request in the words of the schema that the viewer sees: the same fault is
 * looked for there, so that no suggestion, required argument or type names more than that. What is not a fault there is
 * told without names.
 *
 * @param errors - of validation or of variables, found against the whole schema; their messages are replaced
 * @param suggestions - whether "Did you mean" stays
 */
export function retellErrors(
  errors: readonly GraphQLError[],
  { document, operation, variables }: FaultyRequest,
  visible: GraphQLSchema,
  suggestions: boolean,
): void {
  const naming = errors.filter(({ message }) => named.test(message))
  if (naming.length === 0) return
  const hideSuggestions = !suggestions
  const maxErrors = errors.length + mostUnseen
  const { errors: ofVariables = [] } = getVariableValues(
    visible,
    operation?.variableDefinitions ?? [],
    { ...variables },
    { hideSuggestions, maxErrors },
  )
  const ofDocument = validate(visible, document, undefined, { hideSuggestions, maxErrors })
  const found = new Map<string, string>()
  for (const fault of [...ofDocument, ...ofVariables]) {
    const key = faultOf(fault)
    if (!found.has(key)) found.set(key, fault.message)
  }
  for (const error of naming) retell(error, found.get(faultOf(error)) ?? unseen)
}

/** Stacks begin with messages, also those of the errors that it was made of: a server may tell any of them. */
function retell(error: GraphQLError, message: string): void {
  // What a scalar of the host threw names nothing of the schema, and may be anything.
  for (let each: unknown = error; each instanceof GraphQLError; each = each.originalError) {
    const frames = each.stack?.split('\n').filter((line) => /^ +at /.test(line)) ?? []
    each.stack = [`${each.name}: ${message}`, ...frames].join('\n')
  }
  error.message = message
}

/** Names stand in quotes, except that of a scalar or an enum in a message about its values. */
const named = /"| cannot represent /

const suggestion = 'Did you mean '

/** What tells an error of the same fault at the same place, whatever it suggests. */
function faultOf({ message, locations = [] }: GraphQLError): string {
  const places = locations.map(({ line, column }) => `${line}:${column}`)
  // By hand: a client can write those words as often as a request holds, and a pattern would try at each of them.
  const start = message.endsWith('?') ? message.lastIndexOf(suggestion) : -1
  return [...places, start < 0 ? message : message.slice(0, start).trimEnd()].join(' ')
}
