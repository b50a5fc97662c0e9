import { type GraphQLSchema, OperationTypeNode } from 'graphql'
import { readAnswer } from './answer-reading.ts'
import { findApproaches } from './approaches.ts'
import type { AccessCheck, AccessFinding } from './check-access.ts'
import { guardedCoordinates } from './guarded-coordinates.ts'
import { makeArguments } from './input-values.ts'
import { type RuleReading, readRules, rulesOfGiven } from './rule-reading.ts'
import { type Asker, judge } from './verdict.ts'
import type { Viewers } from './viewers.ts'
import { type HopArguments, printWay, type Way } from './way.ts'
import { waysTo } from './ways.ts'

/** How the access of an application is checked, with its own resolvers and data. */
export interface ApplicationOptions {
  /** Runs an operation as the viewer of this name, by whatever way clients do, and gives the response. */
  execute(request: ApplicationRequest): Promise<Answer>
  /**
   * Begins a subscription likewise, and gives its first answer: what refuses it, or an event, which this has to bring
   * about. Without it subscriptions are not run.
   */
  subscribe?(request: ApplicationRequest): Promise<Answer>
  /** Who there is, as the application's rules see them. */
  viewers: Viewers
  /** Values for arguments by schema coordinate, such as `Query.document(id:)`, or functions of the viewer's name. */
  args?: Readonly<Record<string, unknown>>
  /** What is sure with this data, by coordinate and viewer: `allow` where a value must be seen, `deny` where none may. */
  expected?: Readonly<Record<string, Readonly<Record<string, 'allow' | 'deny'>>>>
  scalars?: Readonly<Record<string, unknown>>
  /** How many fields from the root longer ways than the shortest may have; 4 unless told. */
  depth?: number
  /** How many ways to one coordinate are tried; 40 unless told, and more where more fields lead to it. */
  ways?: number
}

/** An operation, and the name of the viewer as whom it is to be run. */
export interface ApplicationRequest {
  query: string
  variables: Record<string, unknown>
  viewer: string
}

/** A response as clients get it. */
export interface Answer {
  data?: unknown
  errors?: readonly { path?: readonly (string | number)[] | undefined; extensions?: unknown }[] | undefined
}

/**
 * Makes a check of an application. What hangs on its data is not known to the kit: there it holds the response to one of
 * what the rules can come to, and to `options.expected`. Mutations are run only as viewers whom their rules deny
 * whatever the data: this changes nothing in a sound application.
 */
export function createApplicationCheck(source: GraphQLSchema, options: ApplicationOptions): AccessCheck {
  const { args = {}, scalars = {}, expected = {}, depth = 4, ways: mostWays = 40 } = options
  const now = Date.now()
  const rules = readRules(source)
  const approaches = findApproaches(source, depth)
  const targets = guardedCoordinates(source, rules)

  const argumentsFor = (way: Way, viewer: string): HopArguments =>
    way.hops.map(({ type, field }, index) => {
      const provision = index === way.hops.length - 1 ? way.provision : undefined
      const given = (coordinate: string) => {
        const value = args[coordinate]
        return typeof value === 'function' ? value(viewer) : value
      }
      const recipe = { readings: [], idAt: () => 'sample', provision, scalars, given }
      return field ? makeArguments(`${type.name}.${field.name}`, field.args, recipe) : {}
    })

  async function* runs(ways: readonly Way[]) {
    for (const way of ways) {
      for (const [viewerName, viewer] of Object.entries(options.viewers)) {
        const hopArguments = argumentsFor(way, viewerName)
        const asker = { viewer, roles: rules.roles, now }
        const isEvents = way.operation === OperationTypeNode.SUBSCRIPTION
        const run = isEvents ? options.subscribe?.bind(options) : options.execute.bind(options)
        if (!run || !mayBeRun(way, hopArguments, rules, asker)) continue
        const { text, variables } = printWay({ ...way, isTyped: true }, hopArguments)
        const answer = await run({ query: text, variables, viewer: viewerName })
        const reading = readAnswer(source, rules, way, hopArguments, asker, answer)
        const isGiving = (way.provision?.as ?? 'value') === 'value'
        yield {
          viewerName,
          isGiving,
          reading,
          run: { operation: text, variables, viewer: viewerName, world: 'the application' },
        }
      }
    }
  }

  return {
    coordinates: targets.map(({ coordinate }) => coordinate),
    async check(coordinate) {
      const target = targets.find((candidate) => candidate.coordinate === coordinate)
      if (!target) throw new TypeError(`coordinate should be one of this check’s, and is "${coordinate}"`)
      const { needed, others } = waysTo(source, approaches, target)
      const ways = [...needed, ...others.slice(0, Math.max(0, mostWays - needed.length))]
      const findings: AccessFinding[] = []
      const seeing = new Set<string>()
      let count = 0
      for await (const { viewerName, reading, run, isGiving } of runs(ways)) {
        count++
        if (reading.isSeen && isGiving) seeing.add(viewerName)
        findings.push(...reading.problems.map((problem) => ({ coordinate, problem, run })))
      }
      for (const [viewerName, decision] of Object.entries(expected[coordinate] ?? {})) {
        const isSeen = seeing.has(viewerName)
        if (isSeen === (decision === 'allow')) continue
        const problem = isSeen ? `${viewerName} sees a value, and should see none` : `${viewerName} sees no value`
        findings.push({ coordinate, problem, run: null })
      }
      const leftOut = needed.length + others.length - ways.length
      return { coordinate, ways: ways.length, leftOut, runs: count, findings }
    },
  }
}

/** Whether running a way changes nothing where the rules hold. */
function mayBeRun({ operation, hops }: Way, [args = {}]: HopArguments, rules: RuleReading, asker: Asker): boolean {
  const [root] = hops
  if (operation !== OperationTypeNode.MUTATION || !root?.field) return operation !== OperationTypeNode.MUTATION
  const { type, field } = root
  const ofField = [...rules.ofField(type.name, field.name), ...rulesOfGiven(rules, type.name, field, args)]
  return judge(ofField, asker, () => true) !== null
}
