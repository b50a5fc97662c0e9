import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import type { Library } from './comparison/library.ts'
import { type Findings, renderComparison } from './comparison/render.ts'
import { type Outcome, observe, type Scenario, scenarios } from './comparison/scenarios.ts'

/** Compares this layer with other libraries, prints what was seen and writes it to docs/comparison.md. */

const here = (path: string) => new URL(path, import.meta.url)

interface Manifest {
  version: string
}

function versionOf(name: string): string {
  const places = name === 'gatehouse' ? ['../'] : [`node_modules/${name}/`, `../node_modules/${name}/`]
  const place = places.find((path) => existsSync(here(`${path}package.json`)))
  if (place === undefined) throw new Error(`${name} is not installed: npm ci --prefix bench`)
  const manifest: Manifest = JSON.parse(readFileSync(here(`${place}package.json`), 'utf8'))
  return manifest.version
}

/** Gives the libraries. They are installed for the comparison alone, so nothing imports them before that. */
async function loadLibraries(): Promise<readonly Library[]> {
  if (!existsSync(here('node_modules/'))) {
    execFileSync('npm', ['ci', '--ignore-scripts'], { cwd: here('./'), stdio: 'inherit' })
  }
  return [
    (await import('./comparison/libraries/gatehouse.ts')).gatehouse,
    (await import('./comparison/libraries/graphql-shield.ts')).graphqlShield,
    (await import('./comparison/libraries/graphql-authz.ts')).graphqlAuthz,
    (await import('./comparison/libraries/generic-auth.ts')).genericAuth,
    (await import('./comparison/libraries/mercurius-auth.ts')).mercuriusAuthPlugin,
    (await import('./comparison/libraries/pothos-scope-auth.ts')).pothosScopeAuth,
    (await import('./comparison/libraries/directive-recipe.ts')).directiveRecipe,
  ]
}

async function examine(library: Library): Promise<Findings> {
  const { measureCost } = await import('./comparison/cost.ts')
  const outcomes = new Map<Scenario, Outcome>()
  for (const scenario of scenarios) outcomes.set(scenario, await observe(scenario, library))
  const versions = library.packages.map((name) => `${name} ${versionOf(name)}`)
  return { library, versions, outcomes, cost: await measureCost(library) }
}

const findings: Findings[] = []
for (const library of await loadLibraries()) findings.push(await examine(library))

const page = renderComparison(findings, {
  node: process.versions.node,
  graphql: versionOf('graphql'),
  date: new Date().toISOString().slice(0, 10),
})
mkdirSync(here('../docs/'), { recursive: true })
writeFileSync(here('../docs/comparison.md'), page)
console.log(page)

const [own] = findings
const broken = [...(own?.outcomes ?? [])].filter(([, outcome]) => outcome !== 'holds')
for (const [{ group, name }, outcome] of broken) console.error(`${own?.library.name}: ${group} ${name}: ${outcome}`)
process.exitCode = broken.length === 0 ? 0 : 1
