import type { AuditStore } from '../audit/audit-event.ts'
import type { Clock } from '../clock.ts'
import { NotFoundError } from '../errors.ts'
import type { CreateId } from '../id.ts'
import type { Role, User, UserStore } from '../identity/user.ts'
import type { Transaction } from '../transaction.ts'
import type { RoleStore } from './role-store.ts'

/** All that the functions of this folder work with; made in compose.ts, handed to each as its first argument. */
export interface Access {
  users: UserStore
  roles: RoleStore
  audit: AuditStore
  transaction: Transaction
  clock: Clock
  createId: CreateId
}

/** Which role of which user to change. */
export interface RoleAssignment {
  userId: string
  role: Role
}

/**
 * Gives a user who must be there.
 *
 * @throws NotFoundError when there is no such user
 */
export async function getUser(users: UserStore, id: string): Promise<User> {
  const user = await users.find(id)
  if (!user) throw new NotFoundError('There is no user with this id')
  return user
}
