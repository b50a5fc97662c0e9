import {
  type FieldNode,
  GraphQLError,
  type GraphQLResolveInfo,
  locatedError,
  type OperationDefinitionNode,
} from 'graphql'
import { isPromise } from '../directives/execution.ts'
import { type CollectedErrors, createCollectedErrors } from './collected-errors.ts'

/** The position in the response. */
export type Path = GraphQLResolveInfo['path']
export type VariableValues = { [name: string]: unknown }

export interface RunRequest {
  context: unknown
  rootValue?: unknown
  /** What resolvers find in their info: the operation that was compiled, or a copy of it. */
  operation: OperationDefinitionNode
  /** Coerced. */
  variables: VariableValues
}

/** One execution of a compiled operation. */
export interface Run extends RunRequest {
  /** Null until there is one. */
  errors: CollectedErrors | null
  /** Fields of the objects that the response has so far. */
  fields: number
}

/** Fields of one response: an operation is measured before it runs, and lists may be longer than it was measured with. */
export const mostFields = 100_000

/** Of which there is no part that a client could do with: it makes the whole response null, or the field of a mutation. */
class TooManyFieldsError extends GraphQLError {
  constructor() {
    super(`The answer has more than ${mostFields} fields: ask for less at a time`, {
      extensions: { code: 'BAD_USER_INPUT' },
    })
  }
}

/** Adds the fields of objects that are about to be made. Throws where the response has too many, here and ever after. */
export function countFields(run: Run, fields: number): void {
  run.fields += fields
  if (run.fields > mostFields) throw new TooManyFieldsError()
}

/** Gives a value as it stands in the response, or a promise of that; throws where there is none. */
export type Complete = (run: Run, value: unknown, path: Path) => unknown

/** Completes a value, or the one that a promise will give. What fails is told, with the position. */
export function attempt(
  run: Run,
  nodes: readonly FieldNode[],
  isNullable: boolean,
  path: Path,
  complete: Complete,
  value: unknown,
): unknown {
  try {
    const completed = isPromise(value)
      ? value.then((settled) => complete(run, settled, path))
      : complete(run, value, path)
    return isPromise(completed)
      ? completed.then(undefined, (error) => fail(run, error, nodes, isNullable, path))
      : completed
  } catch (error) {
    return fail(run, error, nodes, isNullable, path)
  }
}

/** Gives null in the place of what failed; where that may not be null, it is for what it belongs to. */
export function fail(run: Run, cause: unknown, nodes: readonly FieldNode[], isNullable: boolean, path: Path): null {
  if (cause instanceof TooManyFieldsError) throw cause
  const error = locatedError(cause, nodes, keysOf(path))
  if (!isNullable) throw error
  addError(run, error, path)
  return null
}

/** Gives null in the place of a field of which the response would have too much; throws every other cause. */
export function refuseField(run: Run, cause: unknown, nodes: readonly FieldNode[], path: Path): null {
  if (!(cause instanceof TooManyFieldsError)) throw cause
  const { message, extensions } = cause
  addError(run, new GraphQLError(message, { nodes, path: keysOf(path), extensions }), path)
  return null
}

/** Tells an error of the operation; without a position, of all of it. */
export function addError(run: Run, error: GraphQLError, path: Path | undefined): void {
  run.errors ??= createCollectedErrors()
  run.errors.add(error, path)
}

/** Puts in the place of promises what they give. */
export function settle(results: Record<string, unknown>, keys: readonly string[]): Promise<unknown> {
  return Promise.all(keys.map((key) => results[key])).then((values) => {
    for (const [index, key] of keys.entries()) results[key] = values[index]
    return results
  })
}

/** The position of the field itself, for a position of an item in its list. */
export function fieldPath(path: Path): Path {
  let at = path
  while (typeof at.key === 'number' && at.prev) at = at.prev
  return at
}

function keysOf(path: Path): (string | number)[] {
  const keys: (string | number)[] = []
  for (let at: Path | undefined = path; at; at = at.prev) keys.push(at.key)
  return keys.reverse()
}
