import type { ExecutionResult, GraphQLError } from 'graphql'
import type { Prediction, Shape } from './prediction.ts'
import type { Recording } from './synthetic-schema.ts'

/** An error as clients get it, or as the executor made it. */
type Told = Pick<GraphQLError, 'message' | 'path'> & { extensions?: Readonly<Record<string, unknown>> | undefined }

/** Says in what a response is not what the rules say, or what ran that should not have. Empty where all is well. */
export function compare(
  { data, denials, mayRun, mustRun }: Prediction,
  result: Pick<ExecutionResult, 'data'> & { errors?: readonly Told[] | undefined },
  recording: Recording,
  isWhole: boolean,
): string[] {
  const told = (result.errors ?? []).map((error) => ({ ...describe(error), message: error.message }))
  const problems: string[] = []
  for (const place of [...recording.ran, ...recording.started]) {
    if (!mayRun.has(place)) problems.push(`${place} was run, and its rules deny it`)
  }
  problems.push(...recording.failures.map((cause) => `a decision failed: ${String(cause)}`))

  if (isWhole && !result.data && told.some(({ code, plainPath }) => isRight(code, deniedAt(denials, plainPath)))) {
    return problems
  }
  for (const place of mustRun) {
    if (!recording.ran.has(place)) problems.push(`${place} was not run, and nothing denies it`)
  }
  problems.push(...differences(data, result.data ?? null, ''))
  for (const { path, code, message } of told) {
    const codes = denials.get(path)
    if (!codes) problems.push(`${path || 'the operation'} has the error ${code ?? message}, and nothing denies it`)
    else if (!isRight(code, codes)) problems.push(`${path} says ${code ?? message}, not ${[...codes].join(' or ')}`)
  }
  for (const [path, codes] of denials) {
    const isTold = told.some((error) => error.path === path) || isWiped(result.data, path, told)
    if (!isTold) problems.push(`${path} has no error, and should say ${[...codes].join(' or ')}`)
  }
  return problems
}

function describe({ path, extensions }: Told) {
  const keys = path ?? []
  const code = typeof extensions?.code === 'string' ? extensions.code : undefined
  return { path: keys.join('.'), plainPath: keys.filter((key) => typeof key === 'string').join('.'), code }
}

function isRight(code: string | undefined, codes: ReadonlySet<string> | undefined): boolean {
  return code !== undefined && (codes?.has(code) ?? false)
}

/** The codes at a place, whichever item of lists it is in. */
function deniedAt(denials: Prediction['denials'], plainPath: string): ReadonlySet<string> {
  const plain = (path: string) =>
    path
      .split('.')
      .filter((key) => !/^\d+$/.test(key))
      .join('.')
  return new Set([...denials].flatMap(([path, codes]) => (plain(path) === plainPath ? [...codes] : [])))
}

function* differences(expected: Shape, actual: unknown, path: string): Generator<string> {
  const place = path || 'data'
  if (expected === null) {
    if (actual !== null && actual !== undefined) yield `${place} is there, and should be withheld: ${brief(actual)}`
  } else if (actual === null || actual === undefined) {
    yield `${place} is null, and nothing denies it`
  } else if (expected !== 'value') {
    if (typeof actual !== 'object') return yield `${place} should be an object or a list: ${brief(actual)}`
    const inside = new Map<string, Shape>(Object.entries(expected))
    const given = new Map<string, unknown>(Object.entries(actual))
    for (const key of new Set([...inside.keys(), ...given.keys()])) {
      const below = path ? `${path}.${key}` : key
      yield* differences(inside.get(key) ?? null, given.get(key), below)
    }
  }
}

function brief(value: unknown): string {
  return JSON.stringify(value).slice(0, 80)
}

/** Whether a place is not in the response because a denial beside it made null more than itself. */
function isWiped(data: unknown, path: string, told: readonly { path: string }[]): boolean {
  const keys = path.split('.')
  let value = data
  for (const [index, key] of keys.entries()) {
    if (value === null || value === undefined) {
      const above = keys.slice(0, index).join('.')
      return told.some((error) => above === '' || error.path === above || error.path.startsWith(`${above}.`))
    }
    value = typeof value === 'object' ? new Map(Object.entries(value)).get(key) : undefined
  }
  return false
}
