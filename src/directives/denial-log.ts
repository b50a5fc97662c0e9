import { type ExecutionResult, type FieldNode, GraphQLError, type GraphQLResolveInfo } from 'graphql'
import { type Decision, error } from './decide.ts'
import { pathOf, toError } from './denial.ts'

/** One withheld value. */
export interface Denial {
  /** The schema coordinate whose rule withheld it. */
  coordinate: string
  decision: Decision
  path: GraphQLResolveInfo['path']
  nodes: readonly FieldNode[]
  /** True where the executor has the error already: it makes more null than the position itself. */
  thrown: boolean
}

/** The denials of one execution, kept aside so that they cost next to nothing until they are told. */
export type DenialLog = Denial[]

/** How many denials a response tells one by one. */
export const denialCap = 100

type Tellable = { message: string; path?: readonly (string | number)[] | undefined }

/**
 * Puts the denials of an execution into its result: up to {@link denialCap} one by one; past it the first ones in
 * response order and one error whose `extensions.omitted` counts the rest by coordinate. This is a deviation from the
 * GraphQL specification, against denial as an attack.
 *
 * @param told - gives an error the shape that the other errors of the result have
 */
export function tellDenials<E extends Tellable>(
  log: DenialLog,
  result: { data?: unknown; errors?: readonly E[] | undefined },
  told: (error: GraphQLError) => E,
): readonly E[] | undefined {
  if (log.length === 0) return result.errors
  const others = result.errors ?? []
  const tell = ({ decision, path, nodes }: Denial) => told(toError(decision, { path: pathOf(path), nodes }))
  if (log.length <= denialCap) return [...others, ...log.filter(({ thrown }) => !thrown).map(tell)]

  const chosen = new Set(firstInResponse(log, result.data, denialCap))
  const omitted: Record<string, number> = Object.create(null)
  const silenced = new Set<string>()
  for (const denial of log) {
    if (chosen.has(denial)) continue
    omitted[denial.coordinate] = (omitted[denial.coordinate] ?? 0) + 1
    if (denial.thrown) silenced.add(pathOf(denial.path).join('.'))
  }
  const { message, extensions } = toError((log.find((denial) => !chosen.has(denial)) ?? log[0])?.decision ?? error)
  return [
    ...others.filter(({ path }) => !path || !silenced.has(path.join('.'))),
    ...[...chosen].filter(({ thrown }) => !thrown).map(tell),
    told(new GraphQLError(message, { extensions: { ...extensions, omitted } })),
  ]
}

/** The same for a result of graphql's own executor. */
export function withDenials(log: DenialLog, result: ExecutionResult): ExecutionResult {
  const errors = tellDenials(log, result, (told) => told)
  return errors === result.errors || !errors ? result : { ...result, errors }
}

interface Branch {
  denial?: Denial
  below?: Map<string | number, Branch>
}

/** Gives the denials that a reader of the response meets first. Executors meet them in another order. */
function firstInResponse(log: DenialLog, data: unknown, most: number): Denial[] {
  const root: Branch = {}
  const branches = new Map<GraphQLResolveInfo['path'], Branch>()
  const branchAt = (path: GraphQLResolveInfo['path']): Branch => {
    const known = branches.get(path)
    if (known) return known
    const parent = path.prev ? branchAt(path.prev) : root
    parent.below ??= new Map()
    let branch = parent.below.get(path.key)
    if (!branch) {
      branch = {}
      parent.below.set(path.key, branch)
    }
    branches.set(path, branch)
    return branch
  }
  for (const denial of log) branchAt(denial.path).denial = denial

  const found: Denial[] = []
  const visit = ({ denial, below }: Branch, value: unknown) => {
    if (found.length >= most) return
    if (denial) found.push(denial)
    if (!below) return
    const isNode = typeof value === 'object' && value !== null
    const keys = isNode ? (Array.isArray(value) ? value.keys() : Object.keys(value)) : below.keys()
    for (const key of keys) {
      const branch = below.get(key)
      if (branch) visit(branch, isNode ? (value as Record<string | number, unknown>)[key] : undefined)
      if (found.length >= most) return
    }
  }
  visit(root, data)
  return found
}
