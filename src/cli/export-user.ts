import { parseArgs } from 'node:util'
import { exportPersonalData } from '../identity/export-personal-data.ts'
import type { AdminCommand } from './admin-command.ts'
import { commandLine } from './command-line.ts'
import { getNamedUser, readUserArgument } from './named-user.ts'

/** `export-user <user>`. */
export const exportUserCommand: AdminCommand = {
  synopsis: ['export-user <user>'],
  description: `Prints all that is kept of a user as JSON, without secrets: for a person who asks what there is of them.

  npm run --silent admin -- export-user ada@example.com > ada.json`,

  read(args) {
    const name = readUserArgument('export-user', parseArgs({ args, allowPositionals: true }).positionals)
    return async ({ application: { identity }, print }) => {
      const { id } = await getNamedUser(identity.users, name)
      print(JSON.stringify(await exportPersonalData(identity, id, commandLine), null, 2))
    }
  },
}
