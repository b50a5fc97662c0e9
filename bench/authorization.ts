import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { ApolloServer, type ApolloServerPlugin } from '@apollo/server'
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled'
import { makeExecutableSchema } from '@graphql-tools/schema'
import {
  buildASTSchema,
  concatAST,
  type ExecutionResult,
  execute,
  type FormattedExecutionResult,
  type GraphQLSchema,
  getVariableValues,
  type OperationDefinitionNode,
  parse,
} from 'graphql'
import { authorizationPlugin, authorizeSchema, directiveTypeDefs, type Viewer } from '../src/directives/index.ts'
import { findOperation } from '../src/directives/operation.ts'
import { prepareExecution } from '../src/directives/prepare-execution.ts'
import { type CompiledOperation, compileOperation } from '../src/graphql/compile-operation.ts'
import { createExecutor } from '../src/graphql/executor.ts'

/** What the rules cost: the same operation with and without, in turn in one process, as ratios of CPU time. */

const pairs = 60
const roles = /* GraphQL */ `
  enum Role { MEMBER @grants(permissions: [READ]) ADMIN @grants(permissions: [MANAGE], includes: [MEMBER]) }
  enum Permission { READ MANAGE }
`
const admin: Viewer = { id: '1', roles: ['ADMIN'], authenticatedAt: new Date() }
const member: Viewer = { id: '1', roles: ['MEMBER'], authenticatedAt: new Date() }

function build(sdl: string, resolvers: object): { plain: GraphQLSchema; guarded: GraphQLSchema } {
  const documents = [sdl, roles, directiveTypeDefs].map((text) => parse(text))
  const plain = makeExecutableSchema({ typeDefs: buildASTSchema(concatAST(documents)), resolvers: resolvers as never })
  const guarded = authorizeSchema<{ viewer: Viewer | null }>(plain, {
    viewer: ({ viewer }) => viewer,
    access: (_, { ids }) => ids.map(() => true),
    onWarning: () => {},
  })
  return { plain, guarded }
}

type Work = () => unknown

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

