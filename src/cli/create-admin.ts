import { parseArgs } from 'node:util'
import { assignRole } from '../access/assign-role.ts'
import { record } from '../audit/record.ts'
import { ConflictError } from '../errors.ts'
import type { Application } from '../graphql/context.ts'
import { scalars } from '../graphql/resolvers/scalars.ts'
import { readName } from '../identity/name.ts'
import { checkNewPassword } from '../identity/password/rules.ts'
import type { User } from '../identity/user.ts'
import type { AdminCommand } from './admin-command.ts'
import { commandLine } from './command-line.ts'
import { readPassword } from './read-password.ts'
import { UsageError } from './usage-error.ts'

/** `create-admin <email>`: asks for a password and makes an administrator. */
export const createAdminCommand: AdminCommand = {
  synopsis: ['create-admin <email> [--name <name>]'],
  description: `Makes an administrator. The password is asked for at the terminal, or read from standard input:

  npm run admin -- create-admin ada@example.com --name "Ada Lovelace"
  npm run --silent admin -- create-admin ada@example.com < password.txt`,

  read(args) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { name: { type: 'string', default: 'Administrator' } },
    })
    const [address, ...surplus] = positionals
    if (address === undefined || surplus.length > 0) throw new UsageError('create-admin takes one address')
    const email = parseEmail(address)

    return async ({ application, terminal, print }) => {
      const password = await readPassword(terminal)
      const user = await createAdmin(application, { email, name: values.name, password })
      print(`${user.email} is an administrator now, and can sign in.`)
    }
  },
}

export interface NewAdmin {
  email: string
  name: string
  password: string
}

/**
 * Makes an administrator whose address counts as verified: whoever runs this has the database in their hands.
 *
 * @throws InputError for a name or a password that will not do
 * @throws ConflictError when the address has an account
 */
export async function createAdmin({ identity, access }: Application, input: NewAdmin): Promise<User> {
  const { users, passwords, hasher, passwordRules, transaction, clock, createId } = identity
  const { email, password } = input
  const name = readName('--name', input.name)
  checkNewPassword('password', password, { email, name }, passwordRules)
  if (await users.findByEmail(email)) throw taken(email)

  const hash = await hasher.hash(password)
  return transaction(async () => {
    // Again, now that nobody else can write.
    if (await users.findByEmail(email)) throw taken(email)
    const id = createId()
    const now = clock.now()
    await users.create({ id, name, email, emailVerified: true, suspended: false, roles: [], createdAt: now })
    await passwords.put(id, hash, now)
    await record(identity, commandLine, { action: 'USER_REGISTERED', subject: { type: 'User', id } })
    return assignRole(access, { userId: id, role: 'ADMIN' }, commandLine)
  })
}

function taken(email: string): ConflictError {
  return new ConflictError(`${email} has an account already: an administrator can assign it the role ADMIN`)
}

function parseEmail(text: string): string {
  try {
    return scalars.EmailAddress.parseValue(text)
  } catch {
    throw new UsageError(`${text} is not an email address`)
  }
}
