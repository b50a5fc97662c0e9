import { type DocumentNode, GraphQLError, type GraphQLFormattedError, type GraphQLSchema } from 'graphql'
import type { Awaitable } from './decide.ts'
import { createDenialLog, type DenialLog } from './denial-log.ts'
import { isPromise } from './execution.ts'
import type { Operation, OperationRequest } from './operation.ts'
import type { Party } from './party.ts'
import { type Plan, type PlannedDenial, planDenials, planOf, type Variant, variantFor } from './plan.ts'
import { guardOf } from './seal.ts'
import type { Viewer } from './viewer.ts'

/** What an execution came to. */
export interface ExecutionOutcome {
  data?: unknown
  errors?: readonly GraphQLFormattedError[] | undefined
}

/** One execution that is about to begin. Whoever executes it hands the outcome to `complete`, once. */
export interface BegunExecution {
  /** Puts withheld values and the errors of denials into the outcome: part of them are kept aside until then. */
  complete(outcome: ExecutionOutcome): ExecutionOutcome
}

/** An operation made ready to be executed for one viewer. */
export interface PreparedExecution {
  viewer: Viewer | null
  /** Not empty for a mutation that must not run: it is refused whole. */
  denials: readonly PlannedDenial[]
  /** Whether what is selected hangs on who asks. */
  isGuarded: boolean
  /** What a compiling executor compiles, the same for all viewers that stand alike; null where it must not. */
  compilable: { schema: GraphQLSchema; operation: Operation; document: DocumentNode } | null
  /** For graphql-js: gives a document to execute once, by which the guards know this execution. */
  begin(): BegunExecution & { document: DocumentNode }
  /** For what was compiled: gives the root value by which they do. Root resolvers must not be handed it. */
  beginCompiled(): BegunExecution & { rootValue: unknown }
}

/**
 * Decides all that the viewer alone decides of an operation before it runs, and makes it ready: where all is allowed
 * the guards step aside; what is denied is not resolved, and costs no errors until they are told.
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
  const party = executions.partyOf(context)
  const prepare = (known: Party) => prepareFor(schema, plan, request, context, known)
  return isPromise(party) ? party.then(prepare) : prepare(party)
}

function prepareFor(
  schema: GraphQLSchema,
  plan: Plan,
  request: OperationRequest,
  context: unknown,
  party: Party,
): PreparedExecution {
  const { executions, unguarded } = guardOf(schema)
  const variant = variantFor(schema, plan, party)
  const { operation, document, hasGuardedInputs } = variant.plan
  const isQuery = operation.node.operation === 'query'
  const open = variant.isOpen

  return {
    viewer: party.standing.viewer,
    denials: isQuery ? [] : denialsOfMutation(schema, plan, request, party),
    isGuarded: plan.requirements.size > 0 || !plan.isComplete,
    // Compiled defaults of guarded inputs could not be told from what the client provides.
    compilable: isQuery && !hasGuardedInputs ? { schema: open ? unguarded : schema, operation, document } : null,
    begin() {
      const log = createDenialLog()
      const node = executions.begin(context, operation.node, { party, open, log })
      const definitions = [node, ...operation.fragments.values()]
      return { document: { ...document, definitions }, complete: completion(variant, log) }
    },
    beginCompiled() {
      if (open && !variant.withheld) return { rootValue: undefined, complete: asItIs }
      const log = createDenialLog()
      const rootValue = open ? undefined : executions.beginCompiled(context, operation.node, { party, open, log })
      return { rootValue, complete: completion(variant, log) }
    },
  }
}

const asItIs = (outcome: ExecutionOutcome) => outcome

function completion({ withheld }: Variant, log: DenialLog): BegunExecution['complete'] {
  return (outcome) => {
    const data = withheld ? withheld.complete(outcome.data, log) : outcome.data
    const errors = log.tell({ data, errors: outcome.errors })
    return { ...outcome, data, ...(errors && { errors }) }
  }
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
