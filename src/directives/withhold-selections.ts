import {
  type ASTVisitor,
  type DocumentNode,
  type FieldNode,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getNullableType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type SelectionSetNode,
  visit,
} from 'graphql'
import { allow, type Decision, isResidue } from './decide.ts'
import { isTimeless } from './decisions.ts'
import { type DenialLog, denialCap } from './denial-log.ts'
import { denialOfObjects, type GuardedField } from './enforce.ts'
import { createSelectionNames, mostSelections, type Operation, selectedFields, selectionSetsOf } from './operation.ts'
import type { Party } from './party.ts'
import { guardOf } from './seal.ts'

type Path = GraphQLResolveInfo['path']
type Data = Record<string, unknown>

/** A place in a response whose value is withheld whatever the data. */
interface Withheld {
  key: string
  coordinate: string
  decision: Decision
  nodes: readonly FieldNode[]
  /** Whether the object that it belongs to may not be without it. */
  isFatal: boolean
}

/** What is known of the objects at one position of a response, whatever type each has: while it is found out. */
interface Draft {
  types: readonly string[]
  /** By response key. */
  withheld: Map<string, Withheld>
  below: Map<string, { type: GraphQLOutputType; draft: Draft }>
}

/** The same as it is gone through, without that below which nothing is withheld. */
interface Position {
  withheld: readonly Withheld[]
  below: readonly { key: string; type: GraphQLOutputType; position: Position }[]
  /** Whether all that is withheld are fields that may be null, of these objects themselves. */
  isFlat: boolean
  /** Whether every one of these objects has them. */
  isEverywhere: boolean
}

/** An operation of which nothing is left to resolve that the viewer alone is denied. */
export interface WithheldSelections {
  /** Selects the name of the type where something else was selected that is denied. */
  document: DocumentNode
  /**
   * Puts null where those names stand in the data, makes null with it what may not hold null, and logs each denial.
   *
   * @param isNulled - whether the executor has put the nulls there already, see {@link isStandIn}
   */
  complete(data: Data | null | undefined, log: DenialLog, isNulled: boolean): Data | null | undefined
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
  const known = new Map<string, Draft>()
  const nameOf = createSelectionNames()
  const kept = new Set<FieldNode>()
  let isTooMuch = false

  const draftOf = (types: readonly string[], sets: readonly SelectionSetNode[]): Draft => {
    const name = nameOf(types.join('|'), sets)
    const found = known.get(name)
    if (found) return found
    const draft: Draft = { types, withheld: new Map(), below: new Map() }
    known.set(name, draft)
    if (known.size > mostSelections) isTooMuch = true
    if (isTooMuch) return draft

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
      const withheld = choices.length === 1 && only?.field ? denialOf(key, only.field, only.nodes, party) : null
      if (withheld) {
        draft.withheld.set(key, withheld)
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
        draft.below.set(key, { type: first.type, draft: draftOf(typesBelow, selectionSetsOf(nodes)) })
      }
    }
    return draft
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

  const root = draftOf([operation.rootType], [operation.node.selectionSet])
  if (isTooMuch) return null
  const drafts = [...known.values()]
  // A node that is kept somewhere is kept everywhere, and so is all that shares a key with it.
  for (let before = -1; before < kept.size; ) {
    before = kept.size
    for (const { withheld } of drafts) {
      for (const [key, { nodes }] of withheld) {
        if (!nodes.some((node) => kept.has(node))) continue
        for (const node of nodes) kept.add(node)
        keepBelow(nodes)
        withheld.delete(key)
      }
    }
  }
  const gone = new Set(drafts.flatMap(({ withheld }) => [...withheld.values()].flatMap(({ nodes }) => nodes)))
  if (gone.size === 0) return null
  const position = settle(root, new Map(), isConditional(document))
  return {
    document: visit(document, { Field: (node) => (gone.has(node) ? standInFor(node) : undefined) }),
    complete: (data, log, isNulled) =>
      data && (new Completion(log, isNulled).object(data, position, undefined) ?? null),
  }
}

/** Whether something of it can be skipped. */
function isConditional(document: DocumentNode): boolean {
  let isFound = false
  visit(document, {
    Directive() {
      isFound = true
    },
  })
  return isFound
}

function settle(draft: Draft, known: Map<Draft, Position>, isConditional: boolean): Position {
  let position = known.get(draft)
  if (!position) {
    const below = Array.from(draft.below, ([key, { type, draft }]) => ({
      key,
      type,
      position: settle(draft, known, isConditional),
    }))
    const affected = below.filter((each) => each.position.withheld.length > 0 || each.position.below.length > 0)
    const withheld = [...draft.withheld.values()]
    const isFlat = affected.length === 0 && withheld.every(({ isFatal }) => !isFatal)
    position = { withheld, below: affected, isFlat, isEverywhere: !isConditional && draft.types.length === 1 }
    known.set(draft, position)
  }
  return position
}

