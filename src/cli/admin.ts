import { readConfig } from '../config.ts'
import { ConfigError, GatehouseError } from '../errors.ts'
import { parseSigningKeys } from '../identity/keys.ts'
import { parseMasterKey } from '../identity/master-key.ts'
import { parseProviderSettings } from '../identity/oauth/parse-provider-settings.ts'
import { type AdminCommand, renderUsage } from './admin-command.ts'
import { backupCommand } from './backup.ts'
import { createAdminCommand } from './create-admin.ts'
import { exportCommand } from './export.ts'
import { exportUserCommand } from './export-user.ts'
import { importCommand } from './import.ts'
import { keysCommand } from './keys.ts'
import { purgeCommand } from './purge.ts'
import { resetSecondFactorCommand } from './reset-second-factor.ts'
import { revokeSessionsCommand } from './revoke-sessions.ts'
import { rolesCommand } from './roles.ts'
import { isMisuse, UsageError } from './usage-error.ts'
import { usersCommand } from './users.ts'

const commands = new Map<string, AdminCommand>([
  ['create-admin', createAdminCommand],
  ['users', usersCommand],
  ['roles', rolesCommand],
  ['reset-second-factor', resetSecondFactorCommand],
  ['revoke-sessions', revokeSessionsCommand],
  ['export-user', exportUserCommand],
  ['keys', keysCommand],
  ['purge', purgeCommand],
  ['backup', backupCommand],
  ['export', exportCommand],
  ['import', importCommand],
])

const [name, ...args] = process.argv.slice(2)
const command = name === undefined ? undefined : commands.get(name)

try {
  await run()
} catch (error) {
  const misused = isMisuse(error)
  if (misused) console.error(`${error.message}\n\n${renderUsage(command ? [command] : commands.values())}`)
  else console.error(isTold(error) ? error.message : error)
  process.exitCode = misused ? 2 : 1
}

/** What its message says all of: a refusal, or what the system says of a file or an address that was named. */
function isTold(error: unknown): error is Error {
  if (error instanceof GatehouseError || error instanceof ConfigError) return true
  return error instanceof Error && 'syscall' in error
}

async function run(): Promise<void> {
  if (name === undefined) throw new UsageError('Name a command')
  if (name === '--help' || name === '-h') return console.log(overview())
  if (!command) throw new UsageError(`There is no command ${name}`)
  if (args.includes('--help') || args.includes('-h'))
    return console.log(`${renderUsage([command])}\n\n${command.description}`)

  const readSettings = () => readConfig(process.env, parseSigningKeys, parseMasterKey, parseProviderSettings)
  const print = (text: string) => console.log(text)
  if ('readAlone' in command) {
    const work = command.readAlone(args)
    return work({ settings: readSettings().database, print })
  }
  const work = command.read(args)
  // Most of the server, which help and usage need not wait for.
  const { composeApplication } = await import('../compose.ts')
  const { application, database, notifications } = await composeApplication(readSettings())
  try {
    await work({
      application,
      database,
      terminal: { input: process.stdin, output: process.stderr },
      print,
    })
  } finally {
    await notifications.close()
    await database.close()
  }
}

function overview(): string {
  return `${renderUsage(commands.values())}

Every command tells more with --help. They work on the database that DATABASE_URL names, with the settings of the
server, which may be running. A user is named by address or by id.`
}
