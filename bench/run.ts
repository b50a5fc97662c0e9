import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { renewSection } from './renew-section.ts'
import { describeMachine, type Suite } from './suite.ts'

/** Measures what is named, or everything in turn, prints it and renews its sections of `results.md`. */

const suites: Record<string, () => Promise<Suite>> = {
  authorization: async () => (await import('./authorization.ts')).authorization,
  peers: async () => (await import('./peers.ts')).peers,
  hostile: async () => (await import('./hostile.ts')).hostile,
  acl: async () => (await import('./acl.ts')).acl,
  logins: async () => (await import('./logins.ts')).logins,
  memory: async () => (await import('./memory.ts')).memory,
  telemetry: async () => (await import('./telemetry.ts')).telemetry,
}

const results = new URL('results.md', import.meta.url)
const { values, positionals: names } = parseArgs({ options: { rounds: { type: 'string' } }, allowPositionals: true })
const rounds = values.rounds === undefined ? undefined : Number(values.rounds)
const unknown = names.filter((name) => !Object.hasOwn(suites, name))
if (unknown.length > 0) {
  console.error(`There is no ${unknown.join(', ')}: name some of ${Object.keys(suites).join(', ')}, or none for all`)
  process.exitCode = 1
} else if (rounds !== undefined && !(Number.isSafeInteger(rounds) && rounds > 0)) {
  console.error('--rounds should be a whole number above 0')
  process.exitCode = 1
} else {
  for (const name of names.length > 0 ? names : Object.keys(suites)) await run(name)
}

async function run(name: string): Promise<void> {
  const suite = await suites[name]?.()
  if (!suite) throw new TypeError(`there is no suite ${name}`)
  const found = await suite.measure(rounds)
  const command = `npm run bench -- ${name}${rounds === undefined ? '' : ` --rounds ${rounds}`}`
  const body = `\`${command}\`. ${describeMachine()}\n\n${found}`
  // Read now, not before: measuring takes minutes.
  writeFileSync(results, renewSection(readFileSync(results, 'utf8'), suite.title, body))
  console.log(`## ${suite.title}\n\n${body}\n`)
}
