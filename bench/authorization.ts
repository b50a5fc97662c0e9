import { ApolloServer, type ApolloServerPlugin } from '@apollo/server'
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled'
import {
  type ExecutionResult,
  execute,
  type FormattedExecutionResult,
  type GraphQLSchema,
  type OperationDefinitionNode,
  parse,
} from 'graphql'
import { authorizationPlugin, type Viewer } from '../src/directives/index.ts'
import { findOperation } from '../src/directives/operation.ts'
import { prepareExecution } from '../src/directives/prepare-execution.ts'
import { type CompiledOperation, compileOperation } from '../src/graphql/compile-operation.ts'
import { createExecutor } from '../src/graphql/executor.ts'
import { executionPlugin } from './execution-plugin.ts'
import { type Comparison, compareInPairs, renderComparisons } from './pairs.ts'
import { type Load, startRulesServer } from './rules-over-http.ts'
import { admin, everything, grown, growth, list, many, member, one, strict } from './rules-schema.ts'
import type { Suite } from './suite.ts'

/** What the rules cost: the same operation with and without, in turn in one process, as ratios of CPU time. */

const defaultPairs = 60
/** Two processes of the same code differ by some percent, by what was compiled when. */
const servers = 3
type Work = () => unknown
/** Of requests: what deciding comes to without one is told, and has none. */
type Bar = number | null

/** One of the two that execute operations: graphql-js, and what this project compiles. */
type Engine = 'graphql-js' | 'compiled'

function run(schema: GraphQLSchema, source: string, engine: Engine): Work {
  const document = parse(source)
  if (engine === 'graphql-js') return () => execute({ schema, document, contextValue: {} })
  const operation = findOperation(schema, { document })
  if (!operation) throw new TypeError('expected an operation')
  const compiled = compileOperation(schema, schema, operation)
  return () => compiled.run({ context: {}, operation: operation.node, variables: {} })
}

/** As authorizationPlugin() has it done. */
function runPlanned(schema: GraphQLSchema, source: string, viewer: Viewer, engine: Engine): Work {
  const document = parse(source)
  const compiled = new Map<OperationDefinitionNode, CompiledOperation>()
  return () => {
    const contextValue = { viewer }
    const prepared = prepareExecution(schema, { document }, contextValue)
    if (!prepared || prepared instanceof Promise) throw new TypeError('expected a prepared execution')
    if (engine === 'graphql-js') {
      const { document: marked, complete } = prepared.beginGuarded()
      return complete(expectResult(execute({ schema, document: marked, contextValue })))
    }
    const { operation, complete } = prepared.begin()
    let ready = compiled.get(prepared.operation.node)
    if (!ready) {
      ready = compileOperation(prepared.schema, schema, prepared.operation)
      compiled.set(prepared.operation.node, ready)
    }
    return complete(expectResult(ready.run({ context: contextValue, operation, variables: {} })))
  }
}

function expectResult(result: ExecutionResult | Promise<ExecutionResult>): FormattedExecutionResult {
  if (result instanceof Promise) throw new TypeError('expected a result at once')
  return result as FormattedExecutionResult
}

/** The whole of Apollo Server but for HTTP, executing compiled operations. */
async function runInApollo(schema: GraphQLSchema, query: string, viewer: Viewer | null): Promise<Work> {
  const { execute } = createExecutor(schema, { formatError: (formatted) => formatted })
  const plugin = viewer ? authorizationPlugin(schema, { execute }) : executionPlugin(schema)
  const server = new ApolloServer<{ viewer: Viewer | null }>({
    schema,
    plugins: [ApolloServerPluginCacheControlDisabled(), plugin as ApolloServerPlugin],
  })
  await server.start()
  return () => server.executeOperation({ query }, { contextValue: { viewer } })
}

/** Microseconds of CPU for one run, over enough runs to be measured. */
async function measure(work: Work, times: number): Promise<number> {
  const before = process.cpuUsage()
  for (let index = 0; index < times; index++) {
    const result = work()
    if (result instanceof Promise) await result
  }
  const { user, system } = process.cpuUsage(before)
  return (user + system) / times
}

async function compare(pairs: number, what: string, bar: Bar, base: Work, other: Work): Promise<Comparison> {
  for (let index = 0; index < 200; index++) {
    await base()
    await other()
  }
  const times = Math.max(20, Math.round(20_000 / (await measure(base, 50))))
  return compareInPairs({ what, bar, pairs }, (isBase) => measure(isBase ? base : other, times))
}

