import { parseArgs } from 'node:util'
import { composeApplication } from '../compose.ts'
import { readConfig } from '../config.ts'
import { ConfigError, GatehouseError } from '../errors.ts'
import { scalars } from '../graphql/resolvers/scalars.ts'
import { parseSigningKeys } from '../identity/keys.ts'
import { parseMasterKey } from '../identity/master-key.ts'
import { createAdmin } from './create-admin.ts'
import { readPassword } from './read-password.ts'
import { isMisuse, UsageError } from './usage-error.ts'

const usage = `Usage: npm run admin -- create-admin <email> [--name <name>]

Makes an administrator. The password is asked for at the terminal, or read from standard input:

  npm run admin -- create-admin ada@example.com --name "Ada Lovelace"
  npm run --silent admin -- create-admin ada@example.com < password.txt

It works on the database that DATABASE_URL names, with the settings of the server.
`

try {
  await run(process.argv.slice(2))
} catch (error) {
  const misused = isMisuse(error)
  if (misused) console.error(`${error.message}\n\n${usage}`)
  else console.error(error instanceof GatehouseError || error instanceof ConfigError ? error.message : error)
  process.exitCode = misused ? 2 : 1
}

async function run(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { name: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  })
  if (values.help) return console.log(usage)
  const [command, email, ...surplus] = positionals
  if (command !== 'create-admin') throw new UsageError(command ? `There is no command ${command}` : 'Name a command')
  if (email === undefined || surplus.length > 0) throw new UsageError('create-admin takes one address')

  const config = readConfig(process.env, parseSigningKeys, parseMasterKey)
  const input = { email: parseEmail(email), name: values.name ?? 'Administrator' }
  const { application, database } = await composeApplication(config)
  try {
    const password = await readPassword({ input: process.stdin, output: process.stderr })
    const user = await createAdmin(application, { ...input, password })
    console.log(`${user.email} is an administrator now, and can sign in.`)
  } finally {
    await database.close()
  }
}

function parseEmail(text: string): string {
  try {
    return scalars.EmailAddress.parseValue(text)
  } catch {
    throw new UsageError(`${text} is not an email address`)
  }
}
