import { parseArgs } from 'node:util'
import { resetSecondFactor } from '../identity/totp/reset-second-factor.ts'
import type { AdminCommand } from './admin-command.ts'
import { commandLine } from './command-line.ts'
import { getNamedUser, readUserArgument } from './named-user.ts'

/** `reset-second-factor <user>`. */
export const resetSecondFactorCommand: AdminCommand = {
  synopsis: ['reset-second-factor <user>'],
  description: `Takes away a user's second factor, app and recovery codes both, and ends their sessions: for somebody who has lost it.
They sign in by the first factor then, and can set up another. Passkeys stay. Make sure first that it is they who ask.

  npm run admin -- reset-second-factor ada@example.com`,

  read(args) {
    const name = readUserArgument('reset-second-factor', parseArgs({ args, allowPositionals: true }).positionals)
    return async ({ application: { identity }, print }) => {
      const { id, email } = await getNamedUser(identity.users, name)
      await resetSecondFactor(identity, id, commandLine)
      print(`${email} has no second factor now, and is signed out everywhere.`)
    }
  },
}
