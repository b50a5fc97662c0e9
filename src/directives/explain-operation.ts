import {
  type FieldNode,
  type GraphQLInputType,
  type GraphQLSchema,
  getNullableType,
  isInputObjectType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
  valueFromASTUntyped,
} from 'graphql'
import { allow, type DenialCode, decideStatically, isResidue } from './decide.ts'
import type { GuardedField } from './enforce.ts'
import { locate } from './fault.ts'
import {
  createSelectionNames,
  mostSelections,
  type OperationRequest,
  selectedFields,
  selectionSetsOf,
  type Variables,
} from './operation.ts'
import { planOf } from './plan.ts'
import { printRule } from './print-rule.ts'
import { readableSchema } from './readable-schema.ts'
import type { Requirement } from './rule.ts'
import { guardOf } from './seal.ts'
import type { Standing, Viewer } from './viewer.ts'

/** What a rule, or all rules of a coordinate, come to. `conditional`: it hangs on the object or the arguments. */
export type ExplainedDecision = 'allow' | 'deny' | 'conditional'

/** Why a viewer may or may not have what an operation selects at one place. */
export interface Explanation {
  /** `Type` for the object itself, `Type.field`, `Type.field(argument:)` or `Input.field`. */
  coordinate: string
  /** Response keys from the root, without the indices of lists. */
  path: readonly string[]
  decision: ExplainedDecision
  /** What a denial answers with. */
  code?: DenialCode
  /** Empty where nothing is asked for. */
  rules: readonly {
    rule: string
    /** The coordinate on which it stands: the type's, the field's, or that of one of its interfaces. */
    standsOn: string
    /** `file:line` in the SDL. */
    location: string | null
    decision: ExplainedDecision
  }[]
}

/** How many places are explained at most; fragments can name more than anybody would read. */
export const mostExplained = 1000

/**
 * Explains the decision at each coordinate that an operation selects, over every possible type, with the rules behind
 * it. For developers: it tells the rules, so it is not for clients. What is skipped by variables is explained all the
 * same; below `@signsIn` everything is conditional.
 *
 * @param given - as authorizeSchema gave it, or before that
 * @param request.variableValues - as the client sends them; left out, each that the operation names is taken as given
 * @throws TypeError when the document has no such operation
 */
export function explainOperation(
  given: GraphQLSchema,
  { viewer, ...request }: OperationRequest & { viewer: Viewer | null },
): Explanation[] {
  const schema = readableSchema(given)
  const { policy, fields, executions } = guardOf(schema)
  const plan = planOf(schema, request)
  if (!plan) throw new TypeError('operationName should name an operation of the document')
  const standing = executions.partyFor(viewer).standing
  const variables = variablesOf(plan.operation.node, request.variableValues)
  const found = new Map<string, Explanation>()

  const add = (coordinate: string, path: readonly string[], requirement: Requirement, isBelowSignIn: boolean) => {
    const key = `${coordinate} ${path.join('.')}`
    if (found.size < mostExplained && !found.has(key)) {
      found.set(key, { coordinate, path, ...explain(requirement, standing, isBelowSignIn) })
    }
  }
  const walked = new Set<string>()
  const nameOf = createSelectionNames()
  const walk = (typeName: string, sets: readonly SelectionSetNode[], path: readonly string[], isBelow: boolean) => {
    // Several types lead to the same place.
    const selection = `${nameOf(typeName, sets)} ${path.join('.')} ${isBelow}`
    if (walked.has(selection) || walked.size >= mostSelections) return
    walked.add(selection)
    for (const [key, nodes] of selectedFields(schema, plan.operation, null, typeName, sets)) {
      const field = fields.get(`${typeName}.${nodes[0]?.name.value}`)
      if (!field || found.size >= mostExplained) continue
      const at = [...path, key]
      add(field.coordinate, at, field.requirement ?? [], isBelow)
      for (const coordinate of providedCoordinates(schema, field, nodes, variables)) {
        const requirement = policy.requirements.get(coordinate)
        if (requirement) add(coordinate, at, requirement, isBelow)
      }
      for (const type of field.types) {
        const requirement = policy.requirements.get(type)
        if (requirement) add(type, at, requirement, isBelow || field.signsIn)
        walk(type, selectionSetsOf(nodes), at, isBelow || field.signsIn)
      }
    }
  }
  walk(plan.operation.rootType, [plan.operation.node.selectionSet], [], false)
  return [...found.values()]
}

function explain(requirement: Requirement, standing: Standing, isBelowSignIn: boolean) {
  const rules = requirement.map((rule) => ({
    rule: printRule(rule),
    standsOn: rule.source.coordinate,
    location: locate(rule.source.node),
    decision: isBelowSignIn ? 'conditional' : told([rule], standing),
  }))
  const outcome = decideStatically(requirement, standing)
  const decision = requirement.length === 0 ? 'allow' : isBelowSignIn ? 'conditional' : told(requirement, standing)
  const isDenied = decision === 'deny' && !isResidue(outcome) && outcome.effect === 'deny'
  return { decision, ...(isDenied && { code: outcome.code }), rules } satisfies Partial<Explanation>
}

function told(requirement: Requirement, standing: Standing): ExplainedDecision {
  const outcome = decideStatically(requirement, standing)
  return outcome === allow ? 'allow' : isResidue(outcome) ? 'conditional' : 'deny'
}

/**
 * The arguments and input fields that the operation gives, by coordinate: all that it may, where nobody says with which
 * variables.
 */
function providedCoordinates(
  schema: GraphQLSchema,
  { coordinate }: GuardedField,
  [node]: readonly FieldNode[],
  variables: Variables,
): Set<string> {
  const found = new Set<string>()
  const collect = (value: unknown, type: GraphQLInputType) => {
    const named = getNullableType(type)
    if (isListType(named)) {
      // One value stands for a list of it.
      for (const item of Array.isArray(value) ? value : [value]) collect(item, named.ofType)
      return
    }
    if (!isInputObjectType(named) || typeof value !== 'object' || value === null || Array.isArray(value)) return
    for (const field of Object.values(named.getFields())) {
      if (!Object.hasOwn(value, field.name)) continue
      const inner = (value as Record<string, unknown>)[field.name]
      if (inner === undefined && variables) continue
      found.add(`${named.name}.${field.name}`)
      collect(inner, field.type)
    }
  }
  const [typeName = '', name = ''] = coordinate.split('.')
  const type = schema.getType(typeName)
  const definition = isObjectType(type) ? type.getFields()[name] : undefined
  for (const argument of definition?.args ?? []) {
    const given = node?.arguments?.find(({ name: { value } }) => value === argument.name)
    if (!given || isLeftOut(given.value, variables)) continue
    found.add(`${coordinate}(${argument.name}:)`)
    collect(valueFromASTUntyped(given.value, variables), argument.type)
  }
  return found
}

function isLeftOut(value: ValueNode, variables: Variables): boolean {
  return value.kind === Kind.VARIABLE && variables !== null && variables[value.name.value] === undefined
}

/** Those that the client gives, with the operation's own defaults, which are the client's too; null where nobody says. */
function variablesOf(
  { variableDefinitions = [] }: OperationDefinitionNode,
  given: OperationRequest['variableValues'],
): Variables {
  if (!given) return null
  const defaults = variableDefinitions.flatMap(({ variable, defaultValue }) =>
    defaultValue ? [[variable.name.value, valueFromASTUntyped(defaultValue)] as const] : [],
  )
  return Object.assign(Object.create(null), Object.fromEntries(defaults), given)
}
