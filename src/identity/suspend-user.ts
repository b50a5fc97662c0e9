import { getUser } from '../access/access.ts'
import { requireActiveAdmin } from '../access/require-active-admin.ts'
import type { Origin } from '../audit/audit-event.ts'
import { record } from '../audit/record.ts'
import type { Identity } from './identity.ts'
import { endSessions } from './revoke-other-sessions.ts'
import type { User } from './user.ts'

/**
 * Suspends an account and gives its user as they are then: they cannot sign in until they are reinstated, and every
 * session of theirs ends, API tokens included. Suspending somebody who is suspended changes nothing and records
 * nothing. It does not ask whether the actor may do this: the schema's rules do.
 *
 * @throws NOT_FOUND when there is no such user
 * @throws CONFLICT when nobody who can sign in would be left with ADMIN
 */
export async function suspendUser(identity: Identity, userId: string, origin: Origin): Promise<User> {
  const { users, accounts, roles, transaction, clock } = identity
  return transaction(async () => {
    const user = await getUser(users, userId)
    if (!(await accounts.suspend(userId, clock.now()))) return user
    if (user.roles.includes('ADMIN')) await requireActiveAdmin(roles, 'be suspended')
    await record(identity, origin, { action: 'USER_SUSPENDED', subject: { type: 'User', id: userId } })
    await endSessions(identity, { userId, except: null, detail: 'suspended', actorId: origin.actorId }, origin)
    return getUser(users, userId)
  })
}
