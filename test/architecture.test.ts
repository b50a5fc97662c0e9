import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, it } from 'vitest'

/** Files of `src/` itself that belong to everybody, and import nothing of ours but errors. */
const basics = [
  'after-transaction',
  'awaitable',
  'clock',
  'errors',
  'id',
  'notifications',
  'page',
  'search',
  'threads',
  'transaction',
]
const domains = ['identity', 'access', 'documents', 'audit']

interface Area {
  /** What else of `src/` it imports, by folder or file. */
  ours: readonly string[]
  /** Packages that it has nothing to do with; Node's own are anybody's. */
  never?: RegExp
  /** The only packages that it imports, where they are few. */
  only?: RegExp
}

const domain: Area = {
  ours: [...basics, ...domains],
  never: /^(graphql|@graphql-tools|@apollo|fastify|@fastify|drizzle-orm|better-sqlite3|pg|@opentelemetry)\b/,
}

/** Who may import whom. A new folder of `src/` gets a line here, or a place in one that has it. */
const table: Record<string, Area> = {
  'after-transaction': { ours: ['transaction'], only: /^$/ },
  awaitable: { ours: [], only: /^$/ },
  background: { ours: [], only: /^$/ },
  clock: { ours: [], only: /^$/ },
  errors: { ours: [], only: /^$/ },
  id: { ours: [], only: /^uuid$/ },
  notifications: { ours: [], only: /^$/ },
  page: { ours: [], only: /^$/ },
  search: { ours: ['errors'], only: /^$/ },
  threads: { ours: [], only: /^piscina$/ },
  transaction: { ours: [], only: /^$/ },
  config: { ours: ['errors'], only: /^$/ },
  directives: { ours: [], only: /^(graphql|@graphql-tools\/.+)$/ },
  testing: { ours: ['directives'], only: /^(graphql|@graphql-tools\/.+|vitest)$/ },
  ...Object.fromEntries(domains.map((name) => [name, domain])),
  database: {
    ours: [...basics, ...domains],
    never: /^(graphql|@graphql-tools|@apollo|fastify|@fastify|@opentelemetry)\b/,
  },
  graphql: {
    ours: [...basics, ...domains, 'directives'],
    never: /^(fastify|@fastify|drizzle-orm|better-sqlite3|pg|@opentelemetry)\b/,
  },
  telemetry: { ours: ['config', 'errors'], only: /^(@opentelemetry\/.+|lru-cache)$/ },
  http: {
    ours: [...basics, 'graphql', 'identity', 'config'],
    never: /^(drizzle-orm|better-sqlite3|pg|@opentelemetry)\b/,
  },
}

/** These wire the rest together. */
const anything = ['cli', 'compose', 'demo', 'main']

interface Import {
  file: string
  /** The folder of `src/`, or the file, that it stands in. */
  area: string
  /** As the file says it; relative ones as the area that they lead to. */
  target: { ours: string } | { external: string }
}

const sources = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))

function areaOf(file: string): string {
  return (file.split('/', 1)[0] ?? '').replace(/\.ts$/, '')
}

function readImports(file: string): Import[] {
  const text = readFileSync(join('src', file), 'utf8')
  const targets = [...text.matchAll(/(?:\bfrom |^import |\bimport\()'([^'\n]+)'/gm)].map(([, target = '']) => target)
  return targets.map((target) => ({
    file,
    area: areaOf(file),
    target: target.startsWith('.') ? { ours: areaOf(normalize(join(dirname(file), target))) } : { external: target },
  }))
}

function isAllowed({ area, target }: Import): boolean {
  const row = table[area]
  if (!row) return anything.includes(area)
  if ('ours' in target) return target.ours === area || row.ours.includes(target.ours)
  if (target.external.startsWith('node:')) return true
  return !row.never?.test(target.external) && (row.only?.test(target.external) ?? true)
}

describe('src/', () => {
  const imports = sources.flatMap(readImports)

  it('holds nothing without a place in the table', () => {
    const places = new Set([...Object.keys(table), ...anything])
    expect(sources.filter((file) => !places.has(areaOf(file)))).toEqual([])
  })

  it('imports only what the table allows', () => {
    // So many that the pattern cannot have missed the imports.
    expect(imports.length).toBeGreaterThan(2 * sources.length)
    expect(imports.filter((found) => !isAllowed(found))).toEqual([])
  })

  it.each([
    ['http', { ours: 'database' }],
    ['graphql', { ours: 'database' }],
    ['graphql', { ours: 'http' }],
    ['identity', { ours: 'graphql' }],
    ['documents', { ours: 'compose' }],
    ['documents', { external: 'drizzle-orm' }],
    ['directives', { ours: 'errors' }],
    ['directives', { external: 'dataloader' }],
    ['database', { ours: 'graphql' }],
    ['config', { ours: 'identity' }],
    ['identity', { external: '@opentelemetry/api' }],
    ['telemetry', { ours: 'http' }],
    ['nowhere', { ours: 'errors' }],
  ])('would not be allowed, in %s, to import %j', (area, target) => {
    expect(isAllowed({ file: 'x.ts', area, target })).toBe(false)
  })

  it('is handed the time and the settings wherever it could be tested with others', () => {
    const given = new Set([...domains, 'database', 'graphql', 'http'])
    const hidden = /\bDate\.now\(|\bnew Date\(\)|\bprocess\.env\b|\bMath\.random\(/
    const readers = sources.filter((file) => hidden.test(readFileSync(join('src', file), 'utf8')))
    // The clock itself, for one: the pattern finds what it looks for.
    expect(readers).toContain('clock.ts')
    expect(readers.filter((file) => given.has(areaOf(file)))).toEqual([])
  })
})
