import {
  type FieldNode,
  type GraphQLFormattedError,
  type GraphQLResolveInfo,
  getLocation,
  type SourceLocation,
} from 'graphql'
import { type Decision, error } from './decide.ts'
import { describeDecision, pathOf } from './denial.ts'
import { codeOf } from './operation-decisions.ts'

type Path = GraphQLResolveInfo['path']

/** One withheld value. */
interface Denial {
  /** The schema coordinate whose rule withheld it. */
  coordinate: string
  decision: Decision
  path: Path
  nodes: readonly FieldNode[]
  /** True where the executor has the error already: it makes more null than the position itself. */
  thrown: boolean
}

interface Result {
  data?: unknown
  errors?: readonly GraphQLFormattedError[] | undefined
}

/** How many denials a response tells one by one. */
export const denialCap = 100

/**
 * The denials of one execution, kept aside so that they cost next to nothing until they are told. It tells up to
 * {@link denialCap} one by one; past that the first ones in response order, and one error whose `extensions.omitted`
 * counts the rest by coordinate. This is a deviation from the GraphQL specification, against denial as an attack.
 */
export class DenialLog {
  #denials: Denial[] = []
  #omitted: Map<string, number> | null = null
  #last: Decision = error
  // Of one list: how many denials are kept, and up to which item.
  #list: Path | undefined
  #kept = 0
  #highest = -1

  /** How many denials are kept, to be told. */
  get size(): number {
    return this.#denials.length
  }

  add(coordinate: string, decision: Decision, path: Path, nodes: readonly FieldNode[], thrown: boolean): void {
    const item = path.prev
    const index = item && typeof item.key === 'number' ? item.key : -1
    if (index < 0 || item?.prev !== this.#list) {
      this.#list = index < 0 ? undefined : item?.prev
      this.#kept = 0
      this.#highest = -1
    } else if (this.#kept >= denialCap && index > this.#highest && !thrown) {
      // Enough items before it: it is not among the first, so that there is nothing to keep of it.
      this.omit(coordinate, decision)
      return
    }
    this.#kept++
    if (index > this.#highest) this.#highest = index
    this.#denials.push({ coordinate, decision, path, nodes, thrown })
  }

  /** Counts denials that are not told one by one: at least {@link denialCap} come before them in the response. */
  omit(coordinate: string, decision: Decision, times = 1): void {
    this.#omitted ??= new Map()
    this.#omitted.set(coordinate, (this.#omitted.get(coordinate) ?? 0) + times)
    this.#last = decision
  }

  /** Gives the code that each coordinate was denied with, before anything is told. */
  codes(): ReadonlyMap<string, string> {
    const codes = new Map<string, string>()
    for (const { coordinate, decision } of this.#denials) codes.set(coordinate, codeOf(decision))
    for (const coordinate of this.#omitted?.keys() ?? [])
      if (!codes.has(coordinate)) codes.set(coordinate, codeOf(this.#last))
    return codes
  }

  /** Gives the errors of the execution's result with the denials among them. */
  tell({ data, errors }: Result): readonly GraphQLFormattedError[] | undefined {
    const denials = this.#denials
    if (denials.length === 0) return errors
    const others = errors ?? []
    const tell = createTeller()
    const first = denials.length > denialCap ? firstInResponse(denials, data, denialCap) : denials
    const told = first.filter(({ thrown }) => !thrown).map(tell)
    if (first.length === denials.length && this.#omitted === null) return [...others, ...told]

    const silenced = new Set<string>()
    if (first.length < denials.length) {
      const chosen = new Set(first)
      for (const denial of denials) {
        if (chosen.has(denial)) continue
        this.omit(denial.coordinate, denial.decision)
        if (denial.thrown) silenced.add(pathOf(denial.path).join('.'))
      }
    }
    const { message, extensions } = describeDecision(this.#last)
    const omitted = Object.fromEntries(this.#omitted ?? [])
    return [
      ...others.filter(({ path }) => !path || !silenced.has(path.join('.'))),
      ...told,
      { message, extensions: { ...extensions, omitted } },
    ]
  }
}

/** Tells denials as errors; where in the document a field stands is worked out once. */
function createTeller(): (denial: Denial) => GraphQLFormattedError {
  const located = new Map<readonly FieldNode[], SourceLocation[]>()
  return ({ decision, path, nodes }) => {
    let locations = located.get(nodes)
    if (!locations) {
      locations = nodes.flatMap(({ loc }) => (loc ? getLocation(loc.source, loc.start) : []))
      located.set(nodes, locations)
    }
    const { message, extensions } = describeDecision(decision)
    return locations.length > 0
      ? { message, locations, path: pathOf(path), extensions }
      : { message, path: pathOf(path), extensions }
  }
}

/** A position on the way to denials. */
interface Branch {
  /** The denials right below it. */
  denials: Denial[]
  below: Map<string | number, Branch>
}

/** Gives the denials that a reader of the response meets first. Executors meet them in another order. */
function firstInResponse(log: readonly Denial[], data: unknown, most: number): Denial[] {
  const root: Branch = { denials: [], below: new Map() }
  const branches = new Map<Path, Branch>()
  const branchAt = (path: Path | undefined): Branch => {
    if (!path) return root
    const known = branches.get(path)
    if (known) return known
    const parent = branchAt(path.prev)
    // The executor makes a position anew for each field on it.
    const branch = parent.below.get(path.key) ?? { denials: [], below: new Map() }
    parent.below.set(path.key, branch)
    branches.set(path, branch)
    return branch
  }
  let prev: Path | undefined
  let branch = root
  for (const denial of log) {
    // Most follow one of the same object.
    if (denial.path.prev !== prev) branch = branchAt(denial.path.prev)
    prev = denial.path.prev
    branch.denials.push(denial)
  }

  const found: Denial[] = []
  const visit = ({ denials, below }: Branch, value: unknown) => {
    const here = new Map(denials.map((denial) => [denial.path.key, denial]))
    const isNode = typeof value === 'object' && value !== null
    const keys = !isNode
      ? new Set([...here.keys(), ...below.keys()])
      : Array.isArray(value)
        ? value.keys()
        : Object.keys(value)
    for (const key of keys) {
      const denial = here.get(key)
      if (denial) found.push(denial)
      const branch = below.get(key)
      if (branch) visit(branch, isNode ? (value as Record<string | number, unknown>)[key] : undefined)
      if (found.length >= most) return
    }
  }
  visit(root, data)
  return found
}