/** The same over HTTP: the CPU time of the server alone, which another process asks; of each of several in turn. */
async function compareLoads(
  pairs: number,
  what: string,
  bar: Bar,
  loads: readonly { base: Load; other: Load }[],
): Promise<Comparison> {
  const [first] = loads
  if (!first) throw new TypeError('expected a server')
  // A server gets faster for as long as its first fifteen thousand.
  for (const { base, other } of loads) for (const load of [base, other]) await load(15_000)
  const times = Math.max(200, Math.round(300_000 / (await first.base(500))))
  let turn = 0
  return compareInPairs({ what, bar, pairs }, (isBase) => {
    const { base, other } = loads[Math.floor(turn++ / 2) % loads.length] ?? first
    return (isBase ? base : other)(times)
  })
}

async function measureInProcess(pairs: number): Promise<Comparison[]> {
  const comparisons: [what: string, bar: Bar, base: Work, other: Work][] = []
  for (const engine of ['compiled', 'graphql-js'] as const) {
    comparisons.push(
      [
        `list of 50 × 8 fields, ${engine}: guarded and allowed, against unguarded`,
        null,
        run(list.plain, everything, engine),
        runPlanned(list.guarded, everything, admin, engine),
      ],
      [
        `one object × 8 fields, ${engine}: guarded and allowed, against unguarded`,
        null,
        run(list.plain, one, engine),
        runPlanned(list.guarded, one, admin, engine),
      ],
      [
        `1,000 × 3 fields, ${engine}: denied, against allowed`,
        null,
        runPlanned(list.guarded, many, admin, engine),
        runPlanned(list.guarded, many, member, engine),
      ],
    )
  }
  comparisons.push(
    [
      'list of 50 × 8 fields in Apollo Server: guarded and allowed, against unguarded',
      null,
      await runInApollo(list.plain, everything, null),
      await runInApollo(list.guarded, everything, admin),
    ],
    [
      'one object × 8 fields in Apollo Server: guarded and allowed, against unguarded',
      null,
      await runInApollo(list.plain, one, null),
      await runInApollo(list.guarded, one, admin),
    ],
    [
      '1,000 × 3 fields in Apollo Server: denied, against allowed',
      null,
      await runInApollo(list.guarded, many, admin),
      await runInApollo(list.guarded, many, member),
    ],
    [
      '1,000 × 3 fields that may not be null, in Apollo Server: denied, against allowed',
      null,
      await runInApollo(list.guarded, strict, admin),
      await runInApollo(list.guarded, strict, member),
    ],
    [
      'the list in a schema of 1,000 guarded types, against 10',
      1.05,
      runPlanned(grown(10), growth, admin, 'compiled'),
      runPlanned(grown(1000), growth, admin, 'compiled'),
    ],
  )
  const results: Comparison[] = []
  for (const comparison of comparisons) results.push(await compare(pairs, ...comparison))
  return results
}

async function measureOverHttp(pairs: number): Promise<Comparison[]> {
  const results: Comparison[] = []
  const started = await Promise.all(Array.from({ length: servers }, startRulesServer))
  for (const [what, query] of [
    ['list of 50 × 8 fields over HTTP', everything],
    ['one object × 8 fields over HTTP', one],
  ] as const) {
    for (const [base, against] of [
      ['plain', 'unguarded'],
      ['private', 'unguarded with the same headers'],
    ] as const) {
      const comparison = `${what}: guarded and allowed, against ${against}`
      const loads = started.map((server) => ({
        base: server.load(base, admin, query),
        other: server.load('guarded', admin, query),
      }))
      results.push(await compareLoads(pairs, comparison, 1.03, loads))
    }
  }
  for (const [what, query] of [
    ['1,000 × 3 fields', many],
    ['1,000 × 3 fields that may not be null', strict],
  ] as const) {
    const loads = started.map((server) => ({
      base: server.load('guarded', admin, query),
      other: server.load('guarded', member, query),
    }))
    results.push(await compareLoads(pairs, `${what}, over HTTP: denied, against allowed`, 1, loads))
  }
  for (const server of started) server.stop()
  return results
}

export const authorization: Suite = {
  title: 'What the rules cost',
  async measure(pairs = defaultPairs) {
    const found = [...(await measureInProcess(pairs)), ...(await measureOverHttp(pairs))]
    return `CPU microseconds an operation, without a server unless told otherwise: medians of ${pairs} alternating pairs, in one process, or over HTTP on ${servers} servers in turn, of their time alone (Fastify, a signed cookie verified, Apollo Server, JSON); the ratio with its 95 % interval. The bars are of requests: without a server it is told what deciding comes to, which is a microsecond or two whatever it is for. *The same headers* are \`Cache-Control\` and \`Vary\`, which keep from shared caches what hangs on who asks: any server has to send them, and they cost what they cost without a rule as well.

${renderComparisons(found, 'with rules')}`
  },
}
