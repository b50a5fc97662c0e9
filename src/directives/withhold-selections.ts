import {
  type ASTVisitor,
  type DocumentNode,
  type FieldNode,
  type FormattedExecutionResult,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  isListType,
  isNonNullType,
  Kind,
  type SelectionSetNode,
  visit,
} from 'graphql'
import { allow, type Decision, isResidue } from './decide.ts'
import { isTimeless } from './decisions.ts'
import type { DenialLog } from './denial-log.ts'
import { denialOfObjects, type GuardedField } from './enforce.ts'
import { createSelectionNames, mostSelections, type Operation, selectedFields, selectionSetsOf } from './operation.ts'
import type { Party } from './party.ts'
import { guardOf } from './seal.ts'

type Path = GraphQLResolveInfo['path']
type Data = FormattedExecutionResult['data']

/** A place in a response whose value is withheld whatever the data. */
interface Withheld {
  coordinate: string
  decision: Decision
  nodes: readonly FieldNode[]
  /** Whether the object that it belongs to may not be without it. */
  isFatal: boolean
}

/** What is known of the objects at one position of a response, whatever type each has. */
interface Position {
  /** By response key. */
  withheld: Map<string, Withheld>
  below: Map<string, { type: GraphQLOutputType; position: Position }>
}

/** An operation of which nothing is left to resolve that the viewer alone is denied. */
export interface WithheldSelections {
  /** Selects the name of the type where something else was selected that is denied. */
  document: DocumentNode
  /** Puts null where those names stand in the data, makes null with it what may not hold null, and logs each denial. */
  complete(data: Data, log: DenialLog): Data
}

/**
 * Takes out of a query what the viewer is denied at every object that it can be asked of: it costs no resolver, no
 * error of its own and no promise. Null where there is no such thing. Leaves to the guards whatever they could decide
 * otherwise: what some possible type of a position allows, what hangs on time, and fields whose arguments can fail.
 */
export function withholdSelections(
  schema: GraphQLSchema,
  operation: Operation,
  document: DocumentNode,
  party: Party,
): WithheldSelections | null {
  const { fields } = guardOf(schema)
  const known = new Map<string, Position>()
  const nameOf = createSelectionNames()
  const kept = new Set<FieldNode>()
  let isTooMuch = false

  const positionOf = (types: readonly string[], sets: readonly SelectionSetNode[]): Position => {
    const name = nameOf(types.join('|'), sets)
    const found = known.get(name)
    if (found) return found
    const position: Position = { withheld: new Map(), below: new Map() }
    known.set(name, position)
    if (known.size > mostSelections) isTooMuch = true
    if (isTooMuch) return position

    const selected = new Map<string, { field: GuardedField | undefined; nodes: FieldNode[] }[]>()
    for (const type of types) {
      for (const [key, nodes] of selectedFields(schema, operation, null, type, sets)) {
        const choices = selected.get(key) ?? []
        choices.push({ field: fields.get(`${type}.${nodes[0]?.name.value}`), nodes })
        selected.set(key, choices)
      }
    }
    for (const [key, choices] of selected) {
      const [only] = choices
      const withheld = choices.length === 1 && only?.field ? denialOf(only.field, only.nodes, party) : null
      if (withheld) {
        position.withheld.set(key, withheld)
        continue
      }
      // Several types can be asked by the same nodes.
      const nodes = [...new Set(choices.flatMap((choice) => choice.nodes))]
      for (const node of nodes) kept.add(node)
      const chosen = choices.flatMap(({ field }) => field ?? [])
      const [first] = chosen
      // Whom a sign-in establishes decides below it.
      if (!first || chosen.some(({ signsIn }) => signsIn)) keepBelow(nodes)
      else if (nodes.some(({ selectionSet }) => selectionSet)) {
        const typesBelow = [...new Set(chosen.flatMap((field) => field.types))]
        position.below.set(key, { type: first.type, position: positionOf(typesBelow, selectionSetsOf(nodes)) })
      }
    }
    return position
  }

  const keepBelow = (nodes: readonly FieldNode[]) => {
    for (const set of selectionSetsOf(nodes)) visit(set, keeping)
  }
  const spread = new Set<string>()
  const keeping: ASTVisitor = {
    Field: (node) => void kept.add(node),
    FragmentSpread({ name: { value } }) {
      const fragment = operation.fragments.get(value)
      if (!fragment || spread.has(value)) return
      spread.add(value)
      visit(fragment, keeping)
    },
  }

  const root = positionOf([operation.rootType], [operation.node.selectionSet])
  if (isTooMuch) return null
  const positions = [...known.values()]
  // A node that is kept somewhere is kept everywhere, and so is all that shares a key with it.
  for (let before = -1; before < kept.size; ) {
    before = kept.size
    for (const { withheld } of positions) {
      for (const [key, { nodes }] of withheld) {
        if (!nodes.some((node) => kept.has(node))) continue
        for (const node of nodes) kept.add(node)
        keepBelow(nodes)
        withheld.delete(key)
      }
    }
  }
  const gone = new Set(positions.flatMap(({ withheld }) => [...withheld.values()].flatMap(({ nodes }) => nodes)))
  if (gone.size === 0) return null
  leaveOutTheRest(root, new Map())
  return {
    document: visit(document, { Field: (node) => (gone.has(node) ? nameInstead(node) : undefined) }),
    complete: (data, log) => data && (completeObject(data, root, undefined, log) ?? null),
  }
}

