import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { ApolloServer } from '@apollo/server'
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled'
import { makeExecutableSchema } from '@graphql-tools/schema'
import { buildASTSchema, concatAST, execute, type GraphQLSchema, parse } from 'graphql'
import { authorizationPlugin, authorizeSchema, directiveTypeDefs, type Viewer } from '../src/directives/index.ts'
import { prepareExecution } from '../src/directives/prepare-execution.ts'

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

function run(schema: GraphQLSchema, source: string): Work {
  const document = parse(source)
  return () => execute({ schema, document, contextValue: {} })
}

/** As authorizationPlugin() has Apollo Server do it. */
function runPlanned(schema: GraphQLSchema, source: string, viewer: Viewer): Work {
  const document = parse(source)
  return () => {
    const contextValue = { viewer }
    const prepared = prepareExecution(schema, { document }, contextValue)
    if (!prepared || prepared instanceof Promise) throw new TypeError('expected a prepared execution')
    const result = execute({ schema, document: prepared.document, contextValue })
    if (result instanceof Promise) throw new TypeError('expected a result at once')
    return prepared.log.tell({ data: result.data })
  }
}

/** The whole of Apollo Server but for HTTP. */
async function runInApollo(schema: GraphQLSchema, query: string, viewer: Viewer | null): Promise<Work> {
  const plugins = [ApolloServerPluginCacheControlDisabled(), ...(viewer ? [authorizationPlugin(schema)] : [])]
  const server = new ApolloServer<{ viewer: Viewer | null }>({ schema, plugins })
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
const list = build(`${itemSdl(3)} type Query { items(size: Int = 50): [Item] @auth me: Item @auth }`, {
  Query: {
    items: (_: unknown, { size }: { size: number }) => Array.from({ length: size }, () => item),
    me: () => item,
  },
})
const everything = `{ items { ${fields.join(' ')} } }`
const one = `{ me { ${fields.join(' ')} } }`
const many = '{ items(size: 1000) { a b c } }'

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

const comparisons: [what: string, bar: number, base: Work, other: Work][] = [
  [
    'list of 50 × 8 fields: guarded and allowed, against unguarded',
    1.03,
    run(list.plain, everything),
    runPlanned(list.guarded, everything, admin),
  ],
  [
    'the same in Apollo Server, without HTTP',
    1.03,
    await runInApollo(list.plain, everything, null),
    await runInApollo(list.guarded, everything, admin),
  ],
  [
    'one object × 8 fields: guarded and allowed, against unguarded',
    1.03,
    run(list.plain, one),
    runPlanned(list.guarded, one, admin),
  ],
  [
    'the same in Apollo Server, without HTTP',
    1.03,
    await runInApollo(list.plain, one, null),
    await runInApollo(list.guarded, one, admin),
  ],
  [
    '1,000 × 3 fields: denied, against allowed',
    1,
    runPlanned(list.guarded, many, admin),
    runPlanned(list.guarded, many, member),
  ],
  [
    'the same in Apollo Server, without HTTP',
    1,
    await runInApollo(list.guarded, many, admin),
    await runInApollo(list.guarded, many, member),
  ],
  [
    'the list in a schema of 1,000 guarded types, against 10',
    1.05,
    runPlanned(grown(10), growth, admin),
    runPlanned(grown(1000), growth, admin),
  ],
]
const results: Comparison[] = []
for (const comparison of comparisons) results.push(await compare(...comparison))

const rows = results.map(
  ({ what, bar, base, other, ratio, low, high }) =>
    `| ${what} | ${base.toFixed(1)} | ${other.toFixed(1)} | ${ratio.toFixed(3)} | ${low.toFixed(3)} – ${high.toFixed(3)} | ≤ ${bar} |`,
)
const report = `# What the rules cost

CPU microseconds an operation, graphql-js alone unless told otherwise: medians of ${pairs} alternating pairs in one process, the ratio with its 95 % interval. Written by \`npm run bench\`.

Node ${process.version}, ${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${new Date().toISOString().slice(0, 10)}.

| what | base | with rules | ratio | interval | bar |
| --- | ---: | ---: | ---: | ---: | ---: |
${rows.join('\n')}
`
writeFileSync(new URL('results.md', import.meta.url), report)
console.log(report)
