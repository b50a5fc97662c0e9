import { assignRole } from '../access/assign-role.ts'
import { record } from '../audit/record.ts'
import { ConflictError } from '../errors.ts'
import type { Application } from '../graphql/context.ts'
import { readName } from '../identity/name.ts'
import { checkNewPassword } from '../identity/password/rules.ts'
import type { User } from '../identity/user.ts'

export interface NewAdmin {
  email: string
  name: string
  password: string
}

/** Nobody is signed in at the command line. */
const commandLine = { actorId: null, ipAddress: null, userAgent: null }

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
