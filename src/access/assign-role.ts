import type { Origin } from '../audit/audit-event.ts'
import { record } from '../audit/record.ts'
import type { User } from '../identity/user.ts'
import { type Access, getUser, type RoleAssignment } from './access.ts'

/**
 * Assigns a role to a user and gives the user as they are then. Assigning a role that they hold changes nothing and
 * records nothing. It does not ask whether the actor may do this: the schema's rules do.
 *
 * @throws NotFoundError when there is no such user
 */
export async function assignRole(access: Access, { userId, role }: RoleAssignment, origin: Origin): Promise<User> {
  return access.transaction(async () => {
    const user = await getUser(access.users, userId)
    const assigned = await access.roles.assign(userId, role, origin.actorId, access.clock.now())
    if (!assigned) return user
    await record(access, origin, { action: 'ROLE_ASSIGNED', subject: { type: 'User', id: userId }, detail: role })
    return getUser(access.users, userId)
  })
}
