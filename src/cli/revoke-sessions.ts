import { parseArgs } from 'node:util'
import { endSessions } from '../identity/revoke-other-sessions.ts'
import type { AdminCommand } from './admin-command.ts'
import { commandLine } from './command-line.ts'
import { getNamedUser, readUserArgument } from './named-user.ts'

/** `revoke-sessions <user>`. */
export const revokeSessionsCommand: AdminCommand = {
  synopsis: ['revoke-sessions <user>'],
  description: `Ends every session of a user, API tokens included: they are signed out everywhere with their next request.

  npm run admin -- revoke-sessions ada@example.com`,

  read(args) {
    const name = readUserArgument('revoke-sessions', parseArgs({ args, allowPositionals: true }).positionals)
    return async ({ application: { identity }, print }) => {
      const { id, email } = await getNamedUser(identity.users, name)
      const { actorId } = commandLine
      const ended = await identity.transaction(() =>
        endSessions(identity, { userId: id, except: null, detail: null, actorId }, commandLine),
      )
      print(`${ended} ${ended === 1 ? 'session' : 'sessions'} of ${email} ended.`)
    }
  },
}
