import { getUser } from '../access/access.ts'
import type { Origin } from '../audit/audit-event.ts'
import { record } from '../audit/record.ts'
import type { Identity } from './identity.ts'
import type { User } from './user.ts'

/**
 * Lets a suspended user sign in again and gives them as they are then. Sessions that their suspension ended stay
 * ended. Reinstating somebody who is not suspended changes nothing and records nothing. It does not ask whether the
 * actor may do this: the schema's rules do.
 *
 * @throws NOT_FOUND when there is no such user
 */
export async function reinstateUser(identity: Identity, userId: string, origin: Origin): Promise<User> {
  const { users, accounts, transaction } = identity
  return transaction(async () => {
    const user = await getUser(users, userId)
    if (!(await accounts.reinstate(userId))) return user
    await record(identity, origin, { action: 'USER_REINSTATED', subject: { type: 'User', id: userId } })
    return getUser(users, userId)
  })
}
