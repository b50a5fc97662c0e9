import { type DocumentNode, GraphQLError, type GraphQLSchema, Kind } from 'graphql'
import type { Awaitable } from './decide.ts'
import { createDenialLog, type DenialLog } from './denial-log.ts'
import { isPromise } from './execution.ts'
import type { OperationRequest } from './operation.ts'
import type { Party } from './party.ts'
import { isOpenTo, type Plan, type PlannedDenial, planDenials, planOf } from './plan.ts'
import { guardOf } from './seal.ts'
import type { Viewer } from './viewer.ts'

/** An operation made ready for one execution. */
export interface PreparedExecution {
  viewer: Viewer | null
  /** What to execute, once: a copy by which the guards know this execution. */
  document: DocumentNode
  /** Not empty for a mutation that must not run: it is refused whole. */
  denials: readonly PlannedDenial[]
  /** Whether what is selected hangs on who asks. */
  isGuarded: boolean
  /** The denials that are not among the result's errors: they have to be told with it. */
  log: DenialLog
}

/**
 * Decides all that the viewer alone decides of an operation before it runs, and makes it ready: where all is allowed
 * the guards step aside; where it is not, denials cost no errors until they are told.
 *
 * Null where there is nothing to prepare: a subscription, or a document without such an operation.
 *
 * @param schema - as authorizeSchema gave it, and as it will be executed
 */
export function prepareExecution(
  schema: GraphQLSchema,
  request: OperationRequest,
  context: unknown,
): Awaitable<PreparedExecution | null> {
  const { executions } = guardOf(schema)
  const plan = planOf(schema, request)
  if (!plan || plan.operation.node.operation === 'subscription') return null

  const prepare = (party: Party): PreparedExecution => {
    const log = createDenialLog()
    const operation = executions.prepare(context, plan.operation.node, { party, open: isOpenTo(party, plan), log })
    return {
      viewer: party.standing.viewer,
      document: { kind: Kind.DOCUMENT, definitions: [operation, ...plan.operation.fragments.values()] },
      denials: operation.operation === 'mutation' ? denialsOfMutation(schema, plan, request, party) : [],
      isGuarded: plan.requirements.size > 0 || !plan.isComplete,
      log,
    }
  }
  const party = executions.partyOf(context)
  return isPromise(party) ? party.then(prepare) : prepare(party)
}

function denialsOfMutation(schema: GraphQLSchema, plan: Plan, { variableValues }: OperationRequest, party: Party) {
  try {
    return planDenials(schema, plan, variableValues, party)
  } catch (error) {
    // Variables that do not fit: the executor coerces the same ones, says so and runs nothing.
    if (error instanceof GraphQLError) return []
    throw error
  }
}