/** The same without a rule: what the rules are compared with. */
function executionPlugin(schema: GraphQLSchema): ApolloServerPlugin {
  const compiled = new Map<OperationDefinitionNode, CompiledOperation>()
  return {
    requestDidStart: async () => ({
      async responseForOperation({ document, operation: node, contextValue, request, response }) {
        let ready = compiled.get(node)
        const operation = ready ? null : findOperation(schema, { document })
        if (!ready && operation) {
          ready = compileOperation(schema, schema, operation)
          compiled.set(node, ready)
        }
        if (!ready) return null
        const definitions = node.variableDefinitions ?? []
        const { coerced } = getVariableValues(schema, definitions, request.variables ?? {}, { maxErrors: 1 })
        if (!coerced) return null
        const { data } = await ready.run({ context: contextValue, operation: node, variables: coerced })
        return { http: response.http, body: { kind: 'single', singleResult: { data: data ?? null } } }
      },
    }),
  }
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

interface Comparison {
  what: string
  bar: number
  base: number
  other: number
  ratio: number
  low: number
  high: number
}

/** The median ratio over alternating pairs, with a 95 % interval by the order of the ratios. */
async function compare(what: string, bar: number, base: Work, other: Work): Promise<Comparison> {
  for (let index = 0; index < 200; index++) {
    await base()
    await other()
  }
  const times = Math.max(20, Math.round(20_000 / (await measure(base, 50))))
  const measured: { base: number; other: number }[] = []
  for (let index = 0; index < pairs; index++) {
    // Whoever goes second finds warmer caches and the other's garbage.
    const isBaseFirst = index % 2 === 0
    const first = await measure(isBaseFirst ? base : other, times)
    const second = await measure(isBaseFirst ? other : base, times)
    measured.push(isBaseFirst ? { base: first, other: second } : { base: second, other: first })
  }
  const ratios = measured.map(({ base, other }) => other / base).sort((a, b) => a - b)
  const spread = Math.round(0.98 * Math.sqrt(pairs))
  const at = (index: number) => ratios[Math.min(ratios.length - 1, Math.max(0, index))] ?? Number.NaN
  const middle = Math.floor(pairs / 2)
  return {
    what,
    bar,
    base: median(measured.map(({ base }) => base)),
    other: median(measured.map(({ other }) => other)),
    ratio: at(middle),
    low: at(middle - spread),
    high: at(middle + spread),
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

const fields = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
const item = Object.fromEntries(['id', ...fields].map((name) => [name, name]))
const itemSdl = (guarded: number) =>
  `type Item @hasPermission(permission: READ) { id: ID ${fields.map((name, index) => `${name}: String${index < guarded ? ' @hasRole(role: ADMIN)' : ''}`).join(' ')} }`
const strictSdl = itemSdl(3).replace('type Item', 'type Strict').replaceAll('String @', 'String! @')
const list = build(
  `${itemSdl(3)} ${strictSdl} type Query { items(size: Int = 50): [Item] @auth stricts(size: Int = 50): [Strict] @auth me: Item @auth }`,
  {
    Query: {
      items: (_: unknown, { size }: { size: number }) => Array.from({ length: size }, () => item),
      stricts: (_: unknown, { size }: { size: number }) => Array.from({ length: size }, () => item),
      me: () => item,
    },
  },
)
const everything = `{ items { ${fields.join(' ')} } }`
const one = `{ me { ${fields.join(' ')} } }`
const many = '{ items(size: 1000) { a b c } }'
const strict = many.replace('items', 'stricts')

const grown = (types: number) => {
  const sdl = Array.from({ length: types }, (_, index) => itemSdl(3).replace('type Item', `type Item${index}`))
  return build(
    `${sdl.join(' ')} type Query { ${sdl.map((_, index) => `items${index}: [Item${index}] @auth`).join(' ')} }`,
    {
      Query: { items0: () => Array.from({ length: 50 }, () => item) },
    },
  ).guarded
}
const growth = everything.replace('items', 'items0')

const comparisons: [what: string, bar: number, base: Work, other: Work][] = []
for (const engine of ['compiled', 'graphql-js'] as const) {
  comparisons.push(
    [
      `list of 50 × 8 fields, ${engine}: guarded and allowed, against unguarded`,
      1.03,
      run(list.plain, everything, engine),
      runPlanned(list.guarded, everything, admin, engine),
    ],
    [
      `one object × 8 fields, ${engine}: guarded and allowed, against unguarded`,
      1.03,
      run(list.plain, one, engine),
      runPlanned(list.guarded, one, admin, engine),
    ],
    [
      `1,000 × 3 fields, ${engine}: denied, against allowed`,
      1,
      runPlanned(list.guarded, many, admin, engine),
      runPlanned(list.guarded, many, member, engine),
    ],
  )
}
comparisons.push(
  [
    'list of 50 × 8 fields in Apollo Server: guarded and allowed, against unguarded',
    1.03,
    await runInApollo(list.plain, everything, null),
    await runInApollo(list.guarded, everything, admin),
  ],
  [
    'one object × 8 fields in Apollo Server: guarded and allowed, against unguarded',
    1.03,
    await runInApollo(list.plain, one, null),
    await runInApollo(list.guarded, one, admin),
  ],
  [
    '1,000 × 3 fields in Apollo Server: denied, against allowed',
    1,
    await runInApollo(list.guarded, many, admin),
    await runInApollo(list.guarded, many, member),
  ],
  [
    '1,000 × 3 fields that may not be null, in Apollo Server: denied, against allowed',
    1,
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
for (const comparison of comparisons) results.push(await compare(...comparison))

const rows = results.map(
  ({ what, bar, base, other, ratio, low, high }) =>
    `| ${what} | ${base.toFixed(1)} | ${other.toFixed(1)} | ${ratio.toFixed(3)} | ${low.toFixed(3)} – ${high.toFixed(3)} | ≤ ${bar} |`,
)
const report = `# What the rules cost

CPU microseconds an operation, without a server unless told otherwise: medians of ${pairs} alternating pairs in one process, the ratio with its 95 % interval. Written by \`npm run bench\`.

Node ${process.version}, ${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${new Date().toISOString().slice(0, 10)}.

| what | base | with rules | ratio | interval | bar |
| --- | ---: | ---: | ---: | ---: | ---: |
${rows.join('\n')}
`
writeFileSync(new URL('results.md', import.meta.url), report)
console.log(report)
