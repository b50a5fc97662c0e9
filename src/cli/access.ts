import { fileURLToPath } from 'node:url'
import { SchemaPolicyError } from '../directives/index.ts'
import { createExecutableSchema } from '../graphql/schema.ts'
import { explain } from './access/explain.ts'
import { LockError } from './access/lock.ts'
import { showMatrix } from './access/show-matrix.ts'
import { showSchema } from './access/show-schema.ts'
import type { Subcommand } from './access/subcommand.ts'
import { isMisuse, UsageError } from './usage-error.ts'

const usage = `Usage: npm run access -- [options]
       npm run access -- schema --as <roles>
       npm run access -- explain <operation> --as <roles>
       npm run access -- explain <operation> --who

Tells what the rules in schema/ come to. It needs neither a database nor a configuration.

  (no option)        prints what anonymous viewers, each role and owners can expect of every coordinate
  --json             the same as JSON, with the rules and where they stand
  --check            compares with access.lock; exits with 1 and tells the changes where there are any
  --check --json     tells the changes as JSON
  --write            renews access.lock
  --html <file>      writes the same as one page for a browser, which loads nothing: to be searched, and attached to a
                     review; with --compare <lock> it tells what changed since that lock was written
  schema --as MEMBER prints the schema as a role sees it; several by commas, or anonymous
  explain 'query …'  with --as EDITOR: each coordinate that the operation selects, what is decided, by which rule;
                     with --who: the smallest sets of roles that may run it. --variables '{ … }' goes with either,
                     --operation names one of several, and - in place of the operation reads it from standard input
  --help             prints this
`

/** Everything that has a name; without one it is {@link showMatrix}. */
const subcommands = new Map<string, Subcommand>([
  ['schema', showSchema],
  ['explain', explain],
])

try {
  process.exitCode = await run(process.argv.slice(2))
} catch (error) {
  if (isMisuse(error)) console.error(`${error.message}\n\n${usage}`)
  else console.error(error instanceof SchemaPolicyError || error instanceof LockError ? error.message : error)
  process.exitCode = isMisuse(error) ? 2 : 1
}

async function run(args: string[]): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    console.log(usage)
    return 0
  }
  const [name = '', ...rest] = args
  const isNamed = name !== '' && !name.startsWith('-')
  const subcommand = isNamed ? subcommands.get(name) : showMatrix
  if (!subcommand) throw new UsageError(`There is no command ${name}`)
  return subcommand(isNamed ? rest : args, {
    schema: createExecutableSchema(),
    lock: fileURLToPath(new URL('../../access.lock', import.meta.url)),
    print: (text) => console.log(text),
    colours: process.stdout.isTTY === true && !process.env.NO_COLOR,
  })
}
