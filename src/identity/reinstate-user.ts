import { getUser } from '../access/access.ts'
import type { Origin } from '../audit/audit-event.ts'
import { record } from '../audit/record.ts'
import { AuthenticationError } from '../errors.ts'
import type { Identity } from './identity.ts'
import type { User } from './user.ts'

/**
 * Lets a suspended user sign in again and gives them as they are then. Sessions that their suspension ended stay
 * ended. Reinstating somebody who is not suspended changes nothing and records nothing. It does not ask whether the
 * actor may do this: the schema's rules do. But nobody undoes their own suspension by a request that was under way.
 *
 * @throws NOT_FOUND when there is no such user
 * @throws UNAUTHENTICATED for a suspended user who asks for themselves
 */
export async function reinstateUser(identity: Identity, userId: string, origin: Origin): Promise<User> {
  const { users, accounts, transaction } = identity
  return transaction(async () => {
    const user = await getUser(users, userId)
    if (!(await accounts.reinstate(userId))) return user
    if (origin.actorId === userId) throw new AuthenticationError('UNAUTHENTICATED')
    await record(identity, origin, { action: 'USER_REINSTATED', subject: { type: 'User', id: userId } })
    return getUser(users, userId)
  })
}
