import { record } from '../audit/record.ts'
import { NotFoundError } from '../errors.ts'
import type { Client, Identity } from './identity.ts'
import { readName } from './name.ts'
import type { User } from './user.ts'

/**
 * Changes a user's own name.
 *
 * @throws BAD_USER_INPUT for a name that will not do
 * @throws NOT_FOUND when the account is gone
 */
export async function updateProfile(
  identity: Identity,
  input: { userId: string; name: string },
  client: Client,
): Promise<User> {
  const { users, transaction } = identity
  const name = readName('name', input.name)
  return transaction(async () => {
    await users.rename(input.userId, name)
    const user = await users.find(input.userId)
    if (!user) throw new NotFoundError('There is no such user')
    const subject = { type: 'User', id: user.id } as const
    await record(identity, { actorId: user.id, ...client }, { action: 'PROFILE_UPDATED', subject })
    return user
  })
}
