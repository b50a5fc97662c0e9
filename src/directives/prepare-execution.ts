import {
  type DocumentNode,
  type FormattedExecutionResult,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
} from 'graphql'
import type { Awaitable } from './decide.ts'
import { DenialLog } from './denial-log.ts'
import { isPromise } from './execution.ts'
import type { Operation, OperationRequest } from './operation.ts'
import type { Party } from './party.ts'
import { type Plan, type PlannedDenial, planDenials, planOf, type Variant, variantFor } from './plan.ts'
import { type Guard, guardOf } from './seal.ts'
import type { Viewer } from './viewer.ts'

/** One execution that is about to begin. */
export interface BegunExecution {
  /** By which the guards know this execution. */
  operation: OperationDefinitionNode
  /**
   * Puts withheld values and the errors of denials into the outcome, whose errors are formatted: they are kept aside
   * until then. Without it the data is not to be answered.
   */
  complete(outcome: FormattedExecutionResult): FormattedExecutionResult
}

/** What is executed: the same for all viewers that stand alike, so that it can be compiled once. */
export interface Executable {
  operation: Operation
  /** Whose resolvers run: the guarded schema, or the one without guards where all is allowed. */
  schema: GraphQLSchema
}

/** An operation made ready to be executed for one viewer. */
export interface PreparedExecution extends Executable {
  viewer: Viewer | null
  /** Not empty for a mutation that must not run: it is refused whole. */
  denials: readonly PlannedDenial[]
  /** Whether what is selected hangs on who asks. */
  isGuarded: boolean
  /**
   * Begins an execution of it by an executor that shows resolvers the guarded schema, whichever it is, and gives null for
   * each {@link isStandIn}.
   */
  begin(): BegunExecution
  /** Begins one on the guarded schema itself, as graphql-js does it: gives the document to execute. */
  beginGuarded(): BegunExecution & { document: DocumentNode }
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
  const prepare = (known: Party) => new Prepared(schema, plan, request, context, known)
  return isPromise(party) ? party.then(prepare) : prepare(party)
}

/**
 * Begins the execution of one event of a subscription, by graphql-js, for the viewer as they are then: gives the document
 * to execute on the guarded schema. Past a hundred denials the rest are counted, as in every other answer.
 *
 * @param request - of the subscription, as it began
 * @param context - of this event alone
 */
export async function beginEvent(
  schema: GraphQLSchema,
  request: Pick<OperationRequest, 'document' | 'operationName'>,
  context: unknown,
): Promise<BegunExecution & { document: DocumentNode }> {
  const guard = guardOf(schema)
  const plan = planOf(schema, request)
  if (!plan) throw new TypeError('beginEvent() should get the document of a subscription that has begun')
  const log = new DenialLog()
  const preparation = { party: await guard.executions.partyOf(context), open: false, log }
  const operation = guard.executions.begin(context, plan.operation.node, preparation)
  const definitions = [operation, ...plan.operation.fragments.values()]
  const complete = completion(guard, { plan, withheld: null }, log, false)
  return { operation, document: { kind: Kind.DOCUMENT, definitions }, complete }
}

/** A class for speed's sake: every request makes one, and most need one of its methods. */
class Prepared implements PreparedExecution {
  readonly viewer: Viewer | null
  readonly denials: readonly PlannedDenial[]
  readonly isGuarded: boolean
  readonly operation: Operation
  readonly schema: GraphQLSchema
  readonly #guard: Guard
  readonly #variant: Variant
  readonly #party: Party
  readonly #context: unknown

  constructor(schema: GraphQLSchema, plan: Plan, request: OperationRequest, context: unknown, party: Party) {
    this.#guard = guardOf(schema)
    this.#variant = variantFor(schema, plan, party)
    this.#party = party
    this.#context = context
    this.viewer = party.standing.viewer
    this.operation = this.#variant.plan.operation
    const isMutation = this.operation.node.operation === 'mutation'
    this.denials = isMutation ? denialsOfMutation(schema, plan, request, party) : none
    this.isGuarded = plan.requirements.size > 0 || !plan.isComplete
    this.schema = this.#variant.isOpen ? this.#guard.unguarded : schema
  }

  begin(): BegunExecution {
    const { isOpen, withheld } = this.#variant
    if (!isOpen) return this.#beginMarked(true)
    const isWatched = this.#guard.onDecisions !== undefined
    const complete = withheld || isWatched ? completion(this.#guard, this.#variant, new DenialLog(), true) : asItIs
    return { operation: this.operation.node, complete }
  }

  beginGuarded(): BegunExecution & { document: DocumentNode } {
    const begun = this.#beginMarked(false)
    const definitions = [begun.operation, ...this.operation.fragments.values()]
    return { ...begun, document: { kind: Kind.DOCUMENT, definitions } }
  }

  #beginMarked(isNulled: boolean): BegunExecution {
    const log = new DenialLog()
    const preparation = { party: this.#party, open: this.#variant.isOpen, log }
    const operation = this.#guard.executions.begin(this.#context, this.operation.node, preparation)
    return { operation, complete: completion(this.#guard, this.#variant, log, isNulled) }
  }
}

const none: readonly PlannedDenial[] = []

const asItIs: BegunExecution['complete'] = (outcome) => outcome

function completion(
  { onDecisions }: Guard,
  { plan, withheld }: Pick<Variant, 'plan' | 'withheld'>,
  log: DenialLog,
  isNulled: boolean,
): BegunExecution['complete'] {
  return (outcome) => {
    const data = withheld ? withheld.complete(outcome.data, log, isNulled) : outcome.data
    onDecisions?.({ allowed: plan.coordinates, denied: log.codes() })
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
