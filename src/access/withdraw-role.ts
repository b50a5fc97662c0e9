import type { Origin } from '../audit/audit-event.ts'
import { record } from '../audit/record.ts'
import type { User } from '../identity/user.ts'
import { type Access, getUser, type RoleAssignment } from './access.ts'
import { requireActiveAdmin } from './require-active-admin.ts'

/**
 * Withdraws a role from a user and gives the user as they are then. Withdrawing a role that they do not hold changes
 * nothing and records nothing. It does not ask whether the actor may do this: the schema's rules do.
 *
 * @throws NotFoundError when there is no such user
 * @throws ConflictError when nobody who can sign in would be left with ADMIN
 */
export async function withdrawRole(access: Access, { userId, role }: RoleAssignment, origin: Origin): Promise<User> {
  return access.transaction(async () => {
    const user = await getUser(access.users, userId)
    const withdrawn = await access.roles.withdraw(userId, role)
    if (!withdrawn) return user
    if (role === 'ADMIN') await requireActiveAdmin(access.roles, 'lose the role')
    await record(access, origin, { action: 'ROLE_WITHDRAWN', subject: { type: 'User', id: userId }, detail: role })
    return getUser(access.users, userId)
  })
}
