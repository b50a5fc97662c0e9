import { getUser } from '../access/access.ts'
import { requireActiveAdmin } from '../access/require-active-admin.ts'
import type { Origin } from '../audit/audit-event.ts'
import { record } from '../audit/record.ts'
import type { Identity } from './identity.ts'

/**
 * Deletes an account with all that is its user's alone, their sessions and what every other domain keeps of them
 * included. What they did stays in the audit log under an id that names nobody any more, without the addresses and
 * devices it was done from. Backups keep what they hold. It does not ask whether the actor may do this: the schema's
 * rules do.
 *
 * @throws NOT_FOUND when there is no such user
 * @throws CONFLICT when nobody who can sign in would be left with ADMIN
 */
export async function deleteAccount(identity: Identity, userId: string, origin: Origin): Promise<void> {
  const { users, accounts, personalData, roles, audit, transaction } = identity
  // Who deletes their own account leaves no trace of where they did it.
  const kept: Origin = origin.actorId === userId ? { ...origin, ipAddress: null, userAgent: null } : origin
  await transaction(async () => {
    const user = await getUser(users, userId)
    for (const data of personalData) await data.erase(user, kept)
    await accounts.delete(user)
    if (user.roles.includes('ADMIN')) await requireActiveAdmin(roles, 'be deleted')
    await audit.eraseOrigins(userId)
    await record(identity, kept, { action: 'ACCOUNT_DELETED', subject: { type: 'User', id: userId } })
  })
}