function denialOf(key: string, field: GuardedField, nodes: readonly FieldNode[], party: Party): Withheld | null {
  const { requirement, objectRequirements, coordinate } = field
  if (field.signsIn || nodes.some(mayFail) || (requirement && !isTimeless(requirement))) return null
  const isFatal = isNonNullType(field.type)
  const own = requirement ? party.statically(requirement) : allow
  if (isResidue(own)) return null
  if (own !== allow) return own.effect === 'deny' ? { key, coordinate, decision: own, nodes, isFatal } : null
  if (field.mayBeEmpty || field.inputs || !objectRequirements.every(isTimeless)) return null
  const objects = denialOfObjects(field, party)
  return objects?.effect === 'deny' ? { key, coordinate, decision: objects, nodes, isFatal } : null
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

const standIns = new WeakSet<FieldNode>()

/** Whether a node stands for a field that is withheld: an executor that knows gives null and runs nothing. */
export function isStandIn(node: FieldNode): boolean {
  return standIns.has(node)
}

function standInFor({ alias, name, directives, loc }: FieldNode): FieldNode {
  const node: FieldNode = {
    kind: Kind.FIELD,
    alias: alias ?? name,
    name: { kind: Kind.NAME, value: '__typename' },
    ...(directives && { directives }),
    ...(loc && { loc }),
  }
  standIns.add(node)
  return node
}

/** Goes through the data of one execution, in place: it was made for nobody else. */
class Completion {
  readonly log: DenialLog
  readonly isNulled: boolean
  /** Denials of the list that is gone through, counted; null while they are still told one by one. */
  counts: Map<Withheld, number> | null = null
  /** How many denials are told one by one, where they are logged in the order that the response has them in. */
  most = Number.POSITIVE_INFINITY

  constructor(log: DenialLog, isNulled: boolean) {
    this.log = log
    this.isNulled = isNulled
  }

  /** Gives undefined for what has to be null where null may not stand. */
  value(value: unknown, type: GraphQLOutputType, position: Position, path: Path): unknown {
    if (!isObject(value)) return value ?? null
    if (isNonNullType(type)) return this.value(value, type.ofType, position, path) ?? undefined
    if (!isListType(type)) return this.object(value, position, path) ?? null
    return Array.isArray(value) ? this.list(value, type.ofType, position, path) : null
  }

  list(items: unknown[], type: GraphQLOutputType, position: Position, prev: Path): unknown {
    if (this.counts !== null) return this.items(items, 0, type, position, prev)
    const most = this.log.size + denialCap
    for (let key = 0; key < items.length; key++) {
      if (this.log.size >= most) {
        // So many come before what is left that it is not told one by one.
        this.counts = new Map()
        const completed = this.items(items, key, type, position, prev)
        for (const [{ coordinate, decision }, times] of this.counts) this.log.omit(coordinate, decision, times)
        this.counts = null
        return completed
      }
      if (position.isFlat && position.isEverywhere) this.most = most
      const completed = this.value(items[key], type, position, { prev, key, typename: undefined })
      this.most = Number.POSITIVE_INFINITY
      if (completed === undefined) return null
      items[key] = completed
    }
    return items
  }

  /** The items from one on, without their paths: nobody asks for those any more. */
  items(items: unknown[], from: number, type: GraphQLOutputType, position: Position, path: Path): unknown {
    if (position.isFlat && !isListType(getNullableType(type))) {
      const objects = this.isNulled && position.isEverywhere ? countObjects(items, from) : null
      for (const withheld of position.withheld) this.count(withheld, objects ?? this.column(items, from, withheld.key))
      return items
    }
    const [first] = position.withheld
    if (first?.isFatal && this.isNulled && position.isEverywhere && isObjectType(type)) {
      // Each object is denied by its first field, and is null for it.
      this.count(first, countObjects(items, from))
      return items.fill(null, from)
    }
    for (let key = from; key < items.length; key++) {
      const item = items[key]
      const completed = this.value(item, type, position, path)
      if (completed === undefined) return null
      if (completed !== item) items[key] = completed
    }
    return items
  }

  /** Withholds one field of the items from one on. Gives how many have it. */
  column(items: unknown[], from: number, key: string): number {
    let times = 0
    for (let index = from; index < items.length; index++) {
      const item = items[index]
      const value = isObject(item) ? read(item, key) : undefined
      if (value === undefined) continue
      times++
      if (value !== null) (item as Data)[key] = null
    }
    return times
  }

  object(object: Data, { withheld, below }: Position, prev: Path | undefined): Data | undefined {
    for (let index = 0; index < withheld.length; index++) {
      const each = withheld[index] as Withheld
      const value = read(object, each.key)
      // What was skipped is not there, nor what another type alone is asked for.
      if (value === undefined) continue
      this.tell(each, prev)
      if (each.isFatal) return undefined
      if (value !== null) object[each.key] = null
    }
    for (const { key, type, position } of below) {
      const value = read(object, key)
      if (!isObject(value)) continue
      const completed = this.value(value, type, position, { prev, key, typename: undefined })
      if (completed === undefined) return undefined
      if (completed !== value) object[key] = completed
    }
    return object
  }

  count(withheld: Withheld, times: number): void {
    this.counts?.set(withheld, (this.counts.get(withheld) ?? 0) + times)
  }

  tell(withheld: Withheld, prev: Path | undefined): void {
    const { key, coordinate, decision, nodes } = withheld
    if (this.counts !== null) this.count(withheld, 1)
    else if (this.log.size >= this.most) this.log.omit(coordinate, decision)
    else this.log.add(coordinate, decision, { prev, key, typename: undefined }, nodes, false)
  }
}

function countObjects(items: unknown[], from: number): number {
  let count = 0
  for (let index = from; index < items.length; index++) if (isObject(items[index])) count++
  return count
}

/** Of the response's own: never what objects inherit, which are functions but for their prototype. */
function read(object: Data, key: string): unknown {
  const value = object[key]
  return (typeof value === 'function' || key === '__proto__') && !Object.hasOwn(object, key) ? undefined : value
}

function isObject(value: unknown): value is Data {
  return typeof value === 'object' && value !== null
}
