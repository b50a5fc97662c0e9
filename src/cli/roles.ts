import { parseArgs } from 'node:util'
import { assignRole } from '../access/assign-role.ts'
import { withdrawRole } from '../access/withdraw-role.ts'
import { type Role, roles } from '../identity/user.ts'
import type { AdminCommand } from './admin-command.ts'
import { commandLine } from './command-line.ts'
import { getNamedUser, readUserArgument } from './named-user.ts'
import { UsageError } from './usage-error.ts'

const changes = new Map([
  ['assign', assignRole],
  ['withdraw', withdrawRole],
])

/** `roles assign <user> <role>` and `roles withdraw <user> <role>`. */
export const rolesCommand: AdminCommand = {
  synopsis: ['roles assign <user> <role>', 'roles withdraw <user> <role>'],
  description: `Assigns a role to a user or withdraws one: ${roles.join(', ')}. The last ADMIN keeps the role.

  npm run admin -- roles assign ada@example.com EDITOR`,

  read(args) {
    const [action = '', ...rest] = parseArgs({ args, allowPositionals: true }).positionals
    const change = changes.get(action)
    if (!change) throw new UsageError('roles does one of two things: assign and withdraw')
    if (rest.length !== 2) throw new UsageError(`roles ${action} takes a user and a role`)
    const name = readUserArgument(`roles ${action}`, rest.slice(0, 1))
    const role = parseRole(rest[1])

    return async ({ application: { identity, access }, print }) => {
      const { id } = await getNamedUser(identity.users, name)
      const user = await change(access, { userId: id, role }, commandLine)
      print(`${user.email} has these roles now: ${user.roles.join(', ') || 'none'}`)
    }
  },
}

function parseRole(text: string | undefined): Role {
  const role = roles.find((candidate) => candidate === text)
  if (!role) throw new UsageError(`The role should be one of ${roles.join(', ')}, not ${text}`)
  return role
}
