import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { makeExecutableSchema } from '@graphql-tools/schema'
import { buildASTSchema, concatAST, execute, type GraphQLSchema, parse } from 'graphql'
import { authorizeSchema, directiveTypeDefs, type Viewer } from '../src/directives/index.ts'
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

/** Microseconds of CPU for one run, over enough runs to be measured. */
function measure(work: Work, times: number): number {
  const before = process.cpuUsage()
  for (let index = 0; index < times; index++) work()
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
function compare(what: string, bar: number, base: Work, other: Work): Comparison {
  for (let index = 0; index < 200; index++) {
    base()
    other()
  }
  const times = Math.max(20, Math.round(20_000 / measure(base, 50)))
  const measured = Array.from({ length: pairs }, (_, index) => {
    // Whoever goes second finds warmer caches and the other's garbage.
    if (index % 2 === 0) {
      const first = measure(base, times)
      return { base: first, other: measure(other, times) }
    }
    const first = measure(other, times)
    return { base: measure(base, times), other: first }
  })
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

const results = [
  compare(
    'list of 50 × 8 fields: guarded and allowed, against unguarded',
    1.03,
    run(list.plain, everything),
    runPlanned(list.guarded, everything, admin),
  ),
  compare(
    'one object × 8 fields: guarded and allowed, against unguarded',
    1.03,
    run(list.plain, one),
    runPlanned(list.guarded, one, admin),
  ),
  compare(
    '1,000 × 3 fields: denied, against allowed',
    1,
    runPlanned(list.guarded, many, admin),
    runPlanned(list.guarded, many, member),
  ),
  compare(
    'the same list in a schema of 1,000 guarded types, against 10',
    1.05,
    runPlanned(grown(10), growth, admin),
    runPlanned(grown(1000), growth, admin),
  ),
]

const rows = results.map(
  ({ what, bar, base, other, ratio, low, high }) =>
    `| ${what} | ${base.toFixed(1)} | ${other.toFixed(1)} | ${ratio.toFixed(3)} | ${low.toFixed(3)} – ${high.toFixed(3)} | ≤ ${bar} |`,
)
const report = `# What the rules cost

CPU microseconds an operation, graphql-js alone without HTTP: medians of ${pairs} alternating pairs in one process, the ratio with its 95 % interval. Written by \`npm run bench\`.

Node ${process.version}, ${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${new Date().toISOString().slice(0, 10)}.

| what | base | with rules | ratio | interval | bar |
| --- | ---: | ---: | ---: | ---: | ---: |
${rows.join('\n')}
`
writeFileSync(new URL('results.md', import.meta.url), report)
console.log(report)
