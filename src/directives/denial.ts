import { type FieldNode, GraphQLError, type GraphQLResolveInfo } from 'graphql'
import type { Decision, DenialCode } from './decide.ts'

const messages: Record<DenialCode, string> = {
  UNAUTHENTICATED: 'You must be signed in to do this',
  FORBIDDEN: "You don't have permission to view this",
  REAUTHENTICATION_REQUIRED: 'Sign in again to do this',
}

/** What a look-up that found nothing answers to those who would be allowed to see that it found something. */
export const notFound = new GraphQLError('There is nothing with this id', { extensions: { code: 'NOT_FOUND' } })

/** A position in a response. */
export interface Position {
  path: readonly (string | number)[]
  nodes: readonly FieldNode[]
}

/** What clients are told where a decision withholds a value: the one place where a decision gets its words. */
export function describeDecision(decision: Decision): { message: string; extensions: { code: string } } {
  return decision.effect === 'deny'
    ? { message: messages[decision.code], extensions: { code: decision.code } }
    : { message: 'Internal server error', extensions: { code: 'INTERNAL_SERVER_ERROR' } }
}

/** The same as an error for the executor. */
export function toError(decision: Decision, position: Position): GraphQLError {
  const { message, extensions } = describeDecision(decision)
  return withoutStack(() => new GraphQLError(message, { ...position, extensions }))
}

/** A thousand denials cost a thousand stacks otherwise, and where a denial was made is told by its path. */
function withoutStack<Made>(make: () => Made): Made {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  try {
    return make()
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}

/** Gives a path as clients know it. */
export function pathOf(path: GraphQLResolveInfo['path']): (string | number)[] {
  const keys: (string | number)[] = []
  for (let at: GraphQLResolveInfo['path'] | undefined = path; at; at = at.prev) keys.push(at.key)
  return keys.reverse()
}
