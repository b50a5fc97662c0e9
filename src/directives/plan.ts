import {
  type DocumentNode,
  type FieldNode,
  type GraphQLArgument,
  GraphQLError,
  type GraphQLSchema,
  getArgumentValues,
  getVariableValues,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql'
import { allow, type Decision, error, isResidue, strictest } from './decide.ts'
import { type Decisions, isTimeless } from './decisions.ts'
import { denialOfObjects, type GuardedField } from './enforce.ts'
import { providedRequirements } from './input.ts'
import {
  createSelectionNames,
  findOperation,
  mostSelections,
  type Operation,
  type OperationRequest,
  selectedFields,
  selectionSetsOf,
} from './operation.ts'
import type { Party } from './party.ts'
import type { Requirement } from './rule.ts'
import { type Guard, guardOf } from './seal.ts'
import { type WithheldSelections, withholdSelections } from './withhold-selections.ts'

/** What is known of an operation whoever runs it: every coordinate that it can reach, over every possible type. */
export interface Plan {
  operation: Operation
  /** The operation and its fragments, without the other operations of its document. */
  document: DocumentNode
  /** The requirements of all that it reaches. */
  requirements: ReadonlySet<Requirement>
  /** The schema coordinates whose denial these may come to. */
  coordinates: readonly string[]
  /** Whether these decide all: not so where arguments bear rules, something is looked up, or somebody signs in. */
  isComplete: boolean
  /** Whether what is decided of it for the same roles stays the same. */
  isTimeless: boolean
}

const plans = new WeakMap<GraphQLSchema, WeakMap<DocumentNode, Map<string, Plan | null>>>()

/** Gives the plan of an operation, made once for a document; null where the document has no such operation. */
export function planOf(schema: GraphQLSchema, request: OperationRequest): Plan | null {
  const ofSchema = plans.get(schema) ?? new WeakMap<DocumentNode, Map<string, Plan | null>>()
  plans.set(schema, ofSchema)
  const ofDocument = ofSchema.get(request.document) ?? new Map<string, Plan | null>()
  ofSchema.set(request.document, ofDocument)
  const key = request.operationName ?? ''
  const known = ofDocument.get(key)
  if (known !== undefined) return known
  const operation = findOperation(schema, request)
  const plan = operation && createPlan(schema, operation, guardOf(schema))
  // A name that the document does not have is the client's to choose: those are not remembered.
  if (plan) ofDocument.set(key, plan)
  return plan
}

function createPlan(schema: GraphQLSchema, operation: Operation, { fields }: Guard): Plan {
  const requirements = new Set<Requirement>()
  const coordinates = new Set<string>()
  const seen = new Map<SelectionSetNode, Set<string>>()
  let isComplete = true
  const reach = (typeName: string, set: SelectionSetNode) => {
    const types = seen.get(set) ?? new Set()
    seen.set(set, types)
    if (types.has(typeName)) return
    types.add(typeName)
    for (const nodes of selectedFields(schema, operation, null, typeName, [set]).values()) {
      const field = fields.get(`${typeName}.${nodes[0]?.name.value}`)
      if (!field) continue
      if (field.requirement) requirements.add(field.requirement)
      for (const requirement of field.objectRequirements) requirements.add(requirement)
      const guardsObjects = field.objectRequirements.length > 0
      if (guardsObjects || field.requirement || field.inputs) coordinates.add(field.coordinate)
      if (guardsObjects) coordinates.add(field.returns)
      if (field.inputs || field.isLookup || field.signsIn) isComplete = false
      for (const below of selectionSetsOf(nodes)) for (const type of field.types) reach(type, below)
    }
  }
  reach(operation.rootType, operation.node.selectionSet)
  const document: DocumentNode = {
    kind: Kind.DOCUMENT,
    definitions: [operation.node, ...operation.fragments.values()],
  }
  return {
    operation,
    document,
    requirements,
    coordinates: [...coordinates],
    isComplete,
    isTimeless: every(requirements, isTimeless),
  }
}

function every<Item>(items: Iterable<Item>, holds: (item: Item) => boolean): boolean {
  for (const item of items) if (!holds(item)) return false
  return true
}

/** Whether the viewer alone decides that every coordinate of the operation is allowed. */
export function isOpenTo(party: Party, { requirements, isComplete }: Plan): boolean {
  return isComplete && every(requirements, (requirement) => party.statically(requirement) === allow)
}

/** An operation as it is run for all viewers that stand alike. */
export interface Variant {
  /** Of what is left to run. */
  plan: Plan
  withheld: WithheldSelections | null
  isOpen: boolean
}

const variants = new WeakMap<Plan, WeakMap<Decisions, Variant>>()

/** Gives the operation as it is run for a viewer: worked out once for all that stand alike. */
export function variantFor(schema: GraphQLSchema, plan: Plan, party: Party): Variant {
  const { decided } = party
  if (decided === null) return { plan, withheld: null, isOpen: isOpenTo(party, plan) }
  let ofPlan = variants.get(plan)
  if (!ofPlan) {
    ofPlan = new WeakMap()
    variants.set(plan, ofPlan)
  }
  let variant = ofPlan.get(decided)
  if (!variant) {
    variant = createVariant(schema, plan, party)
    ofPlan.set(decided, variant)
  }
  // What hangs on time was true then, and may not be now.
  return variant.plan.isTimeless ? variant : { ...variant, isOpen: isOpenTo(party, variant.plan) }
}

function createVariant(schema: GraphQLSchema, plan: Plan, party: Party): Variant {
  const withheld =
    plan.operation.node.operation === 'query' ? withholdSelections(schema, plan.operation, plan.document, party) : null
  const operation = withheld && findOperation(schema, { document: withheld.document })
  const left = operation ? createPlan(schema, operation, guardOf(schema)) : plan
  return { plan: left, withheld, isOpen: isOpenTo(party, left) }
}

/** A place in an operation that the viewer alone decides against. */
export interface PlannedDenial {
  coordinate: string
  /** Response keys from the root, without the indices of lists. */
  path: readonly string[]
  decision: Decision
}

/** How many denials a plan tells of; one would do to refuse an operation. */
export const plannedDenials = 100

/**
 * Gives the denials that are certain whatever the data: under an abstract type those that every possible type meets.
 * Below `@signsIn` nothing is certain, nor what a `@public` field finds, save in a mutation: nothing is done for a
 * payload of which a part can only be denied. An operation that comes to more than
 * {@link mostSelections} is not decided, and that is denied.
 *
 * @throws GraphQLError when the variables do not fit the operation
 */
export function planDenials(
  schema: GraphQLSchema,
  { operation }: Plan,
  variableValues: OperationRequest['variableValues'],
  party: Party,
): readonly PlannedDenial[] {
  const { fields } = guardOf(schema)
  const definitions = operation.node.variableDefinitions ?? []
  const { coerced, errors } = getVariableValues(schema, definitions, { ...variableValues }, { maxErrors: 1 })
  if (!coerced) throw errors[0] ?? new GraphQLError('The variables do not fit the operation')
  const known = new Map<string, readonly PlannedDenial[]>()
  const nameOf = createSelectionNames()
  let isTooMuch = false

  const below = (typeName: string, sets: readonly SelectionSetNode[]): readonly PlannedDenial[] => {
    // What a fragment comes to is worked out once, however often it is spread.
    const selection = nameOf(typeName, sets)
    const remembered = known.get(selection)
    if (remembered) return remembered
    if (known.size >= mostSelections) {
      isTooMuch = true
      return []
    }
    known.set(selection, [])
    const denials: PlannedDenial[] = []
    for (const [key, nodes] of selected(typeName, sets)) {
      const name = nodes[0]?.name.value
      const field = fields.get(`${typeName}.${name}`)
      if (!field) continue
      for (const { path, ...denial } of of(field, nodes)) denials.push({ ...denial, path: [key, ...path] })
      if (denials.length >= plannedDenials) break
    }
    known.set(selection, denials)
    return denials
  }

  const selected = (typeName: string, sets: readonly SelectionSetNode[]) => {
    try {
      return selectedFields(schema, operation, coerced, typeName, sets)
    } catch {
      // A condition that is null: the executor says so in the place of this selection, and runs nothing of it.
      return new Map<string, FieldNode[]>()
    }
  }

  const of = (field: GuardedField, nodes: readonly FieldNode[]): readonly PlannedDenial[] => {
    const own = decideField(field, nodes)
    if (own) return [{ coordinate: field.coordinate, path: [], decision: own }]
    if (field.signsIn) return []
    const objects = denialOfObjects(field, party)
    if (objects) {
      const isCertain = !field.mayBeEmpty || field.isList || operation.node.operation === 'mutation'
      return isCertain ? [{ coordinate: field.returns, path: [], decision: objects }] : []
    }
    const sets = selectionSetsOf(nodes)
    if (sets.length === 0) return []
    const ofTypes = field.types.filter((type) => !isDenied(type)).map((type) => below(type, sets))
    if (ofTypes.some((denials) => denials.length === 0)) return []
    // Several types can meet the same denial further down.
    return [
      ...new Map(ofTypes.flat().map((denial) => [`${denial.coordinate} ${denial.path.join('.')}`, denial])).values(),
    ]
  }

  const isDenied = (typeName: string) => {
    const requirement = guardOf(schema).policy.requirements.get(typeName)
    const outcome = requirement ? party.statically(requirement) : allow
    return outcome !== allow && !isResidue(outcome)
  }

  const decideField = (field: GuardedField, [node]: readonly FieldNode[]): Decision | null => {
    const provided: Requirement[] = []
    if (field.inputs && node) {
      provided.push(...providedRequirements(field.inputs, argumentsOf(field, node)))
    }
    const requirements = [...(field.requirement ? [field.requirement] : []), ...provided]
    const outcomes = requirements.map((requirement) => party.statically(requirement))
    const denials = outcomes.filter((outcome): outcome is Decision => outcome !== allow && !isResidue(outcome))
    return denials.length > 0 ? strictest(denials) : null
  }

  const argumentsOf = ({ coordinate }: GuardedField, node: FieldNode) => {
    const [typeName = '', name = ''] = coordinate.split('.')
    const type = schema.getType(typeName)
    const definition = isObjectType(type) ? type.getFields()[name] : undefined
    const read = (args: readonly GraphQLArgument[]): Record<string, unknown> => {
      try {
        return definition ? getArgumentValues({ ...definition, args }, node, coerced) : {}
      } catch {
        // The executor does not run the field, and says why; what else it was given is decided all the same.
        return args.length > 1 ? Object.assign({}, ...args.map((arg) => read([arg]))) : {}
      }
    }
    return read(definition?.args ?? [])
  }

  const denials = below(operation.rootType, [operation.node.selectionSet])
  if (isTooMuch && denials.length === 0) return [{ coordinate: operation.rootType, path: [], decision: error }]
  return denials.slice(0, plannedDenials)
}
