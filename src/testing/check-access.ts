import type { DocumentNode, ExecutionArgs, GraphQLSchema } from 'graphql'
import { type AuthorizationOptions, accessMatrix, assertSealed, authorizeSchema } from '../directives/index.ts'
import { findApproaches } from './approaches.ts'
import { compare } from './comparison.ts'
import { type GuardedCoordinate, guardedCoordinates } from './guarded-coordinates.ts'
import { argumentsOfHops } from './hop-arguments.ts'
import { compareWithMatrix } from './matrix-comparison.ts'
import { predict } from './prediction.ts'
import { readRules } from './rule-reading.ts'
import { firstResult, parseValid, runWithGraphql } from './run-operation.ts'
import { createSyntheticSchema } from './synthetic-schema.ts'
import { tokensOf, type Viewers, viewersOf } from './viewers.ts'
import { printWay, type Way } from './way.ts'
import { waysTo } from './ways.ts'
import { poles, type Trial, worldsOf } from './world.ts'

/** How access is checked. Everything can be left out. */
export interface AccessOptions {
  /**
   * Makes the schema under test from the user's SDL with made-up resolvers, as the application does from its own:
   * `authorizeSchema` unless told. What is handed in as `host` must reach `authorizeSchema`.
   */
  authorize?: (schema: GraphQLSchema, host: AuthorizationOptions<unknown>) => GraphQLSchema
  /** Runs operations: graphql's `execute` and `subscribe` unless told. */
  executor?: (args: ExecutionArgs) => unknown
  /** Viewers beside those that the kit makes: nobody, one for each role, a stale one, API tokens. */
  viewers?: Viewers
  /** A value for each scalar of the schema's own that the kit finds none for. */
  scalars?: Readonly<Record<string, unknown>>
  /** How many fields from the root longer ways than the shortest may have; 4 unless told. */
  depth?: number
  /**
   * How many ways to one coordinate are tried; 40 unless told, and more where more fields lead to it. Those left out are
   * counted in the report.
   */
  ways?: number
}

/** Something that is not as the rules have it. */
export interface AccessFinding {
  coordinate: string
  problem: string
  /** How it was found; null for what is wrong whatever is run. */
  run: { operation: string; variables: Readonly<Record<string, unknown>>; viewer: string; world: string } | null
}

/** What checking one coordinate came to. */
export interface CoordinateReport {
  coordinate: string
  /** How many ways were tried; none where nothing leads there. */
  ways: number
  /** How many ways the bounds left out: at least. */
  leftOut: number
  /** How many operations were run. */
  runs: number
  /** At most {@link findingsCap}. */
  findings: readonly AccessFinding[]
}

/** A check of a schema, one coordinate at a time. */
export interface AccessCheck {
  /** Every coordinate that bears or inherits a rule, but those of interfaces, which their implementers stand for. */
  coordinates: readonly string[]
  check(coordinate: string): Promise<CoordinateReport>
}

/** How many findings about one coordinate are told. */
export const findingsCap = 10

/**
 * Makes a check of every rule of a schema. It reads the rules from the SDL by itself, so that a mistake of the layer is
 * not its own. It runs one operation at a time: two checks at once need two of these.
 *
 * @param source - executable, as it is before `authorizeSchema`
 * @throws SchemaPolicyError when `authorizeSchema` does
 * @throws TypeError when it has been called already
 */
export function createAccessCheck(source: GraphQLSchema, options: AccessOptions = {}): AccessCheck {
  if (isSealed(source))
    throw new TypeError('schema should be as it is before authorizeSchema: the kit authorizes it itself')
  const { authorize = authorizeSchema, scalars = {}, depth = 4, ways: mostWays = 40 } = options
  const now = Date.now()
  const rules = readRules(source)
  const { schema, host, begin } = createSyntheticSchema(source, rules, scalars, now)
  const authorized = authorize(schema, host)
  const matrix = accessMatrix(authorized)
  const approaches = findApproaches(schema, depth)
  const targets = guardedCoordinates(schema, rules)
  const viewers = Object.entries({ ...viewersOf(rules, now), ...options.viewers })
  const tokens = Object.entries(tokensOf(rules, now))
  const run = options.executor ?? runWithGraphql

  async function* findingsOf(target: GuardedCoordinate, ways: readonly Way[], count: { runs: number }) {
    const documents = new Map<string, DocumentNode>()
    for (const [index, way] of ways.entries()) {
      const isThorough = index === 0 || way.provision
      for (const world of isThorough ? [...poles, ...worldsOf(target.rules)] : poles) {
        for (const [name, viewer] of isThorough ? [...viewers, ...tokens] : viewers) {
          const isSigningIn = way.hops[0]?.field && rules.isSigningIn(way.hops[0].type.name, way.hops[0].field.name)
          const asker = isSigningIn && way.hops.length > 1 ? null : viewer
          const trial: Trial = { way, world, viewer: asker, established: viewer }
          const args = argumentsOfHops(trial, rules, scalars)
          const { text, variables } = printWay(way, args)
          const document = documents.get(text) ?? parseValid(authorized, text)
          documents.set(text, document)
          const prediction = predict(schema, rules, trial, args, now)
          const recording = begin(trial)
          const result = await firstResult(
            run({ schema: authorized, document, variableValues: variables, contextValue: {} }),
          )
          count.runs++
          for (const problem of compare(prediction, result, recording, way.operation !== 'query'))
            yield {
              coordinate: target.coordinate,
              problem,
              run: { operation: text, variables, viewer: name, world: world.name },
            }
        }
      }
    }
  }

  return {
    coordinates: targets.map(({ coordinate }) => coordinate),
    async check(coordinate) {
      const target = targets.find((candidate) => candidate.coordinate === coordinate)
      if (!target) throw new TypeError(`coordinate should be one of this check’s, and is "${coordinate}"`)
      const { needed, others } = waysTo(schema, approaches, target)
      const ways = [...needed, ...others.slice(0, Math.max(0, mostWays - needed.length))]
      const findings: AccessFinding[] = []
      if (target.kind !== 'object') {
        for (const problem of compareWithMatrix(target.rules, matrix[coordinate], rules, now))
          findings.push({ coordinate, problem, run: null })
      }
      const count = { runs: 0 }
      for await (const finding of findingsOf(target, ways, count)) {
        findings.push(finding)
        if (findings.length >= findingsCap) break
      }
      const leftOut =
        needed.length +
        others.length -
        ways.length +
        (target.kind === 'input' ? 0 : approaches.leftOut(target.type.name))
      return { coordinate, ways: ways.length, leftOut, runs: count.runs, findings }
    },
  }
}

/**
 * Checks every guarded coordinate of a schema: see {@link createAccessCheck}.
 *
 * @throws SchemaPolicyError when `authorizeSchema` does
 */
export async function checkAccess(source: GraphQLSchema, options: AccessOptions = {}): Promise<CoordinateReport[]> {
  const { coordinates, check } = createAccessCheck(source, options)
  const reports: CoordinateReport[] = []
  for (const coordinate of coordinates) reports.push(await check(coordinate))
  return reports
}

function isSealed(schema: GraphQLSchema): boolean {
  try {
    assertSealed(schema)
    return true
  } catch {
    return false
  }
}
