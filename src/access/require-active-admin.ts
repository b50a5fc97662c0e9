import { ConflictError } from '../errors.ts'
import type { RoleStore } from './role-store.ts'

/**
 * Refuses a change that leaves nobody with ADMIN who can sign in. Call it in the transaction of the change and after
 * it: the throw takes it back, so that two at once cannot both count on the other.
 *
 * @param what - what would happen to the last one: `lose the role`
 * @throws ConflictError
 */
export async function requireActiveAdmin(roles: RoleStore, what: string): Promise<void> {
  if ((await roles.countActiveHolders('ADMIN')) > 0) return
  throw new ConflictError(`The last ADMIN cannot ${what}: assign the role to somebody else first`)
}
