import { NotFoundError } from '../errors.ts'
import type { User, UserStore } from '../identity/user.ts'
import { UsageError } from './usage-error.ts'

/**
 * Reads the arguments of a command about one user.
 *
 * @throws UsageError unless there is exactly one
 */
export function readUserArgument(command: string, [user, ...surplus]: readonly string[]): string {
  if (!user || surplus.length > 0) throw new UsageError(`${command} takes one user: an address or an id`)
  return user
}

/**
 * Gives the user whom a command names by address or by id.
 *
 * @throws NotFoundError when there is none
 */
export async function getNamedUser(users: UserStore, name: string): Promise<User> {
  const user = name.includes('@') ? await users.findByEmail(name) : await users.find(name)
  if (!user) throw new NotFoundError(`There is no user with the address or id ${name}`)
  return user
}