/** Forgets the positions below which nothing is withheld. Gives whether something is left. */
function leaveOutTheRest(position: Position, known: Map<Position, boolean>): boolean {
  const found = known.get(position)
  if (found !== undefined) return found
  for (const [key, below] of position.below) if (!leaveOutTheRest(below.position, known)) position.below.delete(key)
  const isLeft = position.withheld.size > 0 || position.below.size > 0
  known.set(position, isLeft)
  return isLeft
}

function denialOf(field: GuardedField, nodes: readonly FieldNode[], party: Party): Withheld | null {
  const { requirement, objectRequirements, coordinate } = field
  if (field.signsIn || nodes.some(mayFail) || (requirement && !isTimeless(requirement))) return null
  const isFatal = isNonNullType(field.type)
  const own = requirement ? party.statically(requirement) : allow
  if (isResidue(own)) return null
  if (own !== allow) return own.effect === 'deny' ? { coordinate, decision: own, nodes, isFatal } : null
  if (field.mayBeEmpty || field.inputs || !objectRequirements.every(isTimeless)) return null
  const objects = denialOfObjects(field, party)
  return objects?.effect === 'deny' ? { coordinate, decision: objects, nodes, isFatal } : null
}

/** Whether its arguments can turn out not to fit when it is executed: then that is told, and no denial. */
function mayFail({ arguments: given = [] }: FieldNode): boolean {
  let hasVariable = false
  for (const { value } of given) {
    visit(value, {
      Variable() {
        hasVariable = true
      },
    })
  }
  return hasVariable
}

function nameInstead({ alias, name, directives, loc }: FieldNode): FieldNode {
  return {
    kind: Kind.FIELD,
    alias: alias ?? name,
    name: { kind: Kind.NAME, value: '__typename' },
    ...(directives && { directives }),
    ...(loc && { loc }),
  }
}

/** Gives undefined for what has to be null where null may not stand. In place: the data was made for nobody else. */
function completeValue(
  value: unknown,
  type: GraphQLOutputType,
  position: Position,
  path: Path,
  log: DenialLog,
): unknown {
  if (!isObject(value)) return value ?? null
  if (isNonNullType(type)) return completeValue(value, type.ofType, position, path, log) ?? undefined
  if (!isListType(type)) return completeObject(value, position, path, log) ?? null
  const items: unknown[] = Array.isArray(value) ? value : []
  for (let key = 0; key < items.length; key++) {
    if (!isObject(items[key])) continue
    const item = completeValue(items[key], type.ofType, position, { prev: path, key, typename: undefined }, log)
    if (item === undefined) return null
    items[key] = item
  }
  return items
}

function completeObject(
  object: Record<string, unknown>,
  { withheld, below }: Position,
  prev: Path | undefined,
  log: DenialLog,
): Record<string, unknown> | undefined {
  for (const [key, { coordinate, decision, nodes, isFatal }] of withheld) {
    // What was skipped is not there, nor what another type alone is asked for.
    if (!Object.hasOwn(object, key)) continue
    log.add(coordinate, decision, { prev, key, typename: undefined }, nodes, false)
    if (isFatal) return undefined
    object[key] = null
  }
  for (const [key, { type, position }] of below) {
    const value = Object.hasOwn(object, key) ? object[key] : undefined
    if (!isObject(value)) continue
    const completed = completeValue(value, type, position, { prev, key, typename: undefined }, log)
    if (completed === undefined) return undefined
    object[key] = completed
  }
  return object
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
