import type { GraphQLSchema } from 'graphql'
import type { DenialCode } from './decide.ts'
import type { OperationRequest } from './operation.ts'
import { planDenials, planOf } from './plan.ts'
import { guardOf } from './seal.ts'
import type { Viewer } from './viewer.ts'

/** What is decided of an operation before anything runs. */
export interface OperationDecision {
  /** Whether nothing is sure to be denied. What hangs on the data is decided when it is there. */
  allowed: boolean
  /** At most a hundred. */
  denials: readonly { coordinate: string; path: readonly string[]; code: DenialCode }[]
}

/**
 * Gives the decisions on an operation that the viewer alone decides: certain whatever the data. Runs nothing and asks
 * the host nothing. Under an abstract type only what every possible type denies is certain; below `@signsIn` nothing is.
 *
 * @param schema - as authorizeSchema gave it
 * @param request.document - validated against the schema
 * @param request.variableValues - as the client sent them, not coerced
 * @throws GraphQLError when the variables do not fit the operation
 * @throws TypeError when the document has no such operation
 */
export function authorizeOperation(
  schema: GraphQLSchema,
  { viewer, ...request }: OperationRequest & { viewer: Viewer | null },
): OperationDecision {
  const { executions } = guardOf(schema)
  const plan = planOf(schema, request)
  if (!plan) throw new TypeError('operationName should name an operation of the document')
  const denials = planDenials(schema, plan, request.variableValues, executions.partyFor(viewer))
  return {
    allowed: denials.length === 0,
    denials: denials.map(({ decision, ...denial }) => ({
      ...denial,
      code: decision.effect === 'deny' ? decision.code : 'FORBIDDEN',
    })),
  }
}
